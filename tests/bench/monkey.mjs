// A monkey: clicks, types, pastes, drags, turns and reloads at random, in three sizes, and says what it broke.
//   cargo xtask dist, then: node tests/bench/monkey.mjs [--minutes N] [--seed S]      BROWSER=firefox for Firefox
// N minutes in each size; the same seed tries the same things as far as the page's own time allows. It ends with 1 if it found
// anything. The figures stand in BENCHMARKS.md.

import { folder, inFirefox, knowsTheStory, launch, serve } from '../e2e/server.mjs';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const minutes = option('minutes', 10);
const seed = option('seed', 1);

const SIZES = {
  desk: { viewport: { width: 1440, height: 900 } },
  tablet: { viewport: { width: 820, height: 1180 } },
  phone: { viewport: { width: 390, height: 844 }, ...(inFirefox ? {} : { hasTouch: true, isMobile: true }) },
};
/** What may be too slow, in milliseconds: the answer to a question that asks the page for nothing. */
const ALIVE = 5_000;
/** How long an action is waited for, in milliseconds: Firefox's driver never comes back from a new size. */
const ACTION = 10_000;

function random(from) {
  let state = from >>> 0;
  return (bound) => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % bound;
  };
}

const LINES = [
  'kubectl get pods -o wide', 'kubectl get all -A', 'kubectl delete pod back-end-1', 'kubectl delete svc --all', 'kubectl scale deployment web --replicas=7',
  'kubectl run x --image=nginx', 'kubectl expose pod x --port=80', 'kubectl exec -it front-end-1 -- sh', 'exit', 'curl -s http://back-end', 'kubectl edit svc back-end',
  'kubectl get pods -w', 'kubectl port-forward svc/back-end 8080:80', 'for i in 1 2 3; do kubectl get pod; done', 'kubectl explain pod.spec', 'kubectl apply -f -', 'EOF', 'clear', '"', '',
  'kubectl get pods -o jsonpath={.items[*].metadata.name}', 'kubectl rollout restart deployment', 'kubectl create deployment web --image=nginx --replicas=3', 'kubectl drain minikube --force',
];
const TEXTS = [
  'a: 1', 'kind: Pod\n', '---\n', '  replicas: 30000\n', '{', '"', ': ', '- ', 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n---\n',
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: nginx}]}}}\n---\n',
  'خدمة ‮', '<script>alert(1)</script>', '\t', '&a [*a]',
];
const KEYS = [
  'Tab', 'Shift+Tab', 'Enter', 'Escape', 'Space', 'ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'Delete', 'Backspace', 'ControlOrMeta+z', 'ControlOrMeta+a', 'PageDown', '?', '/', 'r', '0', '+', '-', '[', ']',
];

const server = await serve();
const url = `http://127.0.0.1:${server.address().port}${folder}`;
const browser = await launch();
let all = 0;
const found = [];
for (const [size, options] of Object.entries(SIZES)) all += await play(size, options);
await browser.close();
server.closeAllConnections();
server.close();
console.log(`${all} actions in ${inFirefox ? 'Firefox' : 'Chromium'}, ${minutes} minutes in each of ${Object.keys(SIZES).length} sizes, seed ${seed}; found: ${found.length}`);
for (const it of found) console.log(JSON.stringify(it));
process.exit(found.length ? 1 : 0);

