// How the page loads, from a server that compresses as hosts do.
//   node tests/bench/load.mjs [DIST...]         each a folder as `cargo xtask dist` writes it; dist/ by itself
//   node tests/bench/load.mjs trace [DIST...]   the middle one of ROUNDS visits of a slowed phone for each, drawn into
//                                               docs/first-load.svg
// Four ways: as fast as this machine is; as a phone in a train (a processor four times slower, 1.6 Mbit/s, 150 ms a way);
// the second visit, without a network; five frames, and five elements in a text, beside one. Milliseconds, medians of ROUNDS (5) visits;
// `processor` is what the page's main thread took until then, whatever else runs on the machine.
// The figures stand in BENCHMARKS.md.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { dist, knowsTheStory, launch } from '../e2e/server.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.woff2': 'font/woff2', '.svg': 'image/svg+xml' };
const TRAIN = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const SLOWER = 4;
const words = process.argv.slice(2);
const isTrace = words[0] === 'trace';
const folders = isTrace ? words.slice(1) : words;
if (!folders.length) folders.push(dist);

const browser = await launch();
const traces = [];
for (const folder of folders) {
  const { server, address } = await serve(folder);
  await load(address); // So that everything is compressed.
  if (isTrace) traces.push({ folder, ...middle(await rounds(() => load(address, { slow: SLOWER, network: TRAIN, isWhole: true }))) });
  else await measure(folder, address);
  server.closeAllConnections();
  server.close();
}
await browser.close();
if (isTrace) writeFileSync(fileURLToPath(new URL('../../docs/first-load.svg', import.meta.url)), drawn(traces));

async function measure(folder, address) {
  console.log(folder);
  console.log('as fast as it is:  ', median(await rounds(() => load(address))));
  console.log('slowed 4 times:    ', median(await rounds(() => load(address, { slow: SLOWER }))));
  console.log('phone in a train:  ', median(await rounds(() => load(address, { slow: SLOWER, network: TRAIN }))));
  console.log('second, no network:', median(await rounds(() => second(address))));
  const [one, five] = [median(await rounds(() => frames(address, 1))), median(await rounds(() => frames(address, 5)))];
  console.log('one frame, five:   ', one, five, `${(five.ms / one.ms).toFixed(1)} times as long`);
  const [alone, among] = [median(await rounds(() => course(address, 1))), median(await rounds(() => course(address, 5)))];
  console.log('elements in a text:', alone, among, `${(among.ms / alone.ms).toFixed(1)} times as long`);
}

async function rounds(measured) {
  const all = [];
  for (let round = 0; round < ROUNDS; round++) all.push(await measured());
  return all;
}

function middle(visits) {
  return visits.sort((a, b) => a.ms - b.ms)[Math.floor(visits.length / 2)];
}

/** The median of each figure by itself. */
function median(all) {
  const inTheMiddle = (name) => all.map((one) => one[name]).sort((a, b) => a - b)[Math.floor(all.length / 2)];
  return Object.fromEntries(Object.keys(all[0]).map((name) => [name, Math.round(inTheMiddle(name))]));
}

async function load(address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
  try {
    return await visit(context, address, options);
  } finally {
    await context.close();
  }
}

/** A first visit that is kept, then one without a network. */
async function second(address) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    await visit(context, address);
    const [page] = context.pages();
    const isKept = () => page.evaluate(async () => (await navigator.serviceWorker?.getRegistration())?.active?.state === 'activated');
    for (const end = Date.now() + 15_000; Date.now() < end && !(await isKept()); ) await page.waitForTimeout(200);
    if (!(await isKept())) return { ms: NaN };
    await context.setOffline(true);
    return await visit(context, `${address}?second`);
  } finally {
    await context.close();
  }
}

async function visit(context, address, { slow = 1, network, isWhole = false } = {}) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  if (slow > 1) await session.send('Emulation.setCPUThrottlingRate', { rate: slow });
  if (network) {
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', network);
  }
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.addInitScript(knowsTheStory);
  await page.addInitScript(marks);
  await page.goto(address, { waitUntil: 'commit' });
  const { paint, instantiated, interactive, tasks, files } = await page.evaluate(() => globalThis.marked);
  const { metrics } = await session.send('Performance.getMetrics');
  const processor = 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
  const figures = { paint, instantiated, ms: interactive, after: interactive - instantiated, longest: Math.max(0, ...tasks.map(([, length]) => length)), processor };
  return isWhole ? { ...figures, tasks, files } : figures;
}

/** In the page: when something was painted, when the program was there, and when map, commands and output were. */
function marks() {
  let instantiated;
  const tasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push([startTime, duration]);
  }).observe({ type: 'longtask', buffered: true });
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const real = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const result = await real.apply(WebAssembly, args);
      instantiated ??= performance.now();
      return result;
    };
  }
  const isInteractive = () => document.querySelector('canvas') && [...document.querySelectorAll('pre')].some((it) => /Endpoints:/.test(it.textContent));
  globalThis.marked = new Promise((resolve) => {
    const look = () => {
      if (!instantiated || !isInteractive()) return requestAnimationFrame(look);
      const interactive = performance.now();
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      const file = ({ name, startTime, responseEnd, encodedBodySize }) => ({ name: name.split('/').pop(), startTime, responseEnd, bytes: encodedBodySize });
      const files = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(file);
      // The observer of long tasks hears of them a little later.
      setTimeout(() => resolve({ paint: paint?.startTime ?? NaN, instantiated, interactive, tasks, files }), 200);
    };
    requestAnimationFrame(look);
  });
}

