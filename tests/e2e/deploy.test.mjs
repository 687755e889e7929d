// What docs/deploy.md says of a server: types, headers, compression, what is kept how long. With Debian's nginx; skipped without.

import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx'].find(existsSync);
const skip = nginx ? false : 'no nginx here';
let work;
let server;
let host;

before(async () => {
  if (skip) return;
  work = mkdtempSync(join(tmpdir(), 'playground-nginx-'));
  // nginx may give up its rights before it reads.
  chmodSync(work, 0o755);
  const site = join(work, 'site');
  cpSync(join(root, 'dist'), site, { recursive: true, dereference: true });
  cpSync(join(root, 'dist'), join(site, 'v/1.0.0'), { recursive: true, dereference: true });
  mkdirSync(join(work, 'tmp'));
  const port = await freePort();
  const own = readFileSync(join(root, 'deploy/nginx.conf'), 'utf8').replaceAll('/srv/playground', site).replace('listen 8080', `listen 127.0.0.1:${port}`);
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${work}/tmp/${kind};`).join(' ');
  writeFileSync(
    join(work, 'nginx.conf'),
    `daemon off; pid ${work}/pid; error_log ${work}/error.log; worker_processes 1;
     events {} http { access_log off; ${places} ${own} }`,
  );
  server = spawn(nginx, ['-p', work, '-c', join(work, 'nginx.conf'), '-e', join(work, 'error.log')], { stdio: 'inherit' });
  host = `http://127.0.0.1:${port}`;
  for (let round = 0; round < 100 && server.exitCode === null; round++) {
    if (await fetch(host).then(() => true, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(readFileSync(join(work, 'error.log'), 'utf8'));
});

after(async () => {
  if (server?.exitCode === null) {
    const ended = new Promise((resolve) => server.on('exit', resolve));
    server.kill();
    await ended;
  }
  if (work) rmSync(work, { recursive: true });
});

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const kept = 'public, max-age=31536000, immutable';
const types = { js: 'text/javascript', css: 'text/css', wasm: 'application/wasm', woff2: 'font/woff2', svg: 'image/svg+xml' };

test('every asset has its type and is kept for a year', { skip }, async () => {
  const assets = readdirSync(join(root, 'dist/assets'));
  assert.ok(assets.length > 8);
  for (const asset of assets) {
    for (const folder of ['', '/v/1.0.0']) {
      const { headers, status } = await fetch(`${host}${folder}/assets/${asset}`, { method: 'HEAD' });
      assert.equal(status, 200);
      assert.equal(headers.get('content-type').split(';')[0], types[asset.split('.').at(-1)], asset);
      assert.equal(headers.get('cache-control'), kept, asset);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('cross-origin-resource-policy'), 'cross-origin');
    }
  }
});

test('what has no hash is asked for each time, and answered without a body', { skip }, async () => {
  for (const path of ['/', '/index.html', '/service-playground.js', '/service-playground.d.ts']) {
    const first = await fetch(`${host}${path}`);
    assert.equal(first.headers.get('cache-control'), 'no-cache', path);
    const again = await fetch(`${host}${path}`, { headers: { 'If-None-Match': first.headers.get('etag') ?? 'none' }, cache: 'no-store' });
    assert.equal(again.status, 304, path);
  }
  assert.equal((await fetch(`${host}/nothing`)).status, 404);
  assert.equal((await fetch(`${host}/`, { method: 'POST' })).status, 403);
});

test('a version stays as it is, its page too', { skip }, async () => {
  for (const path of ['/v/1.0.0/', '/v/1.0.0/index.html', '/v/1.0.0/service-playground.js']) {
    assert.equal((await fetch(`${host}${path}`)).headers.get('cache-control'), kept, path);
  }
});

test('programs, scripts and styles come compressed', { skip }, async () => {
  for (const asset of readdirSync(join(root, 'dist/assets')).filter((name) => /\.(wasm|js|css)$/.test(name))) {
    const response = await fetch(`${host}/assets/${asset}`, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.deepEqual([response.status, response.headers.get('content-encoding')], [200, 'gzip'], asset);
    await response.arrayBuffer();
  }
});

test('each tagged version is built once, and the newest stands at the root', () => {
  const place = mkdtempSync(join(tmpdir(), 'playground-versions-'));
  try {
    const git = (...words) => execFileSync('git', ['-C', place, '-c', 'user.name=test', '-c', 'user.email=test@example.org', ...words]);
    git('init', '-q');
    mkdirSync(join(place, 'deploy'));
    cpSync(join(root, 'deploy/versions'), join(place, 'deploy/versions'));
    for (const version of ['1.0.0', '1.1.0', '1.10.0']) {
      writeFileSync(join(place, 'page'), version);
      git('add', '.');
      git('commit', '-qm', version);
      git('tag', `v${version}`);
    }
    // In place of a build of the program: its page, and how often one was made.
    writeFileSync(join(place, 'build'), `#!/bin/sh\nmkdir dist; cp page dist/index.html; echo built >> ${place}/built\n`, { mode: 0o755 });
    const build = () => execFileSync(join(place, 'deploy/versions'), [join(place, 'site'), join(place, 'build')], { cwd: place });
    build();
    const read = (file) => readFileSync(join(place, file), 'utf8');
    assert.deepEqual(['v/1.0.0/', 'v/1.1.0/', 'v/1.10.0/', ''].map((folder) => read(`site/${folder}index.html`)), ['1.0.0', '1.1.0', '1.10.0', '1.10.0']);
    writeFileSync(join(place, 'site/v/1.0.0/index.html'), 'as it was given out');
    build();
    assert.equal(read('site/v/1.0.0/index.html'), 'as it was given out');
    assert.equal(read('built').trim().split('\n').length, 3);
  } finally {
    rmSync(place, { recursive: true });
  }
});
