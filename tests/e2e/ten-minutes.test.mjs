// Follows docs/ten-minutes.md: files and commands are taken from the document itself.

import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { address, picture, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const root = fileURLToPath(new URL('../..', import.meta.url));
const document = readFileSync(join(root, 'docs/ten-minutes.md'), 'utf8');
const files = Object.fromEntries(
  [...document.matchAll(/^Save as `(\S+)`:\n\n```\w+\n([\s\S]*?)^```$/gm)].map(([, name, content]) => [name, content]),
);
const block = (language) => new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(document)[1].trim();
let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'course-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
});
after(() => rmSync(folder, { recursive: true }));

test('step 2: the exercise holds what it says', () => {
  const line = block('sh').replace('shop.yaml', join(folder, 'shop.yaml'));
  assert.equal(execSync(line, { cwd: root, encoding: 'utf8' }).trim(), 'all checks hold');
});

test('step 3: the page has the same exercise in its source', () => {
  assert.ok(files['course.html'].includes(`<pre>\n${files['shop.yaml']}</pre>`));
});

test('step 4: the page says what the learner reaches', async () => {
  await solve(files['course.html'], 'ten-minutes');
});

test('the same in a book: head and chapter as mdBook puts them together', async () => {
  const require = createRequire(join(root, 'tests/recipes/package.json'));
  const { Parser, HtmlRenderer } = await import(pathToFileURL(require.resolve('commonmark')));
  const chapter = files['src/shop.md'].replace('{{#include shop.yaml}}\n', files['shop.yaml']);
  const content = new HtmlRenderer().render(new Parser().parse(chapter));
  const head = `<meta charset="utf-8"><title>Services</title>${files['theme/head.hbs']}`;
  await solve(`<!doctype html><html lang="en"><head>${head}</head><body><main>${content}</main></body></html>`, 'ten-minutes-book');
});

/** Opens a page of a course, checks, and solves its exercise; the page says what is reached. */
async function solve(html, name) {
  await withPage({ goto: false, viewport: { width: 1024, height: 800 } }, async (page) => {
    // The page belongs to somebody else, who has no icon.
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    const course = html.replaceAll('https://YOUR-HOST/playground/', address());
    await page.route(address('course.html'), (route) => route.fulfill({ contentType: 'text/html', body: course }));
    await page.goto(address('course.html'));
    const frame = page.frameLocator('iframe');
    const grade = (words) => until(page, `the page says ${words}`, async () => (await page.locator('#grade').textContent()) === words);
    await frame.getByRole('heading', { name: 'The shop answers nobody' }).waitFor();
    await frame.getByRole('button', { name: 'Check' }).click();
    await grade('0 of 1');
    await page.evaluate((line) => document.querySelector('service-playground').run(line), block('kubectl'));
    await frame.getByRole('button', { name: 'Check' }).click();
    await grade('solved, 0 hints');
    await picture(page, name);
  });
}
