// Nothing that a learner writes is lost: not on a reload at any moment, between two tabs, by another scenario, a link or a file.

import test from 'node:test';
import assert from 'node:assert/strict';
import { address, editor, paste, picture, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const holds = (page, words) =>
  until(page, `the editor holds ${words}`, async () => (await (await editor(page)).textContent()).includes(words));

const service = (name) => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  ports: [{port: 80}]\n`;

/** Opens the list of texts; its rows. */
async function list(page) {
  await page.getByRole('button', { name: /your texts$/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Your texts' });
  await dialog.waitFor();
  return dialog.getByRole('listitem').getByRole('button');
}

/** Chooses a scenario of the gallery by its place in it. */
async function choose(page, place) {
  await page.getByRole('button', { name: /^Scenario:/ }).click();
  await page.locator('.gallery-group .gallery-entry').nth(place).click();
}

/** Drops files on what a selector matches. */
function drop(page, selector, files) {
  return page.evaluate(
    ([selector, files]) => {
      const dataTransfer = new DataTransfer();
      for (const [name, text] of files) dataTransfer.items.add(new File([text], name));
      const at = document.querySelector(selector);
      const event = (kind) => new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer });
      const over = at.dispatchEvent(event('dragover'));
      const marked = document.documentElement.hasAttribute('data-drop');
      const dropped = at.dispatchEvent(event('drop'));
      return { prevented: !over && !dropped, marked };
    },
    [selector, files],
  );
}

test('a text is there after a reload right behind the last key', async () => {
  await withPage({}, async (page) => {
    for (let round = 0; round < 3; round++) {
      const words = `kind: Round${round}`;
      await paste(page, `${words}\n`);
      await page.keyboard.type('# more');
      await page.reload();
      await holds(page, `# more`);
      await holds(page, words);
    }
  });
});

test('a text is kept at once as the page ends, before the app has come to it', async () => {
  await withPage({}, async (page) => {
    await (await editor(page)).focus();
    await page.keyboard.press('ControlOrMeta+A');
    const kept = await page.evaluate((text) => {
      const box = document.querySelector('.editor-code [role=textbox]');
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      box.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
      // Nothing else runs in between.
      dispatchEvent(new Event('pagehide'));
      return sessionStorage.getItem(Object.keys(sessionStorage).find((key) => sessionStorage.getItem(key).includes('kept-at-once')) ?? '');
    }, '# kept-at-once\n');
    assert.match(kept ?? '', /kept-at-once/);
    await page.reload();
    await holds(page, '# kept-at-once');
  });
});

test('a page that is left while it reads is not taken for one that hung', async () => {
  await withPage({}, async (page) => {
    await editor(page);
    for (let round = 0; round < 3; round++) {
      await page.evaluate(() => {
        location.hash = '#s/round-robin';
        location.reload();
      });
      await page.getByRole('heading', { name: 'Does a Service go round its pods in turn?' }).waitFor();
    }
  });
});

test('several texts, edited one after the other, are all there, with their dates', async () => {
  await withPage({}, async (page) => {
    for (const name of ['first', 'second', 'third']) {
      await paste(page, service(name));
      await choose(page, 1);
    }
    const rows = await list(page);
    await picture(page, 'texts');
    const told = await rows.allTextContents();
    assert.deepEqual(
      told.map((row) => row.replace(/\d\d:\d\d/, 'hh:mm')),
      ['Today, hh:mmService third', 'Today, hh:mmService second', 'Today, hh:mmService first'],
    );
    await rows.nth(2).click();
    await holds(page, 'name: first');
    await page.reload();
    await holds(page, 'name: first');
    assert.equal(await (await list(page)).count(), 3, 'what is shown is one of them');
  });
});

