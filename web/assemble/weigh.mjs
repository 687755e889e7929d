// The bytes of dist/.

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Each file of the page, and whether the first load needs it: all but what index.html only names for later. */
export function weigh() {
  const files = ['index.html', ...readdirSync(`${dist}assets`).map((name) => `assets/${name}`)];
  return files.map((name) => {
    const content = readFileSync(dist + name);
    const compressed = name.endsWith('.woff2');
    return {
      name,
      first: !/\/(editor|fonts|app)\.[^.]+\.(js|css|wasm\.js)$/.test(name) || /\/app\.[^.]+\.js$/.test(name),
      raw: content.length,
      gzip: compressed ? content.length : gzipSync(content, { level: 9 }).length,
      brotli: compressed
        ? content.length
        : brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length,
    };
  });
}
