import start, { Playground } from './api.js';

export { Playground };

let started;

export default async function ready() {
  await (started ??= start({ module_or_path: new URL('./api_bg.wasm', import.meta.url) }));
}
