// The playground from disk: as one file, and as the folder that a server would hold.

import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { picture, printed, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder;

before(() => {
  execFileSync('node', [join(root, 'web/assemble/single.mjs')]);
  folder = mkdtempSync(join(tmpdir(), 'single-'));
  // Alone: nothing lies beside it.
  copyFileSync(join(root, 'dist/service-playground.html'), join(folder, 'playground.html'));
  rmSync(join(root, 'dist/service-playground.html'));
});
after(() => rmSync(folder, { recursive: true }));

for (const [what, place, more] of [
  ['one file', () => join(folder, 'playground.html'), 0],
  ['the folder', () => join(root, 'dist/index.html'), 40],
]) {
  test(`${what} opens from disk, with gallery, terminal, editor and reader in a worker`, async () => {
    const asked = new Set();
    await fromDisk(async (page) => {
      page.on('request', (request) => /^file:/.test(request.url()) && asked.add(request.url()));
      await page.goto(pathToFileURL(place()).href);
      await page.getByRole('textbox', { name: /^services\.yaml\. Escape/ }).waitFor();
      await printed(page, 'kubectl describe service back-end').waitFor();
      await until(page, 'the reader works in a worker', () => page.workers().length > 0);
      await page.getByRole('textbox', { name: /^kubectl command/ }).fill('kubectl get svc back-end');
      await page.keyboard.press('Enter');
      await page.getByText(/^back-end +ClusterIP/m).first().waitFor();
      await page.goto(`${pathToFileURL(place()).href}#s/round-robin`);
      await page.reload();
      await page.getByRole('heading', { name: 'Does a Service go round its pods in turn?' }).waitFor();
      await picture(page, more ? 'from-disk-folder' : 'from-disk');
    });
    const files = [...asked].filter((url) => /^file:/.test(String(url))).map((url) => url.replace(/#.*/, ''));
    assert.ok(new Set(files).size <= 1 + more, files.join('\n'));
  });
}

/** As `withPage`, but what is asked for lies on the disk. */
async function fromDisk(use) {
  try {
    await withPage({ goto: false }, use);
  } catch (error) {
    if (!/requests to other places/.test(error.message)) throw error;
    assert.deepEqual(error.actual.filter((url) => !/^file:/.test(url)), []);
  }
}
