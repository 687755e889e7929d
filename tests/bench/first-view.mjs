// Visits a page that counts (`cargo xtask profile` builds it and calls this) as readers do in their first seconds;
// prints a digit for each block of its functions: 1 if it ran.

import { deflateRawSync } from 'node:zlib';
import { folder, knowsTheStory, launch, serve } from '../e2e/server.mjs';
import { manifest } from './manifest.mjs';

const SECONDS_OF_PLAY = 5;
const link = deflateRawSync(Buffer.from(JSON.stringify({ text: manifest(2, 3) }))).toString('base64url');
const visits = [
  { view: 'desk', viewport: { width: 1440, height: 900 }, then: [pointAndZoom, typeAKey] },
  { view: 'first visit', viewport: { width: 1440, height: 900 }, isFirst: true },
  { view: 'desk, dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { view: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  { view: 'embed', viewport: { width: 640, height: 400 }, at: '?embed&view=stage' },
  { view: 'link', viewport: { width: 1440, height: 900 }, at: `#v1.d.${link}` },
  { view: 'second visit', viewport: { width: 1440, height: 900 }, before: [typeAKey, comeAgain] },
  { view: 'without motion', viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' },
];

const server = await serve();
const browser = await launch();
const ran = [];
for (const { at = '', before = [], then = [], isFirst = false, view, ...options } of visits) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  // The story comes with the later part, which is not there yet.
  if (!isFirst) await page.addInitScript(knowsTheStory);
  await page.addInitScript(isInParts);
  await page.addInitScript(keepExports);
  await page.goto(`http://127.0.0.1:${server.address().port}${folder}${at}`);
  await page.locator('canvas').waitFor();
  for (const act of before) await act(page);
  await page.waitForTimeout(SECONDS_OF_PLAY * 1000);
  for (const act of then) await act(page);
  const places = [page, ...page.workers()];
  for (const text of await Promise.all(places.map((place) => place.evaluate(blocks)))) {
    for (let at = 0; at < text.length; at++) ran[at] ||= text[at] === '1';
  }
  console.error(`${view}: ${ran.filter(Boolean).length} of ${ran.length} blocks so far`);
  await context.close();
}
await browser.close();
server.closeAllConnections();
server.close();
console.log(ran.map(Number).join(''));

/** In the page or its worker: which blocks ran. */
function blocks() {
  return new Uint8Array(globalThis.kept.ran.buffer).join('');
}

/** In the page: hides that all of the program is there. */
function isInParts() {
  const { hasAttribute } = Element.prototype;
  Element.prototype.hasAttribute = function (name) {
    return name !== 'data-whole' && hasAttribute.call(this, name);
  };
  document.addEventListener('whole', (event) => event.stopImmediatePropagation());
}

/** In the page: keeps what the module exports, there and in the worker. */
function keepExports() {
  const inWorker = `{
    const { Instance } = WebAssembly;
    WebAssembly.Instance = function (...args) {
      const made = new Instance(...args);
      globalThis.kept ??= made.exports;
      return made;
    };
  }`;
  const Real = Blob;
  globalThis.Blob = function (parts, options) {
    return new Real(options?.type === 'text/javascript' ? [inWorker, ...parts] : parts, options);
  };
  const instantiate = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (...args) => {
    const result = await instantiate.apply(WebAssembly, args);
    globalThis.kept = result.instance.exports;
    return result;
  };
}

async function pointAndZoom(page) {
  const { x, y, width, height } = await page.locator('canvas').boundingBox();
  await page.mouse.move(x + width / 3, y + height / 3);
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 5 });
  await page.mouse.wheel(0, -120);
  await page.mouse.wheel(0, 240);
  await page.waitForTimeout(500);
}

async function typeAKey(page) {
  await page.getByRole('textbox', { name: /^services\.yaml\. Escape/ }).focus();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.press('#');
  await page.waitForTimeout(1000);
}

/** What was typed is there again. */
async function comeAgain(page) {
  await page.waitForTimeout(3000);
  await page.reload();
  await page.locator('canvas').waitFor();
}
