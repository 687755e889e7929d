// dist/ on a server of our own, and a browser to visit it.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, firefox } from 'playwright-core';

export const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const prefs = {
  'dom.events.testing.asyncClipboard': true,
  'dom.serviceWorkers.enabled': false,
};

/** Where the course of a test file keeps the page: not at the root, as on a host shared by many. */
export const folder = '/courses/kubernetes/';

/**
 * A server on a free port of this machine, of dist/ or of another folder.
 *
 * Firefox's WebDriver evaluates what a test asks of the page as the page's own script, which its policy forbids. So Firefox gets
 * pages without one, but for firefox.test.mjs.
 */
export async function serve(from = dist, hasPolicy = !inFirefox) {
  const server = createServer((request, response) => answer(from, hasPolicy, request, response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** In the page, before it is opened: its first story has been told, so that it plays at once. */
export function knowsTheStory() {
  try {
    localStorage.setItem('story-told', 'true');
  } catch {
    // A sandboxed frame has no storage, and tells no story by itself.
  }
}

/** Whether the tests run in Firefox (`BROWSER=firefox`) instead of Chromium. */
export const inFirefox = process.env.BROWSER === 'firefox';

export function launch() {
  if (!inFirefox) return chromium.launch({ executablePath: process.env.CHROME || '/usr/bin/chromium', headless: true, args: flags });
  const executablePath = fileURLToPath(new URL('./firefox', import.meta.url));
  return firefox.launch({ channel: 'moz-firefox', executablePath, headless: true, firefoxUserPrefs: prefs });
}

async function answer(from, hasPolicy, request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  const file = normalize(decodeURIComponent(pathname));
  if (!file.startsWith(folder)) return response.writeHead(404).end();
  try {
    const path = join(from, file.slice(folder.length) || 'index.html');
    let content = await readFile(path);
    if (!hasPolicy && extname(path) === '.html') content = String(content).replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, '');
    response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' }).end(content);
  } catch {
    response.writeHead(404).end();
  }
}
