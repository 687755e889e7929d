// What leads a reader on: the first story, the next thing to do, two scenarios side by side, large on a projector.

import test from 'node:test';
import assert from 'node:assert/strict';
import { complaints } from './axe.mjs';
import { editor, open, picture, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

test('a first visit is told one request, then another one, once', async () => {
  await withPage({ isFirstVisit: true }, async (page) => {
    const told = page.locator('.stage-caption');
    const seen = [];
    await until(page, 'the story has ended', async () => {
      const words = (await told.allTextContents()).join(' ').trim();
      if (words && seen.at(-1) !== words) seen.push(words);
      return seen.length > 3 && !words;
    });
    const all = seen.join(' ');
    assert.match(all, /back-end/);
    assert.match(all, /10\.111\.52\.100/, 'the Service’s address is named');
    await page.reload();
    await editor(page);
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    assert.equal(await told.count(), 0, 'it is not told again');
  });
});

test('any key that acts ends the story at once', async () => {
  await withPage({ isFirstVisit: true }, async (page) => {
    await page.locator('.stage-caption').first().waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.stage-caption').first().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  });
});

test('the next thing to do is offered, does what it says, and another one follows', async () => {
  await withPage({}, async (page) => {
    await editor(page);
    const next = page.getByRole('group', { name: 'Next' }).getByRole('button').first();
    assert.equal(await next.textContent(), 'Delete back-end-2');
    await next.click();
    await page.getByRole('button', { name: /^Pod back-end-2/ }).waitFor({ state: 'detached' });
    await until(page, 'another thing is offered', async () => (await next.textContent()) !== 'Delete back-end-2');
  });
});

test('two scenarios run side by side on one clock; what differs is lit, and a link opens it again', async () => {
  await withPage({}, async (page, context) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await editor(page);
    await page.evaluate(() => { location.hash = '#s/wrong-target-port'; });
    await open(page, 'traffic');
    await page.getByRole('button', { name: /side by side/i }).click();
    const dialog = page.getByRole('dialog', { name: 'Side by side' });
    const lit = dialog.getByRole('row', { name: /differs/ });
    await lit.first().waitFor();
    await until(page, 'one refuses, the other answers', async () => {
      const [here, beside] = await lit.first().getByRole('cell').allTextContents();
      return /refused/.test(here) && /answered/.test(beside);
    });
    const maps = await dialog.locator('canvas').evaluateAll((all) => all.map((map) => map.getBoundingClientRect()));
    const [width, height] = await page.evaluate(() => [innerWidth, innerHeight]);
    assert.equal(maps.length, 2);
    assert.ok(maps.every((map) => map.width > width / 3 && map.height > height / 4), JSON.stringify(maps));
    assert.deepEqual(await complaints(page), []);
    await picture(page, 'side-by-side');
    await dialog.getByRole('button', { name: 'Copy a link to this comparison' }).click();
    const link = await until(page, 'the link is copied', () => page.evaluate(() => navigator.clipboard.readText()));
    const again = await context.newPage();
    await again.goto(link);
    await again.getByRole('dialog', { name: 'Side by side' }).getByLabel('Beside it').waitFor();
    assert.match(await again.getByLabel('Beside it').locator('option:checked').textContent(), /the solution/);
  });
});

test('on a projector everything is large, and nothing is wider than the page', async () => {
  await withPage({ at: '?present' }, async (page) => {
    await editor(page);
    const size = (selector) => page.locator(selector).first().evaluate((node) => Number.parseFloat(getComputedStyle(node).fontSize));
    assert.ok((await size('.log td, .log th, .tab')) >= 18);
    const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= room);
    await picture(page, 'present');
  });
});
