// WebKit as WebDriver drives it: Debian's WebKitGTK (package webkit2gtk-driver), on a display of its own, as it has none without.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

const libraries = '/usr/lib';
const versions = ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0'];
const places = existsSync(libraries) ? readdirSync(libraries).flatMap((machine) => versions.map((it) => join(libraries, machine, it, 'MiniBrowser'))) : [];
const browser = places.find((place) => existsSync(place));

/** A window of WebKit's; fails with what it said where it does not start. */
export async function openWebKit() {
  if (!browser) throw new Error('there is no MiniBrowser of WebKitGTK');
  const display = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1440x900x24'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [number] = await once(display.stdout, 'data');
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    env: { ...process.env, DISPLAY: `:${String(number).trim()}`, GDK_BACKEND: 'x11', LIBGL_ALWAYS_SOFTWARE: '1' },
    stdio: 'ignore',
  });
  const stop = () => [driver, display].forEach((it) => it.kill());
  try {
    await until(async () => (await ask(port, 'GET', '/status')).ready !== undefined);
    const options = { binary: browser, args: ['--automation'] };
    const { sessionId } = await ask(port, 'POST', '/session', { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } } });
    return windowOf(port, `/session/${sessionId}`, stop);
  } catch (error) {
    stop();
    throw error;
  }
}

function windowOf(port, session, stop) {
  const post = (path, body) => ask(port, 'POST', `${session}${path}`, body);
  const run = (script, ...args) => post('/execute/sync', { script, args });
  return {
    run,
    resize: (width, height) => post('/window/rect', { width, height }),
    go: (url) => post('/url', { url }),
    /** What runs from now on runs in the first frame of the page. */
    enterFrame: () => post('/frame', { id: 0 }),
    /** Waits for what a script says to be so. */
    until: (script, ...args) => until(() => run(script, ...args), script),
    clickAt: (x, y) =>
      post('/actions', {
        actions: [
          {
            type: 'pointer',
            id: 'mouse',
            actions: [
              { type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y) },
              { type: 'pointerDown', button: 0 },
              { type: 'pointerUp', button: 0 },
            ],
          },
        ],
      }),
    press: (...keys) =>
      post('/actions', {
        actions: [{ type: 'key', id: 'keys', actions: keys.flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]) }],
      }),
    async close() {
      await ask(port, 'DELETE', session).catch(() => {});
      stop();
    },
  };
}

/** The keys of WebDriver that are no letters. */
export const END = '\uE010';
export const ENTER = '\uE007';

async function ask(port, method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
  return value;
}

async function until(holds, what = 'WebKit starts') {
  const end = Date.now() + 30_000;
  for (;;) {
    const it = await Promise.resolve().then(holds).catch((error) => (Date.now() > end ? Promise.reject(error) : false));
    if (it) return it;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
