// Every reader: both themes, phones, keyboards, less motion, screen readers.

import test from 'node:test';
import assert from 'node:assert/strict';
import { complaints } from './axe.mjs';
import { clock, editor, paste, picture, played, printed, useBrowser, withPage } from './browser.mjs';

useBrowser();

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const readers = {
  'desk-light': { colorScheme: 'light' },
  'desk-dark': { colorScheme: 'dark' },
  'phone-light': { ...phone, colorScheme: 'light' },
  'phone-dark': { ...phone, colorScheme: 'dark' },
  'embed-dark': { viewport: { width: 640, height: 400 }, colorScheme: 'dark', at: '?embed&view=stage' },
};

for (const [name, options] of Object.entries(readers)) {
  test(`${name}: nothing axe would complain about, nothing wider than the page`, async () => {
    await withPage(options, async (page) => {
      await page.locator('canvas').waitFor();
      await page.evaluate(() => document.fonts.ready);
      await played(page, '00:02.500');
      await picture(page, name);
      assert.deepEqual(await complaints(page), []);
      const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(content <= room, `${content} px in a page of ${room} px`);
    });
  });
}

test('an error on screen is as accessible as the rest', async () => {
  await withPage({}, async (page) => {
    await paste(page, 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 0\n');
    await page.getByRole('list', { name: 'Problems in services.yaml' }).waitFor();
    assert.deepEqual(await complaints(page), []);
    await picture(page, 'problem');
  });
});

test('the theme is chosen by a button and kept', async () => {
  await withPage({ colorScheme: 'light' }, async (page) => {
    await page.getByRole('button', { name: 'Dark theme' }).click();
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    assert.equal(await paper(), 'dark');
    await page.reload();
    await page.getByRole('button', { name: 'Light theme' }).waitFor();
    assert.equal(await paper(), 'dark');
  });
});

test('a page in the dark is printed on paper, with the map, and is dark again after it', async () => {
  await withPage({ colorScheme: 'dark' }, async (page) => {
    await played(page, '00:02.500');
    /** The theme, and whether a node's ground on the map has the colour of the light one. */
    await page.evaluate(() => {
      const isLight = () => {
        const { width, height } = document.querySelector('canvas');
        const copy = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d', { willReadFrequently: true });
        copy.drawImage(document.querySelector('canvas'), 0, 0);
        const { data } = copy.getImageData(0, 0, width, height);
        for (let at = 0; at < data.length; at += 4) if (data[at] === 236 && data[at + 1] === 230 && data[at + 2] === 216) return true;
        return false;
      };
      globalThis.look = () => [document.documentElement.dataset.theme, isLight()];
      matchMedia('print').addEventListener('change', ({ matches }) => matches && (globalThis.printed = look()));
    });
    assert.deepEqual(await page.evaluate(() => look()), ['dark', false]);
    await page.pdf();
    assert.deepEqual(await page.evaluate(() => globalThis.printed), ['light', true]);
    await page.waitForFunction(() => look().join() === 'dark,false');
  });
});

test('a keyboard reaches every control, and leaves the editor', async () => {
  await withPage({}, async (page) => {
    const box = await editor(page);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await box.focus();
    await page.keyboard.press('Escape');
    const wanted = new Set(['Copy link', 'Embed', 'Play', 'Step', 'Time', 'Speed']);
    await page.evaluate(() => document.activeElement.blur());
    for (let presses = 0; presses < 150 && wanted.size > 0; presses++) {
      await page.keyboard.press('Tab');
      const { name, visible } = await page.evaluate(() => {
        const at = document.activeElement;
        const label = at.labels?.[0]?.textContent ?? '';
        return { name: at.getAttribute('aria-label') || label || at.textContent.trim(), visible: at.checkVisibility() };
      });
      assert.ok(visible, `${name} has the focus and cannot be seen`);
      for (const one of [...wanted]) if (name.startsWith(one)) wanted.delete(one);
      if (name.startsWith('services.yaml.')) await page.keyboard.press('Escape');
    }
    assert.deepEqual([...wanted], [], 'not reached by Tab');
  });
});

test('keys play, pause and step', async () => {
  await withPage({}, async (page) => {
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    const before = await clock(page).textContent();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(([node, was]) => node.textContent > was, [await clock(page).elementHandle(), before]);
  });
});

test('who wants less motion gets the same words in steps', async () => {
  await withPage({ reducedMotion: 'reduce' }, async (page) => {
    await page.getByRole('row').filter({ hasText: 'answered' }).first().waitFor();
    await printed(page, 'kubectl describe service back-end').waitFor();
    const running = await page.evaluate(() => document.getAnimations().filter((animation) => animation.playState === 'running').length);
    assert.equal(running, 0);
    await picture(page, 'less-motion');
  });
});
