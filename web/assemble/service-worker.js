// Keeps the page for the next visit, so that it opens at once, and without a network.
//
// Every build has a cache of its own, of files whose names have their hashes. A page that is open goes on with the files of its
// build: the one before is kept, too. A newer build is fetched in the background and shows from the next visit on.

/** Written by assemble.mjs: the build, and its files; none in a build that nothing is to be kept of. */
const build = BUILD;
const files = FILES;

/** Caches are shared by all pages of an origin. */
const ours = `service-playground ${registration.scope} `;
const here = './';

addEventListener('install', (event) => {
  skipWaiting();
  event.waitUntil(keep());
});

addEventListener('activate', (event) => event.waitUntil(files.length ? forget(2) : end()));

addEventListener('fetch', (event) => {
  const { request } = event;
  if (!files.length || request.method !== 'GET' || !request.url.startsWith(registration.scope)) return;
  const path = request.url.slice(registration.scope.length).replace(/[?#].*/, '');
  if (request.mode === 'navigate' ? path === '' || path === 'index.html' : path.startsWith('assets/')) {
    event.respondWith(answer(request.mode === 'navigate' ? here : path, request));
  }
});

async function keep() {
  if (!files.length) return;
  const cache = await caches.open(ours + build);
  await Promise.all(files.map(async (file) => cache.put(file, (await caches.match(file)) ?? (await fetched(file)))));
  const page = await fetched(here, { cache: 'no-cache' });
  const text = await page.clone().text();
  // While a build is being put in place, the page may be of another one: next time, then.
  if (!files.every((file) => !file.startsWith('assets/app.') || text.includes(file))) throw new Error('the page is of another build');
  await cache.put(here, page);
}

async function fetched(file, options) {
  const response = await fetch(file, options);
  // What came by a redirection no navigation may be answered with.
  if (!response.ok || response.redirected) throw new Error(`cannot keep ${file}: ${response.status}`);
  return response;
}

async function answer(file, request) {
  const cache = await caches.open(ours + build);
  return (await cache.match(file)) ?? (file === here ? undefined : await caches.match(file)) ?? fetch(request);
}

/** Forgets all builds but the newest ones. */
async function forget(kept) {
  const names = (await caches.keys()).filter((name) => name.startsWith(ours) && name !== ours + build);
  await Promise.all(names.slice(0, Math.max(0, names.length - kept + 1)).map((name) => caches.delete(name)));
}

async function end() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(ours)).map((name) => caches.delete(name)));
  await registration.unregister();
  for (const client of await clients.matchAll({ type: 'window' })) client.navigate(client.url);
}
