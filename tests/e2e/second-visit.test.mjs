// What a visit keeps for the next one: the page opens without a network, and a newer build replaces it.

import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './browser.mjs';
import { dist, folder, launch, serve } from './server.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

test('a second visit needs no network', () =>
  onOwnServer(async ({ page, address, stop }) => {
    await visit(page, address);
    await kept(page, 1);
    await stop();
    await visit(page, `${address}?second`);
    await page.getByRole('textbox', { name: /^services\.yaml\. Escape/ }).waitFor();
    await page.getByRole('tab', { name: 'get', exact: true }).click();
    await page.getByRole('region', { name: 'kubectl get svc', exact: true }).waitFor();
  }));

test('a newer build shows from the next visit on, and breaks no page of the older one', () =>
  onOwnServer(async ({ page, address, files }) => {
    await visit(page, address);
    await kept(page, 1);
    replace(files);
    await visit(page, `${address}?second`);
    assert.equal(await page.title(), 'Service Playground');
    // Its address is no longer there, but kept.
    await page.getByRole('textbox', { name: /^services\.yaml\. Escape/ }).waitFor();
    // A browser looks for it at each visit, when it finds the time.
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    await kept(page, 2);
    await visit(page, `${address}?third`);
    assert.equal(await page.title(), 'Newer Playground');
    await page.getByRole('textbox', { name: /^services\.yaml\. Escape/ }).waitFor();
  }));

test('a sandboxed frame keeps nothing', () =>
  onOwnServer(async ({ page, context, address }) => {
    await page.setContent(`<iframe sandbox="allow-scripts" src="${address}?embed" width="800" height="500"></iframe>`);
    await page.frameLocator('iframe').locator('canvas').first().waitFor();
    await page.waitForTimeout(1000);
    assert.equal(context.serviceWorkers().length, 0);
  }));

async function visit(page, address) {
  await page.goto(address);
  await page.getByRole('region', { name: 'kubectl describe service back-end', exact: true }).waitFor();
}

/** Waits until so many builds are kept whole. */
function kept(page, builds) {
  return until(page, 'the page is kept', () =>
    page.evaluate(async (wanted) => {
      const caches = await Promise.all((await globalThis.caches.keys()).map((name) => globalThis.caches.open(name)));
      const whole = await Promise.all(caches.map((cache) => cache.match('./')));
      const registration = await navigator.serviceWorker.getRegistration();
      return whole.filter(Boolean).length === wanted && registration.active?.state === 'activated' && !registration.installing;
    }, builds),
  );
}

/** Puts another build in the place of this one: another title, and its editor under another name. */
function replace(files) {
  const [editor] = readdirSync(join(files, 'assets')).filter((name) => name.startsWith('editor.'));
  const newer = 'editor.0123456789.js';
  renameSync(join(files, 'assets', editor), join(files, 'assets', newer));
  const rewrite = (name, change) => writeFileSync(join(files, name), change(readFileSync(join(files, name), 'utf8')));
  rewrite('index.html', (text) => text.replaceAll(editor, newer).replace('<title>Service', '<title>Newer'));
  rewrite('service-worker.js', (text) => text.replaceAll(editor, newer).replace(/(["'`])[0-9a-f]{10}\1/, '"0123456789"'));
}

/** Runs `use` with a page of a fresh profile and a copy of dist/ on a server that may stop. */
async function onOwnServer(use) {
  const files = mkdtempSync(join(tmpdir(), 'playground-'));
  cpSync(dist, files, { recursive: true });
  const server = await serve(files);
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(20_000);
  try {
    const page = await context.newPage();
    await use({ page, context, address: `http://127.0.0.1:${server.address().port}${folder}`, files, stop });
  } finally {
    await context.close();
    if (server.listening) await stop();
    rmSync(files, { recursive: true });
  }
}
