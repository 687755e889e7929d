// The reader works in a worker: the page stays alive whatever it does, and nothing is lost.

import test from 'node:test';
import assert from 'node:assert/strict';
import { address, clock, editor, open, paste, played, printed, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const good = 'kubectl describe service back-end';
const stopped = 'This text took longer than 2 s, so it was stopped; the map shows the last text that worked.';

/**
 * Lets the worker hang or fail at a text that holds a word. The page cannot tell this from a text that takes for ever, or at
 * which the program traps: all it has of the worker are its messages.
 */
async function withFaultyReader(page) {
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, transfer) {
      const text = message instanceof Uint8Array ? new TextDecoder().decode(message) : '';
      if (text.includes('HANG')) return;
      if (text.includes('CRASH')) {
        this.dispatchEvent(new ErrorEvent('error', { message: 'RuntimeError: unreachable' }));
        return;
      }
      post.call(this, message, transfer);
    };
    const { Worker: Real } = globalThis;
    globalThis.workers = 0;
    globalThis.Worker = class extends Real {
      constructor(...all) {
        super(...all);
        globalThis.workers += 1;
      }
    };
  });
}

test('a text that takes for ever is stopped, and the page goes on with the last one that worked', async () => {
  await withPage({ goto: false }, async (page) => {
    await withFaultyReader(page);
    await page.goto(address());
    await printed(page, good).waitFor();
    const box = await editor(page);
    await paste(page, 'kind: HANG\n');
    await page.getByRole('status').filter({ hasText: 'still reading' }).waitFor();
    const before = await clock(page).textContent();
    await played(page, before);
    await page.getByRole('alert').filter({ hasText: stopped }).waitFor();
    assert.match(await box.textContent(), /kind: HANG/);
    await printed(page, good).waitFor();
    assert.equal(await page.evaluate(() => globalThis.workers), 2, 'another reader works now');

    // What it was is in the draft, and shown but not read next time.
    await page.waitForFunction(() => localStorage.getItem('draft')?.includes('HANG'));
    await page.reload();
    await page.getByRole('alert').filter({ hasText: 'shown but not read' }).waitFor();
    assert.match(await (await editor(page)).textContent(), /kind: HANG/);
    await paste(page, 'kind: Fine\n');
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });
});

test('reading can be stopped by hand', async () => {
  await withPage({ goto: false }, async (page) => {
    await withFaultyReader(page);
    await page.goto(address());
    await printed(page, good).waitFor();
    await paste(page, 'kind: HANG\n');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('alert').filter({ hasText: 'Reading this text was stopped' }).waitFor();
  });
});

test('a fault of the program costs nothing, and can be reported', async () => {
  await withPage({ goto: false }, async (page, context) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await withFaultyReader(page);
    await page.goto(address());
    await printed(page, good).waitFor();
    await paste(page, 'kind: CRASH\n');
    const alert = page.getByRole('alert').filter({ hasText: 'by a fault of its own' });
    await alert.waitFor();
    await alert.getByRole('button', { name: 'Copy a report' }).click();
    await until(page, 'the report is copied', async () =>
      /unreachable\n\nkind: CRASH/.test(await page.evaluate(() => navigator.clipboard.readText())),
    );
    await open(page, 'get');
    assert.match(await printed(page, 'kubectl get svc').textContent(), /^back-end /m);
  });
});

test('a command of the terminal that takes for ever is stopped', async () => {
  await withPage({ goto: false }, async (page) => {
    await withFaultyReader(page);
    await page.goto(address());
    await printed(page, good).waitFor();
    const line = page.getByRole('textbox', { name: /^kubectl command/ });
    await line.fill('echo HANG');
    await line.press('Enter');
    await page.getByText('stopped: it took longer than 2 s, and nothing was changed').first().waitFor();
    await line.fill('kubectl get ns -o name');
    await line.press('Enter');
    await page.getByText('namespace/kube-system').first().waitFor();
  });
});

test('where no worker may start, the reader works on the page itself', async () => {
  await withPage({ goto: false }, async (page) => {
    await page.addInitScript(() => delete globalThis.Worker);
    await page.goto(address());
    await printed(page, good).waitFor();
    await paste(page, 'kind: Service\n');
    await page.getByRole('status').filter({ hasText: 'error' }).first().waitFor();
  });
});

test('in a sandboxed frame the reader works in a worker too', async () => {
  await withPage({ goto: false }, async (page) => {
    const workers = [];
    page.on('worker', (worker) => workers.push(worker.url()));
    const body = `<!doctype html><title>Lesson</title><iframe sandbox="allow-scripts" src="./" width="1200" height="800"></iframe>`;
    await page.route(address('lesson.html'), (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto(address('lesson.html'));
    const frame = page.frameLocator('iframe');
    await frame.getByRole('region', { name: good, exact: true }).waitFor();
    assert.equal(workers.length, 1, 'a worker of the frame');
    assert.match(workers[0], /^blob:null/);
  });
});

test('a hostile text leaves the page alive', async () => {
  await withPage({}, async (page) => {
    await printed(page, good).waitFor();
    const many = Array.from({ length: 9_000 }, (_, at) => `b${at + 1}: &b${at + 1} {<<: *b${at}, k${at}: 1}`).join('\n');
    await paste(page, `b0: &b0 {a: 1}\n${many}\n`);
    const longest = await page.evaluate(async () => {
      let longest = 0;
      let last = performance.now();
      for (const end = last + 3_000; last < end; ) {
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
      }
      return longest;
    });
    assert.ok(longest < 1_500, `no frame takes long: ${longest} ms`);
    await page.getByRole('alert').or(page.getByRole('list', { name: /^Problems/ })).first().waitFor();
  });
});
