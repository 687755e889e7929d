// The playground as one file, which opens from disk: `cargo xtask single` calls this once dist/ is there.
//
// Scripts, styles, fonts and the compiled program stand in the page itself; the reader's worker is a blob anyway.

import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = process.argv[2] ?? fileURLToPath(new URL('../../dist', import.meta.url));
const out = join(dist, 'service-playground.html');
const file = (name) => readFileSync(join(dist, name), 'utf8');
let page = file('index.html');

const styles = cut(/<link rel="stylesheet" href="(.+?)" \/>/)[1];
const [starter, attributes] = cut(/<script\s+defer\s+src="(.+?)"([^>]*)><\/script>/).slice(1);
const icon = /href="(assets\/icon[^"]+)"/.exec(page)[1];
// What loads fonts and parts ahead of time: here they are in place.
const ahead = cut(/\/\/ A page without an origin of its own may[\s\S]*?(?=<\/script>)/)[0];
const faces = file(/href: '(assets\/fonts[^']+)'/.exec(ahead)[1]);
const data = Object.fromEntries([...attributes.matchAll(/data-([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));

const looks = `${style(faces)}\n${style(file(styles))}`;
page = page
  .replace(icon, () => `data:image/svg+xml,${encodeURIComponent(file(icon))}`)
  .replace('</head>', () => `<style>${looks}</style></head>`);
const languages = data.words.split(' ').map((pair) => pair.replace(/^.*=/, ''));
const parts = [data['first-script'], data['later-script'], data.editor, ...languages].filter(Boolean);
const inline = parts.map((name) => `<script>${script(file(name))}</script>`);
const names = Object.entries(data).map(([name, value]) => ` data-${name}="${value}"`);
inline.push(`<script${names.join('')}>${script(file(starter))}</script>`);
page = page.replace('</body>', () => `${inline.join('\n')}\n</body>`);

const allowed = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const hashes = [...page.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, text]) => allowed(text));
page = page.replace(/(script-src)[^;]*/, (_, directive) => `${directive} 'wasm-unsafe-eval' ${[...new Set(hashes)].join(' ')}`);
page = page.replace(/style-src[^;]*/, (directive) => `${directive} ${allowed(looks)}`);
const left = /(?:src|href)="?\.?\/?assets\/[^"]+/.exec(page.replace(/<script[\s\S]*?<\/script>/g, ''));
if (left) throw new Error(`the page still loads ${left[0]}`);
writeFileSync(out, page);
console.log(`${out}: ${(statSync(out).size / 1e6).toFixed(1)} MB`);

/** Takes something out of the page. */
function cut(pattern) {
  const found = pattern.exec(page);
  if (!found) throw new Error(`index.html has nothing like ${pattern}: single.mjs has to follow it`);
  page = page.replace(found[0], () => '');
  return found;
}

/** A script that does not end its element before its end. */
function script(text) {
  return text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

function style(text) {
  return text.replaceAll('</style', '<\\/style');
}
