// A link carries everything; a page of somebody else's carries the stage.

import test from 'node:test';
import assert from 'node:assert/strict';
import { address, clock, editor, open, paste, picture, played, printed, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const text = `# ünïcode, "quotes" and a tab:\t.
apiVersion: v1
kind: Service
metadata:
  name: shared
spec:
  ports:
    - port: 8080
`;

test('a copied link brings back text, seed and view exactly', async () => {
  let link;
  let seed;
  let moment;
  await withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    await paste(page, text);
    const before = await seedOf(page);
    await page.getByRole('button', { name: 'Reshuffle' }).click();
    seed = await until(page, 'the seed is another', async () => {
      const now = await seedOf(page);
      return now !== before && now;
    });
    await open(page, 'get');
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    moment = await clock(page).textContent();
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText(/copied/i).first().waitFor();
    link = await page.evaluate(() => navigator.clipboard.readText());
  });
  const fragment = new URL(link).hash;
  assert.match(fragment, /^#v1\.\w+\.[\w-]+$/);
  await withPage({ at: fragment }, async (page) => {
    await editor(page);
    assert.equal((await page.locator('.cm-line').allTextContents()).join('\n'), text);
    assert.equal(await seedOf(page), seed);
    assert.equal(await page.getByRole('tab', { name: 'get', exact: true }).getAttribute('aria-selected'), 'true');
    assert.match(await printed(page, 'kubectl get svc').textContent(), /^shared +ClusterIP /m);
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    assert.equal(await clock(page).textContent(), moment);
  });
});

/** The random choices all follow from it. */
function seedOf(page) {
  return page.getByRole('button', { name: 'Reshuffle' }).getAttribute('title');
}

test('a damaged link says so and loses nothing', async () => {
  await withPage({ at: '#v1.d.AAAA' }, async (page) => {
    await page.getByText(/this link is damaged/i).first().waitFor();
    await printed(page, 'kubectl describe service back-end').waitFor();
  });
});

test('the embed is the stage and its playback, whole in 640 by 400', async () => {
  await withPage({ at: '?embed&view=stage', viewport: { width: 640, height: 400 } }, async (page) => {
    await page.locator('canvas').waitFor();
    await page.getByRole('group', { name: 'Playback' }).waitFor();
    assert.equal(await page.getByRole('textbox').count(), 0);
    assert.equal(await page.getByRole('tab').count(), 0);
    const { width, height } = await page.evaluate(() => {
      const { scrollWidth: width, scrollHeight: height } = document.documentElement;
      return { width, height };
    });
    assert.ok(width <= 640 && height <= 400, `${width}×${height}`);
    await played(page, '00:02.500');
    await picture(page, 'embed');
  });
});

test('the snippet to embed works in a page of another site that allows scripts and nothing else', async () => {
  await withPage({ goto: false, permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    await page.goto(address());
    await page.getByRole('button', { name: 'Embed' }).click();
    const snippet = await page.getByRole('textbox', { name: 'Snippet' }).inputValue();
    assert.match(snippet, /sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"/);
    await page.route(address('lesson.html'), (route) =>
      route.fulfill({ contentType: 'text/html', body: `<!doctype html><title>Lesson</title>${snippet}` }),
    );
    await page.goto(address('lesson.html'));
    const frame = page.frameLocator('iframe');
    await frame.locator('canvas').waitFor();
    await frame.getByRole('group', { name: 'Playback' }).waitFor();
    // Their style sheet comes on its own, after the program or before it.
    await page.frames()[1].waitForFunction(() => [...document.fonts].some((font) => font.status === 'loaded'));
    await picture(page, 'sandboxed');
  });
});
