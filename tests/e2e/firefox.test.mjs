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
