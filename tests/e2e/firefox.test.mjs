// Firefox under the page's own policy; the other tests in Firefox do without, see server.mjs.

import test from 'node:test';
import assert from 'node:assert/strict';
import { folder, inFirefox, launch, serve } from './server.mjs';

test('in Firefox the page starts under its policy, and kubectl describes', { skip: !inFirefox && 'only in Firefox' }, async () => {
  const server = await serve(undefined, true);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const complaints = [];
    page.on('console', (message) => {
      // What the test itself looks with is no part of the page.
      if (message.type() === 'error' && !/JavaScript eval/.test(message.text())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => {
      if (!/eval/.test(String(error))) complaints.push(String(error));
    });
    await page.goto(`http://127.0.0.1:${server.address().port}${folder}`);
    await page.getByRole('region', { name: 'kubectl describe service back-end', exact: true }).waitFor();
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
});

test('in Firefox a sandboxed frame, which has no origin, starts under its policy', { skip: !inFirefox && 'only in Firefox' }, async () => {
  const server = await serve(undefined, true);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const here = `http://127.0.0.1:${server.address().port}${folder}`;
    // What the page itself asks of the browser is not allowed by the playground's policy: this one has none.
    await page.goto('about:blank');
    await page.setContent(`<iframe sandbox="allow-scripts" src="${here}?embed&view=describe"></iframe><p id="heard"></p>
      <script>addEventListener('message', ({ data }) => (document.querySelector('#heard').textContent += data.type + ' '))</script>`);
    await page.locator('#heard', { hasText: /ready/ }).waitFor({ timeout: 30_000 });
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
});
