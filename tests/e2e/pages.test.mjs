// The pages of the scenarios: read without scripts, unfurled, and a way into the playground. `cargo xtask pages` writes them.

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

test('every scenario of the gallery has a page with a title, a story and a picture', () => {
  assert.ok(existsSync(folder), 'run `cargo xtask pages` first');
  assert.deepEqual(readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort(), [...names].sort());
  for (const name of names) {
    const html = readFileSync(`${folder}${name}/index.html`, 'utf8');
    const value = (property) => new RegExp(`(?:property|name)="${property}" content="([^"]+)"`).exec(html)?.[1];
    for (const property of ['og:title', 'og:description', 'og:image', 'og:image:alt', 'twitter:card', 'description']) assert.ok(value(property), `${name} has no ${property}`);
    assert.match(html, /<link rel="canonical"/);
    assert.deepEqual([...readFileSync(`${folder}${name}/preview.png`).subarray(1, 4)], [...Buffer.from('PNG')]);
  }
});

for (const [theme, viewport] of [['light', { width: 1440, height: 900 }], ['dark', { width: 390, height: 844 }]]) {
  test(`a page reads without scripts, ${theme}, ${viewport.width} px wide`, async () => {
    await withPage({ goto: false, javaScriptEnabled: false, colorScheme: theme, viewport }, async (page) => {
      for (const name of ['three-tiers', 'clusterip-tour', 'selector-matches-no-pod']) {
        await page.goto(address(`s/${name}/index.html`));
        assert.ok(await page.getByRole('heading', { level: 1 }).isVisible());
        assert.ok(await page.getByText('kind: Service').first().isVisible() || name === 'clusterip-tour');
        assert.ok(await page.getByRole('img').isVisible());
        const { width } = await page.locator('body').boundingBox();
        assert.ok(width <= viewport.width, `${name} is ${width} wide`);
        await picture(page, `page-${name}-${theme}`);
      }
    });
  });

  test(`a page has nothing that keeps readers out, ${theme}`, async () => {
    await withPage({ goto: false, colorScheme: theme, viewport, bypassCSP: true }, async (page) => {
      for (const path of ['s/index.html', 's/clusterip-tour/index.html', 's/selector-matches-no-pod/index.html']) {
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
