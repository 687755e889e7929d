// The program comes in two parts; nobody notices which part does what.

import test from 'node:test';
import assert from 'node:assert/strict';
import { address, open, played, printed, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const later = '**/assets/later.*.wasm';

test('the first view needs the first part alone', async () => {
  await withoutLaterPart({}, async (page, asked) => {
    await printed(page, 'kubectl describe service back-end').waitFor();
    await played(page, '00:02.500');
    assert.equal(asked.atOnce, 0, 'something in the first view waits for the later part: run `cargo xtask profile`');
  });
});

test('whoever needs the later part before it is there gets it at once', async () => {
  await withoutLaterPart({}, async (page, asked) => {
    await page.getByRole('button', { name: 'Embed' }).click();
    assert.match(await page.getByRole('textbox', { name: 'Snippet' }).inputValue(), /sandbox="allow-scripts /);
    assert.equal(asked.atOnce, 1);
    await page.getByRole('button', { name: 'Close' }).first().click();
    // What was asked for in the background comes in the end, and changes nothing.
    asked.release();
    await open(page, 'get');
    await until(page, 'get prints', async () => /back-end/.test(await printed(page, 'kubectl get svc').textContent()));
    assert.equal(asked.atOnce, 1);
  });
});

test('a link may need the later part before anything is painted', async () => {
  await withoutLaterPart({ at: '#v1.d.AAAA' }, async (page) => {
    await page.getByText(/this link is damaged/i).first().waitFor();
    await printed(page, 'kubectl describe service back-end').waitFor();
  });
});

/** A page that waits in vain for the later part, unless it is asked for within a call. */
async function withoutLaterPart({ at = '' }, use) {
  await withPage({ goto: false }, async (page) => {
    const asked = { atOnce: 0 };
    const released = new Promise((resolve) => (asked.release = resolve));
    await page.route(later, async (route) => {
      const request = route.request();
      // The preview of an embed is a page of its own.
      const isOurs = request.frame() === page.mainFrame();
      if (request.resourceType() !== 'xhr') await released;
      else if (isOurs) asked.atOnce += 1;
      await route.continue();
    });
    await page.goto(address(at));
    try {
      await use(page, asked);
    } finally {
      asked.release();
      await page.unrouteAll({ behavior: 'wait' });
    }
  });
}