async function play(size, options) {
  const below = random(seed * 1000 + size.length);
  const of = (list) => list[below(list.length)];
  const context = await browser.newContext({ serviceWorkers: 'block', ...options });
  await context.addInitScript(knowsTheStory);
  context.setDefaultTimeout(3_000);
  let past = [];
  const tell = (what) => {
    const known = found.some((it) => it.size === size && it.what === what);
    if (!known) found.push({ size, what, past: past.slice(-12) });
  };
  let page;
  async function open() {
    await page?.close();
    page = await context.newPage();
    page.on('pageerror', (error) => tell(`error: ${error.message}`));
    page.on('crash', () => tell('the page crashed'));
    page.on('dialog', (dialog) => {
      tell(`a dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on('console', (message) => {
      // Chromium gives what is put over a selection the style of what was there, which the policy forbids; the text is right.
      const ours = !/^Applying inline style/.test(message.text());
      if (ours && message.type() === 'error') tell(`console: ${message.text()}`);
    });
    await page.goto(url, { timeout: 60_000 });
    await page.locator('canvas').first().waitFor({ timeout: 60_000 });
  }
  await open();

  const acts = {
    async press() {
      const buttons = page.locator('button:visible, [role=tab]:visible, select:visible, summary:visible, input:visible, a[href^="#"]:visible');
      const chosen = buttons.nth(below(Math.max(1, await buttons.count())));
      past.push(`press ${(await chosen.textContent())?.trim().slice(0, 40)}|${await chosen.getAttribute('aria-label')}`);
      await chosen.click({ force: below(4) === 0 });
    },
    async point() {
      const { width, height } = page.viewportSize();
      const [x, y] = [below(width), below(height)];
      past.push(`point ${x} ${y}`);
      await page.mouse.move(x, y);
      await page.mouse.down();
      if (below(3) === 0) await page.mouse.move(below(width), below(height), { steps: 4 });
      await page.mouse.up();
    },
    async wheel() {
      past.push('wheel');
      if (options.isMobile) return;
      if (below(2)) await page.keyboard.down('Control');
      await page.mouse.wheel(0, below(800) - 400);
      await page.keyboard.up('Control');
    },
    async key() {
      const key = of(KEYS);
      past.push(key);
      await page.keyboard.press(key);
    },
    async line() {
      const line = of(LINES);
      past.push(`line ${line}`);
      const prompt = page.locator('#terminal-line');
      await prompt.focus();
      await page.keyboard.insertText(line);
      await page.keyboard.press('Enter');
    },
    async text() {
      const text = of(TEXTS);
      past.push(`text ${text.slice(0, 40)}`);
      await page.locator('.cm-content, textarea.text').first().focus();
      await page.keyboard.press(of(['ControlOrMeta+End', 'ControlOrMeta+Home', 'End', 'ControlOrMeta+a']));
      await page.keyboard.insertText(text);
    },
    async size() {
      if (below(4)) return;
      const to = { width: 320 + below(1300), height: 300 + below(800) };
      past.push(`size ${to.width} ${to.height}`);
      await page.setViewportSize(to);
    },
    async again() {
      if (below(6)) return;
      past.push('reload');
      await page.reload({ timeout: 60_000 });
      await page.locator('canvas').first().waitFor({ timeout: 60_000 });
    },
  };
  const often = ['press', 'press', 'press', 'press', 'point', 'wheel', 'key', 'key', 'line', 'text', 'size', 'again'];
  let actions = 0;
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; actions++) {
    // What an action finds covered, gone or disabled is no fault of the page.
    await within(ACTION, acts[of(often)]());
    const began = Date.now();
    const alive = await within(4 * ALIVE, page.evaluate(() => ({
      wide: document.documentElement.scrollWidth - innerWidth, has: Boolean(document.querySelector('main')), at: location.origin,
    })));
    const took = Date.now() - began;
    if (!alive || !url.startsWith(alive.at)) {
      if (!alive) tell('the page does not answer');
      await open().catch((error) => tell(`does not open: ${error.message}`));
      past = [];
      continue;
    }
    if (took > ALIVE) tell('an answer took more than 5 s');
    if (!alive.has) tell('the page is empty');
    if (alive.wide > 0) tell('wider than the window');
  }
  await context.close();
  console.log(`${size}: ${actions} actions`);
  return actions;
}

/** What is promised, or `undefined` if it fails or takes longer. */
async function within(milliseconds, promise) {
  let timer;
  const over = new Promise((resolve) => { timer = setTimeout(resolve, milliseconds); });
  return Promise.race([promise.catch(() => undefined), over]).finally(() => clearTimeout(timer));
}
