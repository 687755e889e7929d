// What every browser test stands on: dist/ on a server, one Chromium, a page that fails the test on any error.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { folder, inFirefox, knowsTheStory, launch, serve } from './server.mjs';

const artefacts = fileURLToPath(new URL('./artefacts/', import.meta.url));
let server;
let browser;

/** To be called once by each test file. */
export function useBrowser() {
  before(async () => {
    mkdirSync(artefacts, { recursive: true });
    server = await serve();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  });
}

/** The page's address, with what follows it. */
export function address(rest = '') {
  return `http://127.0.0.1:${server.address().port}${folder}${rest}`;
}

/**
 * Runs `use` with a page of a fresh browser profile; afterwards asserts that the page reported no error
 * and asked no other host for anything.
 *
 * The page is one that has told its first story already, unless it `isFirstVisit`.
 * `options` go to the browser context (viewport, colorScheme, reducedMotion, …); `at` is what follows the page's address.
 */
export async function withPage({ at = '', goto = true, isFirstVisit = false, ...options } = {}, use) {
  // What a page keeps for the next visit would answer before a test does.
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block', ...options });
  if (!isFirstVisit) await context.addInitScript(knowsTheStory);
  context.setDefaultTimeout(inFirefox ? 40_000 : 15_000);
  const errors = [];
  const foreign = [];
  context.on('page', (page) => watch(page, errors));
  context.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(address())) foreign.push(request.url());
  });
  try {
    const page = await context.newPage();
    if (goto) await page.goto(address(at));
    await use(page, context);
    assert.deepEqual(errors, [], 'errors in the console');
    assert.deepEqual(foreign, [], 'requests to other places');
  } finally {
    await context.close();
  }
}

/** The editor, once it is all there. */
export async function editor(page) {
  const box = page.getByRole('textbox', { name: /^services\.yaml\. Escape/ });
  await box.waitFor();
  return box;
}

/** Lets the page use the clipboard, for which Firefox asks nobody here. */
export async function allowClipboard(page) {
  if (!inFirefox) await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
}

/** Replaces the whole text in the editor by pasting, as a learner does. */
export async function paste(page, text) {
  const box = await editor(page);
  await allowClipboard(page);
  await page.evaluate((words) => navigator.clipboard.writeText(words), text);
  await box.focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('ControlOrMeta+V');
}

/** Opens a tab by its name. */
export async function open(page, tab) {
  await page.getByRole('tab', { name: tab, exact: true }).click();
}

/** What a kubectl command prints on the page; its tab has to be open. */
export function printed(page, line) {
  return page.getByRole('region', { name: line, exact: true });
}

/** The rows of the log, the newest first. */
export async function log(page) {
  const rows = page.getByRole('table').getByRole('row');
  return rows.evaluateAll((all) =>
    all
      .map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent.trim()))
      .filter((cells) => cells.length === 4)
      .map(([number, from, to, outcome]) => ({ number: Number(number), from, to, outcome })),
  );
}

/** Waits until the log holds a request that `matches`; that request. */
export function request(page, matches) {
  return until(page, 'the log holds such a request', async () => (await log(page)).find(matches));
}

/** Asks frame by frame, for 20 seconds at most, until `found` gives something; that. */
export async function until(page, what, found) {
  for (const end = Date.now() + 20_000; Date.now() < end; await frames(page, 1)) {
    const it = await found();
    if (it) return it;
  }
  return assert.fail(`waited in vain until ${what}`);
}

/** Waits until the browser has drawn so many frames. */
export function frames(page, count) {
  return page.evaluate(async (wanted) => {
    for (let drawn = 0; drawn < wanted; drawn++) await new Promise(requestAnimationFrame);
  }, count);
}

/** The clock of the simulation, as `00:02.500`. */
export function clock(page) {
  return page.getByRole('group', { name: 'Playback' }).getByRole('status');
}

/** Waits until the simulation is past that moment. */
export async function played(page, moment) {
  await page.waitForFunction(([node, until]) => node.textContent > until, [await clock(page).elementHandle(), moment]);
}

/** Keeps a picture of the page as it is now. */
export async function picture(page, name) {
  await page.screenshot({ path: join(artefacts, `${name}.png`) });
}

function watch(page, errors) {
  page.on('console', (message) => {
    // A preload that is used late says only that this machine is slow.
    const ours = !/^Service Worker registration blocked|was preloaded using link preload but not used within/.test(message.text());
    if (ours && (message.type() === 'error' || message.type() === 'warning')) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('response', (response) => {
    if (response.status() >= 400) errors.push(`${response.status()} ${response.url()}`);
  });
}
