import test from 'node:test';
import assert from 'node:assert/strict';
import { address, picture, useBrowser, withPage } from './browser.mjs';

useBrowser();

test('the page starts in a sandboxed frame, on a server that sends no CORS headers', async () => {
  await withPage({ goto: false, viewport: { width: 680, height: 440 } }, async (page) => {
    await page.route(address('lesson.html'), (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><title>Lesson</title><iframe title="playground" sandbox="allow-scripts" width="640" height="400" src="./?embed&view=stage"></iframe>',
      }),
    );
    await page.goto(address('lesson.html'));
    const frame = page.frameLocator('iframe');
    await frame.locator('#app > *').first().waitFor();
    await picture(page, 'sandboxed');
  });
});
