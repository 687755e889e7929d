// The pages of the scenarios, in English and in German: read without scripts, unfurled, and a way into the playground.
// `cargo xtask pages` writes them.

import test from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { address, picture, useBrowser, withPage } from './browser.mjs';

useBrowser();

const folder = fileURLToPath(new URL('../../dist/s/', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const order = readFileSync(new URL('../../web/scenarios/gallery/order.txt', import.meta.url), 'utf8');
const names = order.split('\n').filter((line) => line && !line.startsWith('#'));

const folders = (path) => readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();

test('every scenario of the gallery has a page with a title, a story and a picture, in each language', () => {
  assert.ok(existsSync(folder), 'run `cargo xtask pages` first');
  assert.deepEqual(folders(folder), ['de', ...names].sort());
  assert.deepEqual(folders(`${folder}de`), [...names].sort());
  for (const name of names.flatMap((name) => [name, `de/${name}`])) {
    const html = readFileSync(`${folder}${name}/index.html`, 'utf8');
    const value = (property) => new RegExp(`(?:property|name)="${property}" content="([^"]+)"`).exec(html)?.[1];
    for (const property of ['og:title', 'og:description', 'og:locale', 'og:image', 'og:image:alt', 'twitter:card', 'description']) assert.ok(value(property), `${name} has no ${property}`);
    assert.match(html, /<link rel="canonical"/);
    assert.deepEqual([...readFileSync(`${folder}${name}/preview.png`).subarray(1, 4)], [...Buffer.from('PNG')]);
  }
});

for (const [theme, viewport] of [['light', { width: 1440, height: 900 }], ['dark', { width: 390, height: 844 }]]) {
  test(`a page reads without scripts, ${theme}, ${viewport.width} px wide`, async () => {
    await withPage({ goto: false, javaScriptEnabled: false, colorScheme: theme, viewport }, async (page) => {
      for (const name of ['three-tiers', 'clusterip-tour', 'selector-matches-no-pod', 'de/clusterip-tour', 'de/addresses-of-one-endpoint']) {
        await page.goto(address(`s/${name}/index.html`));
        assert.ok(await page.getByRole('heading', { level: 1 }).isVisible());
        assert.ok(await page.getByText('kind: Service').first().isVisible() || name.endsWith('clusterip-tour'));
        assert.ok(await page.getByRole('img').isVisible());
        const { width } = await page.locator('body').boundingBox();
        assert.ok(width <= viewport.width, `${name} is ${width} wide`);
        await picture(page, `page-${name.replace('/', '-')}-${theme}`);
      }
    });
  });

  test(`a page has nothing that keeps readers out, ${theme}`, async () => {
    await withPage({ goto: false, colorScheme: theme, viewport, bypassCSP: true }, async (page) => {
      for (const path of ['s/index.html', 's/clusterip-tour/index.html', 's/selector-matches-no-pod/index.html', 's/de/index.html', 's/de/clusterip-tour/index.html']) {
        await page.goto(address(path));
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes[0].html]), [], path);
      }
    });
  });
}

test('a page opens the playground at its scenario', async () => {
  await withPage({ goto: false }, async (page) => {
    await page.goto(address('s/selector-matches-no-pod/index.html'));
    const title = await page.getByRole('heading', { level: 1 }).textContent();
    await page.getByRole('link', { name: 'Open in the playground' }).click();
    await page.getByRole('heading', { name: title }).first().waitFor();
    assert.equal(new URL(page.url()).hash, '#s/selector-matches-no-pod');
  });
});

test('a German page opens a German playground at its scenario, and leads to the English page and back', async () => {
  await withPage({ goto: false }, async (page) => {
    await page.goto(address('s/de/selector-matches-no-pod/index.html'));
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    const title = await page.getByRole('heading', { level: 1 }).textContent();
    for (const [name, path] of [['English', /\/s\/selector-matches-no-pod\/$/], ['Deutsch', /\/s\/de\/selector-matches-no-pod\/$/]]) {
      const link = page.getByRole('link', { name, exact: true });
      assert.match(new URL(await link.evaluate((it) => it.href)).pathname, path);
      await page.goto(`${await link.evaluate((it) => it.href)}index.html`);
    }
    await page.getByRole('link', { name: 'Im Playground öffnen' }).click();
    await page.getByRole('heading', { name: title }).first().waitFor();
    assert.equal(new URL(page.url()).search, '?lang=de');
    assert.equal(new URL(page.url()).hash, '#s/selector-matches-no-pod');
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  });
});

test('a page is printed on paper, whatever the theme', async () => {
  await withPage({ goto: false, colorScheme: 'dark' }, async (page) => {
    await page.goto(address('s/de/clusterip-tour/index.html'));
    const look = () => page.evaluate(() => [getComputedStyle(document.documentElement).backgroundColor, document.querySelector('img').currentSrc.split('/').pop()]);
    assert.deepEqual(await look(), ['rgb(15, 20, 27)', 'map-dark.svg']);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.waitForFunction(() => document.querySelector('img').currentSrc.endsWith('/map.svg'));
    assert.deepEqual(await look(), ['rgb(246, 242, 233)', 'map.svg']);
  });
});
