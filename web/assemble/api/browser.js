import start, { Playground } from './api.js';

export { Playground };

let started;

export default async function ready(module) {
  await (started ??= start({ module_or_path: module ?? new URL('./api_bg.wasm', import.meta.url) }));
}
