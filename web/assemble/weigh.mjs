// The bytes of dist/.

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Each file of the page, and when it is loaded: first, later, instead of others in a sandboxed frame, by pages of others, or in another language. */
export function weigh() {
  const files = ['index.html', 'service-playground.js', 'service-worker.js', ...readdirSync(`${dist}assets`).map((name) => `assets/${name}`)];
  return files.map((name) => {
    const content = readFileSync(dist + name);
    const compressed = name.endsWith('.woff2');
    return {
      name,
      when: when(name),
      raw: content.length,
      get gzip() {
        return compressed ? content.length : gzipSync(content, { level: 9 }).length;
      },
      get brotli() {
        return compressed ? content.length : brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
      },
    };
  });
}

function when(name) {
  if (name === 'service-playground.js') return 'host';
  if (name.startsWith('assets/words-')) return 'words';
  if (/\/fonts\.|\.wasm\.js$/.test(name)) return 'sandbox';
  return /\/(editor|later)\.|^service-worker/.test(name) ? 'later' : 'first';
}
