// A soak: a cluster whose pods come and go, at a hundred times its speed, for as long as one likes.
//   cargo xtask dist, then: node tests/bench/soak.mjs [--minutes N]
// Each minute it tells the memory of the page's process, how long keys took until the next paint, and how long frames were.
// The figures stand in BENCHMARKS.md.

import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { folder, knowsTheStory, launch, serve } from '../e2e/server.mjs';

const at = process.argv.indexOf('--minutes');
const minutes = at < 0 ? 60 : Number(process.argv[at + 1]);

const workload = (kind, name, spec) => `---\napiVersion: ${kind === 'CronJob' ? 'batch/v1' : 'apps/v1'}\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const pods = (app, image) => `selector: {matchLabels: {app: ${app}}}, template: {metadata: {labels: {app: ${app}}}, spec: {containers: [{name: c, ${image}}]}}`;
const text =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n' +
  workload('Deployment', 'web', `{replicas: 5, ${pods('web', 'image: nginx')}}`) +
  workload('Deployment', 'crashes', `{replicas: 5, ${pods('crashes', "image: busybox, command: [sh, -c, 'sleep 20; exit 1']")}}`) +
  workload('CronJob', 'tick', "{schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: ['true']}]}}}}}") +
  // Keys change its end, a port: it is another cluster and another map at each.
  '---\napiVersion: v1\nkind: Service\nmetadata: {name: typed}\nspec:\n  selector: {app: web}\n  ports:\n  - port: 8';
const scenario = { text, nodes: 3, view: { speed: 10_000 } };

const server = await serve();
const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
await context.addInitScript(knowsTheStory);
const page = await context.newPage();
const inspector = await context.newCDPSession(page);
const errors = [];
page.on('pageerror', (error) => errors.push(error.message));
const link = deflateRawSync(Buffer.from(JSON.stringify(scenario))).toString('base64url');
await page.goto(`http://127.0.0.1:${server.address().port}${folder}#v1.d.${link}`);
await page.locator('.cm-content').waitFor({ timeout: 60_000 });
const cdp = await browser.newBrowserCDPSession();
const reader = await inspectReader();

await page.evaluate(() => {
  globalThis.soak = { frames: [], keys: [], last: undefined };
  const frame = (now) => {
    if (globalThis.soak.last !== undefined) globalThis.soak.frames.push(now - globalThis.soak.last);
    globalThis.soak.last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  // The browser's own measure: from a key to the next paint, in steps of 8 ms.
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'keydown') globalThis.soak.keys.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 });
});

console.log('| minute | clock | memory of the page, MB | WebAssembly of page, of reader, MB | readers | keys: median, 95th percentile, longest, ms | frames a second | frames over 100 ms, longest, ms |\n|---|---|---|---|---|---|---|---|');
for (let minute = 1; minute <= minutes; minute++) {
  const end = Date.now() + 60_000;
  await page.locator('.cm-content').focus();
  await page.keyboard.press('Control+End');
  for (let key = 0; Date.now() < end; key++) {
    await page.keyboard.press(key % 2 ? 'Backspace' : '0');
    await page.waitForTimeout(700);
  }
  const { frames, keys, clock } = await page.evaluate(() => {
    const { frames, keys } = globalThis.soak;
    return { frames, keys, clock: document.querySelector('[aria-label=Playback] :is(output, [role=status])')?.textContent };
  });
  const sorted = keys.sort((one, other) => one - other);
  const of = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  const seconds = frames.reduce((sum, span) => sum + span, 0) / 1_000;
  const slow = frames.filter((span) => span > 100);
  console.log(`| ${minute} | ${clock} | ${await memory()} | ${await modules()} | ${reader.readers} | ${of(0.5)}, ${of(0.95)}, ${of(1)} | ${Math.round(frames.length / seconds)} | ${slow.length}, ${Math.round(Math.max(...frames))} |`);
  // To ask for its memory stops the page, for which it is not to blame: that frame does not count.
  await page.evaluate(() => Object.assign(globalThis.soak, { frames: [], keys: [], last: undefined }));
}
await browser.close();
server.closeAllConnections();
server.close();
if (errors.length) console.log(errors);
process.exit(errors.length ? 1 : 0);

/** What all processes of pages hold in memory of their own. */
async function memory() {
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  const held = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => {
    try {
      return Number(readFileSync(`/proc/${id}/status`, 'utf8').match(/RssAnon:\s+(\d+)/)[1]);
    } catch {
      return 0;
    }
  });
  return Math.round(held.reduce((sum, kilobytes) => sum + kilobytes, 0) / 1_024);
}

/** What sends the commands of the inspector to the reader's worker, the newest if the page ended one, and counts them. */
async function inspectReader() {
  const answers = new Map();
  const send = (method, params = {}) =>
    new Promise((done) => {
      const id = answers.size + 1;
      answers.set(id, done);
      inspector.send('Target.sendMessageToTarget', { sessionId: send.session, message: JSON.stringify({ id, method, params }) });
    });
  send.readers = 0;
  inspector.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message);
    answers.get(id)?.(result);
  });
  await new Promise((done) => {
    inspector.on('Target.attachedToTarget', ({ sessionId }) => {
      send.session = sessionId;
      send.readers += 1;
      done();
    });
    inspector.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  });
  return send;
}

/** What both instances of the module hold, in megabytes. */
async function modules() {
  const page = (method, params) => inspector.send(method, params);
  const sizes = await Promise.all([page, reader].map(async (send) => {
    const { result: prototype } = await send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
    const { objects } = await send('Runtime.queryObjects', { prototypeObjectId: prototype.objectId });
    const sum = 'function() { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }';
    const { result } = await send('Runtime.callFunctionOn', { objectId: objects.objectId, functionDeclaration: sum, returnByValue: true });
    return (result.value / 2 ** 20).toFixed(1);
  }));
  return sizes.join(', ');
}
