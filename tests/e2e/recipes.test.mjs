// The recipes of docs/embedding.md, rendered by what renders them elsewhere: CommonMark, MDX in React, reveal.js.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { address, picture, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const folder = fileURLToPath(new URL('../recipes/', import.meta.url));
const require = createRequire(`${folder}package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const document = readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8');

/** The snippet of a recipe, with the address of this test's playground; `link` takes the place of the link. */
function snippet(recipe, link = '') {
  const [, rest] = document.split(`**${recipe}**`);
  return /^```\w+\n([\s\S]*?)^```$/m
    .exec(rest)[1]
    .replaceAll('https://YOUR-HOST/playground/', address())
    .replaceAll('#v1.…', link);
}

/** Serves a page of a course at the playground's own site. */
async function course(page, body, head = '') {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Course</title>${head}${body}`;
  await page.route(address('course.html'), (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto(address('course.html'));
}

test('Markdown: CommonMark leaves the element and its YAML as they are, empty lines and all', async () => {
  const { Parser, HtmlRenderer } = await load('commonmark');
  const chapter = `# Services\n\nBefore.\n\n${snippet('Markdown that takes HTML')}\nAfter, with *emphasis*.\n`;
  const html = new HtmlRenderer().render(new Parser().parse(chapter));
  assert.match(html, /<em>emphasis<\/em>/);
  await withPage({ goto: false }, async (page) => {
    await course(page, `<main>${html}</main>`, `<script src="${address('service-playground.js')}" defer></script>`);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('textbox', { name: /^services\.yaml\. Escape/ }).waitFor();
    await frame.getByRole('button', { name: /shop-1/ }).first().waitFor();
    const lines = await frame.locator('.cm-line').allTextContents();
    assert.ok(lines.includes('') && lines.includes('    app: shop'), lines.join('\n'));
    await picture(page, 'recipe-markdown');
  });
});

test('MDX, as Docusaurus renders it by React', async () => {
  const [{ evaluate }, runtime, { createElement }, { renderToStaticMarkup }] = await Promise.all(
    ['@mdx-js/mdx', 'react/jsx-runtime', 'react', 'react-dom/server'].map(load),
  );
  const { default: Chapter } = await evaluate(`# Services\n\n${snippet('MDX')}\n\nAfter.\n`, { ...runtime.default, ...runtime });
  const html = renderToStaticMarkup(createElement(Chapter));
  await withPage({ goto: false }, async (page) => {
    await course(page, `<main>${html}</main>`);
    const frame = page.frameLocator('iframe');
    await frame.locator('canvas').waitFor();
    await frame.getByRole('textbox', { name: /^services\.yaml\. Escape/ }).waitFor();
    assert.equal(await page.locator('iframe').getAttribute('sandbox'), 'allow-scripts allow-popups allow-popups-to-escape-sandbox');
    await picture(page, 'recipe-mdx');
  });
});

test('reveal.js loads a frame with its slide, and clicks in the scaled slide meet what is seen', async () => {
  const dist = `${folder}node_modules/reveal.js/dist/`;
  await withPage({ goto: false, viewport: { width: 720, height: 480 } }, async (page) => {
    await page.route(address('reveal/**'), (route) => {
      const name = route.request().url().slice(address('reveal/').length);
      return route.fulfill({ contentType: name.endsWith('.css') ? 'text/css' : 'text/javascript', body: readFileSync(dist + name) });
    });
    await course(
      page,
      `<div class="reveal"><div class="slides"><section><h2>Services</h2></section>${snippet('reveal.js')}</div></div>
       <script src="${address('reveal/reveal.js')}"></script><script>Reveal.initialize({ width: 960, height: 700, transition: 'none', hash: false })</script>`,
      `<link rel="stylesheet" href="${address('reveal/reveal.css')}">`,
    );
    await until(page, 'the slides are there', () => page.evaluate(() => globalThis.Reveal?.isReady()));
    const slide = page.locator('section iframe');
    assert.equal(await slide.getAttribute('src'), null, 'a slide that is not near loads nothing');
    await page.evaluate(() => Reveal.next());
    const frame = page.frameLocator('section iframe');
    await frame.getByRole('group', { name: 'Playback' }).waitFor();
    const scale = await page.evaluate(() => Reveal.getScale());
    assert.ok(scale < 0.9, `scaled by ${scale}`);
    const pause = frame.getByRole('button', { name: 'Pause', exact: true });
    const { x, y, width, height } = await pause.evaluate((node) => node.getBoundingClientRect().toJSON());
    const box = await slide.boundingBox();
    const drawn = box.width / (await slide.evaluate((node) => node.offsetWidth));
    await page.mouse.click(box.x + drawn * (x + width / 2), box.y + drawn * (y + height / 2));
    await frame.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await picture(page, 'recipe-reveal');
  });
});

test('a learning platform that keeps src, title, size, style and sandbox alone', async () => {
  const kept = ['src', 'width', 'height', 'title', 'style', 'sandbox'];
  const html = snippet('Moodle, Canvas');
  const names = [...html.matchAll(/\s([a-z-]+)=/g)].map(([, name]) => name);
  assert.deepEqual(names.filter((name) => !kept.includes(name)), []);
  await withPage({ goto: false }, async (page) => {
    await course(page, `<div class="user_content">${html}</div>`);
    await page.frameLocator('iframe').locator('canvas').waitFor();
  });
});
