// The view as a file: what the sharing dialog saves, opened as the image that it is.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { paste, picture, played, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

/** Chooses a kind of picture in the dialog and saves it: its name and content. */
async function save(page, kind) {
  await page.getByRole('combobox', { name: 'Kind of picture' }).selectOption(kind);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Save picture' }).click()]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

async function openDialog(page) {
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('button', { name: 'Embed' }).click();
  await page.getByText('Picture', { exact: true }).click();
}

/** How large the image is that a file makes, as a page of somebody else shows it. */
function opened(page, { content }, type) {
  return page.evaluate(
    async ([data, type]) => {
      const image = new Image();
      image.src = `data:${type};base64,${data}`;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    },
    [content.toString('base64'), type],
  );
}

/** The parts of an SVG that matter to who does not see it, or fears it. */
async function read(page, { content }) {
  // The page's own policy lets nobody parse markup.
  const blank = await page.context().newPage();
  const parts = await blank.evaluate((text) => {
    const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    return {
      name: root.localName,
      role: root.getAttribute('role'),
      title: root.querySelector('title')?.textContent,
      description: root.querySelector('desc')?.textContent,
      scripts: root.querySelectorAll('script, foreignObject, a, image').length,
      handlers: [...root.querySelectorAll('*')].flatMap((node) => [...node.attributes]).filter(({ name, value }) => /^on/.test(name) || /https?:/.test(value)).length,
      words: [...root.querySelectorAll('text')].map((node) => node.textContent),
      ground: root.querySelector('rect').getAttribute('fill'),
    };
  }, content.toString('utf8'));
  await blank.close();
  return parts;
}

test('the view is saved as PNG, as SVG and as an SVG that moves', async () => {
  await withPage({ acceptDownloads: true, permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    await played(page, '00:04.000');
    await openDialog(page);
    await picture(page, 'export');

    const png = await save(page, 'png');
    assert.equal(png.name, 'service-playground.png');
    assert.deepEqual((await opened(page, png, 'image/png'))[0], 1920);

    const still = await save(page, 'svg');
    assert.equal(still.name, 'service-playground.svg');
    assert.ok((await opened(page, still, 'image/svg+xml'))[0] >= 960);
    const { words, description, ...rest } = await read(page, still);
    const ground = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--paper').trim());
    assert.deepEqual(rest, { name: 'svg', role: 'img', title: 'Requests through a Kubernetes Service', scripts: 0, handlers: 0, ground });
    for (const name of ['back-end', 'back-end-1', 'front-end-1', '10.244.0.5']) assert.ok(words.includes(name), name);
    assert.match(description, /back-end-1/);

    const moving = await save(page, 'moving');
    assert.ok(moving.content.length <= 100_000, `${moving.content.length} bytes`);
    assert.equal((await read(page, moving)).scripts, 0);
    await page.getByRole('button', { name: 'Copy Markdown' }).click();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^!\[Requests through .+\]\(service-playground\.svg\)$/s);

    // As on a page that shows images and nothing else.
    await page.getByRole('button', { name: 'Close' }).last().click();
    await page.evaluate((data) => {
      const image = Object.assign(new Image(), { id: 'moving', src: `data:image/svg+xml;base64,${data}` });
      document.body.replaceChildren(image);
    }, moving.content.toString('base64'));
    const image = page.locator('#moving');
    const first = await image.screenshot();
    await until(page, 'the image moves', async () => !(await image.screenshot()).equals(first));
  });
});

test('the picture has the colours of the theme in view', async () => {
  await withPage({ colorScheme: 'dark', acceptDownloads: true }, async (page) => {
    await played(page, '00:03.000');
    await openDialog(page);
    const { ground } = await read(page, await save(page, 'svg'));
    assert.equal(ground, await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()));
    await picture(page, 'export-dark');
  });
});

test('fifty pods move within 100 kB', async () => {
  const pod = (name, app, more = '') =>
    `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  labels:\n    app: ${app}\nspec:\n  containers:\n    - name: c\n      image: nginx\n${more}---\n`;
  const pods = Array.from({ length: 50 }, (_, at) => pod(`web-${at + 1}`, 'web')).join('');
  const clients = Array.from({ length: 4 }, (_, at) => pod(`client-${at + 1}`, 'client')).join('');
  const text = `${pods}${clients}apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n`;
  await withPage({ acceptDownloads: true }, async (page) => {
    await paste(page, text);
    await page.getByRole('button', { name: /web-50/ }).first().waitFor({ state: 'attached' });
    await played(page, '00:08.000');
    await openDialog(page);
    const moving = await save(page, 'moving');
    assert.ok(moving.content.length <= 100_000, `${moving.content.length} bytes`);
    assert.match(moving.content.toString('utf8'), /<animateMotion/);
    assert.ok((await opened(page, moving, 'image/svg+xml'))[0] >= 960);
    await picture(page, 'export-fifty');
  });
});

test('the dialog with a picture fits a phone', async () => {
  await withPage({}, async (page) => {
    await played(page, '00:03.000');
    await openDialog(page);
    await page.getByRole('img', { name: /back-end/ }).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    const scrolls = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(scrolls, 0);
    await picture(page, 'export-phone');
  });
});
