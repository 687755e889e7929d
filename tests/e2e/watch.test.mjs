// What moves on the stage, and what a hand on it changes.

import test from 'node:test';
import assert from 'node:assert/strict';
import { clock, frames, log, open, picture, printed, request, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

test('a request arrives: the log says at which pod, and the picture changes there', async () => {
  await withPage({}, async (page) => {
    const inside = ({ from, to, outcome }) => from.startsWith('front-end') && to.startsWith('back-end-') && outcome === 'under way';
    const { number, to } = await request(page, inside);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const road = await between(page, 'Service back-end', `Pod ${to}`);
    const loose = await around(page, 'Pod mysql-1');
    const before = await pixels(page, [road, loose]);
    const arrived = (row) => row.number === number && row.outcome !== 'under way';
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    const changed = [false, false];
    const done = await until(page, 'it has arrived', async () => {
      (await pixels(page, [road, loose])).forEach((now, place) => (changed[place] ||= now !== before[place]));
      return (await log(page)).find(arrived);
    });
    assert.deepEqual(changed, [true, false], `on the road to ${to}, and at a pod nobody asks`);
    assert.equal(done.outcome, 'answered');
    await picture(page, 'arrived');
  });
});

test('paused, nothing moves; a step goes to the next event', async () => {
  await withPage({}, async (page) => {
    await request(page, ({ outcome }) => outcome === 'answered');
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const stage = await page.locator('canvas').boundingBox();
    // What began to glide before the pause comes to rest first.
    await frames(page, 20);
    const [before, at] = [await pixels(page, [stage]), await clock(page).textContent()];
    await frames(page, 20);
    assert.deepEqual(await pixels(page, [stage]), before);
    assert.equal(await clock(page).textContent(), at);
    await page.getByRole('button', { name: 'Step', exact: true }).click();
    await page.waitForFunction(([node, was]) => node.textContent > was, [await clock(page).elementHandle(), at]);
  });
});

test('a deleted pod is gone from stage, endpoints and traffic; undo brings it back', async () => {
  await withPage({}, async (page) => {
    await page.getByRole('button', { name: /^Pod back-end-2\b/ }).click();
    await page.getByRole('button', { name: 'Delete pod' }).click();
    const describe = printed(page, 'kubectl describe service back-end');
    await describe.filter({ hasText: /Endpoints: +10\.244\.0\.5:80,10\.244\.0\.7:80\n/ }).waitFor();
    await page.getByRole('button', { name: /^Pod back-end-2\b/ }).waitFor({ state: 'detached' });
    const { number } = (await log(page))[0];
    await request(page, (row) => row.number > number + 12);
    const later = (await log(page)).filter((row) => row.number > number + 1);
    assert.deepEqual(later.filter((row) => row.to === 'back-end-2'), []);
    await picture(page, 'deleted');
    await page.getByRole('region', { name: 'Done by hand' }).or(page.getByRole('status')).getByRole('button', { name: 'Undo' }).first().click();
    await describe.filter({ hasText: /Endpoints: +10\.244\.0\.5:80,10\.244\.0\.6:80,10\.244\.0\.7:80\n/ }).waitFor();
  });
});

test('a pod made not ready keeps its place, and gets no requests', async () => {
  await withPage({}, async (page) => {
    await page.getByRole('button', { name: /^Pod back-end-1\b/ }).click();
    await page.getByRole('button', { name: 'Make not ready' }).click();
    await printed(page, 'kubectl describe service back-end').filter({ hasText: /Endpoints: +10\.244\.0\.6:80,10\.244\.0\.7:80\n/ }).waitFor();
    await page.getByRole('button', { name: /^Pod back-end-1\b.*not ready/ }).waitFor();
    await open(page, 'get');
    await printed(page, 'kubectl get pods -o wide').filter({ hasText: /^back-end-1 +0\/1 +Running/m }).waitFor();
    await picture(page, 'not-ready');
  });
});

test('each pod’s share stands beside what chance would give it', async () => {
  await withPage({}, async (page) => {
    await request(page, ({ number }) => number > 20);
    await open(page, 'spread');
    for (const pod of ['back-end-1', 'back-end-2', 'back-end-3']) {
      await page.getByRole('listitem', { name: new RegExp(`^${pod}: \\d+ requests, \\d+ percent, expected 33 percent$`) }).waitFor();
    }
    await picture(page, 'share');
  });
});

/** The middle of the way between two things on the stage, as a box of the page. */
async function between(page, one, other) {
  const [a, b] = await Promise.all([middle(page, one), middle(page, other)]);
  return { x: Math.min(a.x, b.x) + 24, y: Math.min(a.y, b.y) - 6, width: Math.abs(a.x - b.x) - 48, height: Math.abs(a.y - b.y) + 12 };
}

async function around(page, one) {
  const { x, y } = await middle(page, one);
  return { x: x - 12, y: y - 12, width: 24, height: 24 };
}

async function middle(page, name) {
  const box = await page.getByRole('button', { name: new RegExp(`^${name}\\b`) }).boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** What the canvas holds in each box of the page, as a word that differs when a pixel does. */
function pixels(page, boxes) {
  return page.locator('canvas').evaluate((canvas, places) => {
    const frame = canvas.getBoundingClientRect();
    const scale = canvas.width / frame.width;
    // A copy is read, so that the page's own canvas stays as it is.
    const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    return places.map(({ x, y, width, height }) => {
      const box = [(x - frame.x) * scale, (y - frame.y) * scale, width * scale, height * scale].map(Math.round);
      [copy.canvas.width, copy.canvas.height] = [box[2], box[3]];
      copy.drawImage(canvas, ...box, 0, 0, box[2], box[3]);
      let hash = 0;
      for (const value of copy.getImageData(0, 0, box[2], box[3]).data) hash = (Math.imul(hash, 31) + value) | 0;
      return hash;
    });
  }, boxes);
}