/** Until the last of so many frames in one page shows its map. */
async function frames(address, count) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
  try {
    const page = await context.newPage();
    await page.goto(`${address}course.html`);
    const begin = performance.now();
    const frame = `<iframe src="${address}?embed" width="640" height="150"></iframe>`;
    await page.setContent(frame.repeat(count), { waitUntil: 'commit' });
    for (let nth = 0; nth < count; nth++) await page.frameLocator('iframe').nth(nth).locator('canvas').first().waitFor();
    return { ms: performance.now() - begin };
  } finally {
    await context.close();
  }
}

/** Until the element that is seen of so many in a course's text shows its map. */
async function course(address, count) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
  try {
    const page = await context.newPage();
    await page.goto(`${address}course.html`);
    const begin = performance.now();
    const lesson = '<p style="height: 25em">What a Service does.</p><service-playground style="display: block; height: 400px"></service-playground>';
    await page.setContent(`<script src="${address}service-playground.js"></script>${lesson.repeat(count)}`, { waitUntil: 'commit' });
    await page.locator('service-playground').first().locator('iframe').contentFrame().locator('canvas').first().waitFor();
    return { ms: performance.now() - begin };
  } finally {
    await context.close();
  }
}

async function serve(folder) {
  const compressed = new Map();
  const answer = async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname.slice(1) || 'index.html';
    if (path === 'course.html') return response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html>');
    try {
      const content = await readFile(join(folder, path));
      const quality = path.startsWith('assets/app.') ? 11 : 9;
      if (!compressed.has(path)) compressed.set(path, promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }));
      const isCompressed = path.endsWith('.woff2');
      const body = isCompressed ? content : await compressed.get(path);
      response.writeHead(200, {
        'Content-Type': types[extname(path)] ?? 'application/octet-stream',
        'Content-Length': body.length,
        'Cache-Control': path.startsWith('assets/') ? 'max-age=31536000, immutable' : 'no-cache',
        ...(isCompressed ? {} : { 'Content-Encoding': 'br' }),
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  };
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${server.address().port}/` };
}

/** Each visit as a chart: a bar for each file while it loads, the main thread's long tasks, and the moments that count. */
function drawn(visits) {
  const WIDTH = 860, LEFT = 210, ROW = 18;
  const end = Math.max(...visits.map(({ ms }) => ms)) * 1.03;
  const x = (ms) => (LEFT + ((WIDTH - LEFT - 70) * ms) / end).toFixed(1);
  const text = (at, y, words, more = '') => `<text x="${at}" y="${y}" ${more}>${words}</text>`;
  const parts = [];
  let y = 24;
  for (const visit of visits) {
    const files = visit.files.filter(({ startTime, bytes }) => startTime < visit.ms && bytes > 0);
    const top = y;
    parts.push(text(12, y, `${basename(visit.folder)}: a picture after ${seconds(visit.paint)}, interactive after ${seconds(visit.ms)}`, 'font-weight="bold"'));
    y += ROW + 4;
    for (const { name, startTime, responseEnd, bytes } of files) {
      const until = Math.min(responseEnd || visit.ms, visit.ms);
      parts.push(text(LEFT - 8, y, plain(name) || 'index.html', 'text-anchor="end"'));
      parts.push(`<rect x="${x(startTime)}" y="${y - 10}" width="${(x(until) - x(startTime)).toFixed(1)}" height="11" rx="2" fill="#1f6f8b"/>`);
      parts.push(text(Number(x(until)) + 5, y, `${Math.round(bytes / 1000)} kB`, 'fill="#5b5b5b"'));
      y += ROW;
    }
    parts.push(text(LEFT - 8, y, 'main thread, tasks over 50 ms', 'text-anchor="end"'));
    for (const [start, length] of visit.tasks.filter(([start]) => start < visit.ms)) {
      parts.push(`<rect x="${x(start)}" y="${y - 10}" width="${Math.max(1, x(Math.min(start + length, visit.ms)) - x(start)).toFixed(1)}" height="11" rx="2" fill="#b4531f"/>`);
    }
    y += ROW;
    for (const [moment, name] of [[visit.paint, 'picture'], [visit.instantiated, 'program there'], [visit.ms, 'interactive']]) {
      parts.push(`<path d="M${x(moment)} ${top + 10}V${y - 6}" stroke="#1b2230" stroke-dasharray="3 3"/>`);
      parts.push(text(x(moment), y + 6, `${name} ${seconds(moment)}`, `text-anchor="${moment > end * 0.8 ? 'end' : 'middle'}" fill="#1b2230"`));
      if (name === 'program there') y += 14;
    }
    y += 3 * ROW;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y - ROW}" font-family="system-ui, sans-serif" font-size="12" fill="#1b2230"><title>First load of a phone: 1.6 Mbit/s, 150 ms, a processor four times slower</title><rect width="100%" height="100%" fill="#fffefa"/>${parts.join('')}</svg>\n`;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A file's name without its hash. */
function plain(name) {
  return name.replace(/\.[0-9a-f]{10}(?=\.)/, '').replace(/\?.*/, '').replace('atkinson-hyperlegible-', '');
}
