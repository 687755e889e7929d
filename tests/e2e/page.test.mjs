import test from 'node:test';
import assert from 'node:assert/strict';
import { picture, useBrowser, withPage } from './browser.mjs';

useBrowser();

test('the page opens under any path, without an error, asking nobody else', async () => {
  await withPage({}, async (page) => {
    assert.equal(await page.title(), 'Service Playground');
    await page.evaluate(() => document.fonts.ready);
    await picture(page, 'opened');
  });
});
