// The main job in WebKit, where its driver is installed (`cargo xtask test webkit`): WebDriver has no console, so each test asks the
// page itself for what it reported.

import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { folder, serve } from './server.mjs';
import { END, ENTER, openWebKit } from './webkit.mjs';

let skip = !process.env.WEBKIT && 'only in WebKit';
const ENDPOINTS = "const said = [...document.querySelectorAll('pre')].map((it) => it.textContent).find((it) => /^Name: +back-end$/m.test(it)); return said?.match(/^Endpoints: *(.*)$/m)?.[1]";
let server;
let webkit;

before(async () => {
  if (skip) return;
  server = await serve();
  try {
    webkit = await openWebKit();
    await webkit.resize(1440, 900);
  } catch (error) {
    skip = `WebKit does not start on this machine: ${error.message}`;
  }
});
after(async () => {
  await webkit?.close();
  server?.closeAllConnections();
  server?.close();
});

const address = (rest = '') => `http://127.0.0.1:${server.address().port}${folder}${rest}`;

async function open(rest) {
  await webkit.go(address(rest));
  await webkit.run("localStorage.setItem('story-told', 'true')");
  await webkit.go('about:blank');
  await webkit.go(address(rest));
  await webkit.until("return Boolean(document.querySelector('.cm-content'))");
}

test('the page starts under its policy, kubectl describes, and requests are answered', async (t) => {
  if (skip) return t.skip(skip);
  await open();
  assert.equal(await webkit.until(ENDPOINTS), '10.244.0.5:80,10.244.0.6:80,10.244.0.7:80');
  await webkit.until("return /\\banswered\\b/.test(document.body.innerText)");
});

test('a letter in a selector empties the endpoints', async (t) => {
  if (skip) return t.skip(skip);
  await open();
  await webkit.until(ENDPOINTS);
  const [x, y] = await webkit.run(
    "const line = [...document.querySelectorAll('.cm-line')].find((it) => it.textContent.includes('app: myapp')).getBoundingClientRect(); return [line.left + 60, line.top + line.height / 2]",
  );
  await webkit.clickAt(x, y);
  await webkit.press(END, 'x');
  await webkit.until("return [...document.querySelectorAll('.cm-line')].some((it) => it.textContent.includes('app: myappx'))");
  await webkit.until(`${ENDPOINTS} === ''`);
});

test('the terminal runs kubectl', async (t) => {
  if (skip) return t.skip(skip);
  await open();
  const [x, y] = await webkit.until(
    "const box = document.querySelector('[aria-label^=\"kubectl command\"]')?.getBoundingClientRect(); return box && [box.left + box.width / 2, box.top + box.height / 2]",
  );
  await webkit.clickAt(x, y);
  await webkit.press(...'kubectl get svc', ENTER);
  await webkit.until("return /back-end +ClusterIP +10\\.111\\.52\\.100/.test(document.body.innerText)");
});

test('a sandboxed frame without an origin lives', async (t) => {
  if (skip) return t.skip(skip);
  await webkit.go(address('s/'));
  await webkit.run(
    "document.body.innerHTML = `<iframe sandbox=\"allow-scripts\" width=\"700\" height=\"500\" src=\"${arguments[0]}\"></iframe>`",
    address('?embed&view=describe'),
  );
  await webkit.enterFrame();
  assert.equal(await webkit.until(ENDPOINTS), '10.244.0.5:80,10.244.0.6:80,10.244.0.7:80');
});
