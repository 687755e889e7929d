// In Node the module is compiled while it is imported: `ready` is there so that the same code runs in browsers.

import { readFileSync } from 'node:fs';
import { Playground, initSync } from './api.js';

initSync({ module: readFileSync(new URL('./api_bg.wasm', import.meta.url)) });

export { Playground };

export default async function ready() {}