test('two tabs do not overwrite each other', async () => {
  await withPage({}, async (page, context) => {
    await paste(page, service('both'));
    await page.waitForFunction(() => localStorage.getItem('draft')?.includes('both'));
    const other = await context.newPage();
    await other.goto(address());
    await holds(other, 'name: both');
    await paste(page, service('one'));
    await page.waitForFunction(() => localStorage.getItem('draft')?.includes('name: one'));
    await paste(other, service('other'));
    await page.waitForFunction(() => localStorage.getItem('draft')?.includes('name: other'));
    await page.reload();
    await holds(page, 'name: one');
    await other.reload();
    await holds(other, 'name: other');
    const told = await (await list(page)).allTextContents();
    assert.deepEqual(told.map((row) => row.replace(/^.*:\d\d/, '')), ['Service other', 'Service one']);
  });
});

test('undo in the editor and outside of it brings back the scenario before', async () => {
  await withPage({}, async (page) => {
    await paste(page, service('mine'));
    await choose(page, 2);
    await until(page, 'another text is shown', async () => !(await (await editor(page)).textContent()).includes('name: mine'));
    await (await editor(page)).focus();
    await page.keyboard.press('ControlOrMeta+z');
    await holds(page, 'name: mine');
    await choose(page, 2);
    await page.locator('.stage-ground').click({ position: { x: 40, y: 40 } });
    await page.keyboard.press('ControlOrMeta+z');
    await holds(page, 'name: mine');
  });
});

test('a file that is dropped anywhere opens, and the page stays', async () => {
  await withPage({}, async (page) => {
    for (const [place, selector] of ['.stage', '.cm-content', '.header', '.log, .requests'].entries()) {
      await editor(page);
      const done = await drop(page, selector, [[`b.yaml`, service(`two-${place}`)], [`a.yaml`, service(`one-${place}`)]]);
      assert.deepEqual(done, { prevented: true, marked: true });
      await holds(page, `name: one-${place}`);
      await holds(page, `name: two-${place}`);
    }
    await page.getByRole('status').filter({ hasText: 'Opened a.yaml, b.yaml. Your text is saved.' }).waitFor();
    await drop(page, '.stage', [['a.png', '\0\0']]);
    await page.getByText('a.png is no text. Nothing was changed.').waitFor();
    await drop(page, '.stage', [['long.yaml', '# '.repeat(600_000)]]);
    await page.getByText('Too much to open: 1.2 MB').waitFor();
    await holds(page, 'name: one-3');
  });
});

test('storage that is full, denied or cleared is told', async () => {
  await withPage({ goto: false }, async (page) => {
    await page.addInitScript(() => {
      const set = Storage.prototype.setItem;
      Storage.prototype.setItem = function (key, word) {
        if (globalThis.isFull) throw new DOMException('no room', 'QuotaExceededError');
        set.call(this, key, word);
      };
    });
    await page.goto(address());
    await paste(page, service('kept'));
    await page.waitForFunction(() => localStorage.getItem('draft')?.includes('kept'));
    await page.evaluate(() => (globalThis.isFull = true));
    await paste(page, service('lost'));
    await page.getByText('Not saved. This browser has no room left for this page').waitFor();
    await page.getByRole('button', { name: 'Not saved: your texts' }).waitFor();
    await page.evaluate(() => (globalThis.isFull = false));
    await paste(page, service('again'));
    await page.getByRole('button', { name: 'Saved: your texts' }).waitFor();
    await page.evaluate(() => {
      localStorage.clear();
      dispatchEvent(new StorageEvent('storage', { key: null }));
    });
    await page.waitForFunction(() => localStorage.getItem('draft')?.includes('again'));
  });
  await withPage({ goto: false }, async (page) => {
    await page.addInitScript(() => {
      const denied = { get: () => { throw new DOMException('denied', 'SecurityError'); } };
      Object.defineProperty(globalThis, 'localStorage', denied);
      Object.defineProperty(globalThis, 'sessionStorage', denied);
    });
    await page.goto(address());
    await page.getByRole('button', { name: 'Not saved: your texts' }).waitFor();
    await paste(page, service('here'));
    await holds(page, 'name: here');
  });
});
