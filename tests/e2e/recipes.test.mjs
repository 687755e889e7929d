// The recipes of docs/embedding.md, rendered by what renders them elsewhere: CommonMark, MDX in React, reveal.js;
// and pages that mdBook and Docusaurus wrote from them (tests/recipes/rendered).

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { address, picture, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const folder = fileURLToPath(new URL('../recipes/', import.meta.url));
const require = createRequire(`${folder}package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const document = readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8');
const lesson = readFileSync(new URL('../../docs/ten-minutes.md', import.meta.url), 'utf8');

/** The first snippet of a recipe, or a later one. */
function snippet(recipe, link = '', which = 0) {
  const [, rest] = document.split(`**${recipe}**`);
  const snippets = [...rest.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)];
  return addressed(snippets[which][1], link);
}

/** With the address of this test's playground; `link` takes the place of the link. */
function addressed(text, link = '') {
  return text.replaceAll('https://YOUR-HOST/playground/', address()).replaceAll('#v1.…', link);
}

/** The YAML of the recipe for Markdown. */
function recipe() {
  return /<pre>\n([\s\S]*?)<\/pre>/.exec(snippet('Markdown that takes HTML'))[1];
}

/**
 * Opens a page that a tool wrote from the recipes, as `/book/`.
 * Sheets and scripts of the tool's theme are empty here.
 */
async function rendered(page, tool, link) {
  const html = readFileSync(`${folder}rendered/${tool}/services.html`, 'utf8');
  await page.route(address('book/**'), (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname.endsWith('/book/')) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: addressed(html, link) });
    return route.fulfill({ contentType: pathname.endsWith('.css') ? 'text/css' : 'text/javascript', body: '' });
  });
  await page.goto(address('book/'));
}

/** The text that a frame was asked to open. */
async function asked(frame) {
  const [, data] = (await frame.getAttribute('src')).split('#v1.d.');
  return JSON.parse(inflateRawSync(Buffer.from(data, 'base64url'))).text;
}

/** YAML of which a tool for Markdown would like to make something else. */
const ODD = `apiVersion: v1
kind: Service
metadata:
  name: odd
  annotations:
    words: "*one* **two** _three_ 'four' -- five... \`six\` {{seven}} {eight} <nine> &amp; [ten](eleven)"


    # - an indented comment after two empty lines
    more: "https://example.org/ :smile: ~~twelve~~ $thirteen$"
spec:
  selector: { app: shop }
  ports:
  - port: 80
`;

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

test('a page of mdBook 0.5.4: each element is alive, with its YAML whole, and tells the grade', async () => {
  await withPage({ goto: false }, async (page) => {
    await rendered(page, 'mdbook-0.5.4');
    const frames = page.locator('service-playground iframe');
    const shop = frames.first().contentFrame();
    await shop.getByRole('button', { name: /shop-1/ }).first().waitFor();
    const lines = await shop.locator('.cm-line').allTextContents();
    assert.equal(lines.join('\n'), recipe());
    const elements = page.locator('service-playground');
    assert.equal(await elements.count(), 3);
    await elements.nth(1).scrollIntoViewIfNeeded();
    await frames.nth(1).contentFrame().getByRole('button', { name: 'Check' }).click();
    await until(page, 'the page says the grade', async () => (await page.locator('#grade').textContent()) === '0 of 1');
    assert.equal(await asked(frames.nth(1)), /^Save as `shop.yaml`:\n\n```yaml\n([\s\S]*?)^```$/m.exec(lesson)[1]);
    await elements.nth(2).scrollIntoViewIfNeeded();
    await frames.nth(2).contentFrame().locator('canvas').waitFor();
    assert.equal(await asked(frames.nth(2)), ODD);
    await picture(page, 'recipe-mdbook');
  });
});

test('MDX, as React renders it: an element with a link, and a frame', async () => {
  const [{ evaluate }, runtime, { createElement }, { renderToStaticMarkup }] = await Promise.all(
    ['@mdx-js/mdx', 'react/jsx-runtime', 'react', 'react-dom/server'].map(load),
  );
  const chapter = `# Services\n\n${snippet('MDX')}\n\nBetween.\n\n${snippet('MDX', '', 1)}\n\nAfter.\n`;
  const { default: Chapter } = await evaluate(chapter, { ...runtime.default, ...runtime });
  const html = renderToStaticMarkup(createElement(Chapter));
  await withPage({ goto: false }, async (page) => {
    await course(page, `<main>${html}</main>`, `<script src="${address('service-playground.js')}" defer></script>`);
    await bothAlive(page);
    await picture(page, 'recipe-mdx');
  });
});

test('a page of Docusaurus 3.10.2: element and frame are alive, and open the link', async () => {
  const text = recipe();
  const link = `#v1.d.${deflateRawSync(JSON.stringify({ text, seed: 7 })).toString('base64url')}`;
  await withPage({ goto: false }, async (page) => {
    await rendered(page, 'docusaurus-3.10.2', link);
    for (const frame of await bothAlive(page)) {
      assert.equal(await asked(frame), text);
      assert.equal((await frame.contentFrame().locator('.cm-line').allTextContents()).join('\n'), text);
    }
    await picture(page, 'recipe-docusaurus');
  });
});

/** The frame of the element and the one without, once each shows YAML and map. */
async function bothAlive(page) {
  const inElement = page.locator('service-playground iframe');
  const alone = page.locator('iframe[sandbox]');
  assert.equal(await alone.getAttribute('sandbox'), 'allow-scripts allow-popups allow-popups-to-escape-sandbox');
  await page.locator('service-playground').scrollIntoViewIfNeeded();
  for (const frame of [inElement, alone]) {
    await frame.scrollIntoViewIfNeeded();
    await frame.contentFrame().locator('canvas').waitFor();
    await frame.contentFrame().getByRole('textbox', { name: /^services\.yaml\. Escape/ }).waitFor();
  }
  return [inElement, alone];
}

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
