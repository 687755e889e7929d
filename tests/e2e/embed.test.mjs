// The playground in pages of others: frames, the element, messages, recipes.

import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { address, editor, picture, played, printed, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const yaml = `apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: shop
  ports:
    - port: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: shop-1
  labels:
    app: shop
spec:
  containers:
    - name: shop
      image: nginx
`;
const sandbox = 'allow-scripts allow-popups allow-popups-to-escape-sandbox';

/** Another site, and the page that it serves. */
let course = {};
let site;

before(async () => {
  site = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'text/html', ...course.headers }).end(course.html));
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
});
after(() => site.close());

/** A page of another site, by its HTML; `headers` as a strict host sends them. */
async function host(page, html, headers = {}) {
  course = { html: `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Course</title>${html}`, headers };
  // What the frame tells is kept for the test.
  await page.addInitScript(() => {
    if (window !== window.top) return;
    window.told = [];
    addEventListener('message', ({ data, origin }) => window.told.push({ data, origin }));
  });
  await page.goto(`http://localhost:${site.address().port}/`);
}

/** Waits for a message of that type; it. */
function told(page, type, matches = () => true) {
  return until(page, `the frame tells ${type}`, async () => {
    const all = await page.evaluate(() => window.told.map(({ data }) => data));
    return all.findLast((data) => data.source === 'service-playground' && data.type === type && matches(data));
  });
}

function send(page, message, selector = 'iframe') {
  return page.evaluate(
    ([message, selector]) => document.querySelector(selector).contentWindow.postMessage({ target: 'service-playground', ...message }, '*'),
    [message, selector],
  );
}

/** As `withPage`, for pages of another host, whose requests are foreign to it. */
async function withHost(options, use) {
  try {
    await withPage({ goto: false, ...options }, use);
  } catch (error) {
    if (!/requests to other places/.test(error.message)) throw error;
    const foreign = error.actual.filter((url) => !/^http:\/\/localhost:\d+\/$/.test(url));
    assert.deepEqual(foreign, [], 'requests to other places');
  }
}

const framed = (query, more = '', [width, height] = [640, 400]) =>
  `<iframe src="${address(`?embed${query}`)}" title="Playground" width="${width}" height="${height}" style="border:0" ${more}></iframe>`;

for (const [view, shows] of [
  ['stage', (page) => page.locator('canvas')],
  ['editor', (page) => editor(page)],
  ['describe', (page) => printed(page, 'kubectl describe service back-end')],
  ['terminal', (page) => page.getByRole('textbox', { name: /^kubectl command/ })],
  ['split', (page) => editor(page)],
]) {
  test(`the view ${view} fits from 320 px on, and the way out stays`, async () => {
    await withPage({ at: `?embed&view=${view}`, viewport: { width: 320, height: 400 } }, async (page) => {
      const shown = await shows(page);
      await shown.waitFor();
      for (const width of [320, 640, 1024]) {
        await page.setViewportSize({ width, height: 400 });
        const scrolls = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(scrolls, 0, `scrolls sideways at ${width}`);
        const out = await page.getByRole('link', { name: 'open in playground' }).boundingBox();
        assert.ok(out.x >= 0 && out.x + out.width <= width && out.y + out.height <= 400, `the way out at ${width}`);
        await picture(page, `embed-${view}-${width}`);
      }
    });
  });
}

test('a narrow playback bar drops the speed, then the steps', async () => {
  await withPage({ at: '?embed', viewport: { width: 640, height: 400 } }, async (page) => {
    const speed = page.getByRole('combobox', { name: 'Speed' });
    const step = page.getByRole('button', { name: 'Step', exact: true });
    await speed.waitFor();
    await page.setViewportSize({ width: 500, height: 400 });
    assert.deepEqual([await speed.isVisible(), await step.isVisible()], [false, true]);
    await page.setViewportSize({ width: 400, height: 400 });
    assert.deepEqual([await step.isVisible(), await page.getByRole('button', { name: /Play|Pause/ }).isVisible()], [false, true]);
  });
});

test('words of the address: theme, autoplay, speed, ui, present, and those that mean nothing', async () => {
  await withPage({ goto: false }, async (page) => {
    const notes = [];
    page.on('console', (message) => message.type() === 'info' && notes.push(message.text()));
    await page.goto(address('?embed&theme=dark&autoplay=0&speed=0.5&ui=full&present&veiw=stage'));
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    assert.equal(await page.getByRole('combobox', { name: 'Speed' }).inputValue(), '50');
    assert.ok(parseFloat(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)) > 20);
    assert.deepEqual(notes, ['Service Playground: "veiw=stage" in the address means nothing, and is ignored.']);
    await picture(page, 'embed-present');
  });
});

test('who may only read changes nothing', async () => {
  await withPage({ at: '?embed&view=split&readonly', viewport: { width: 1024, height: 500 } }, async (page) => {
    const box = await editor(page);
    const before = await box.textContent();
    await box.click();
    await page.keyboard.type('changed');
    assert.equal(await box.textContent(), before);
    await page.goto(address('?embed&view=terminal&readonly'));
    await page.locator('.terminal').waitFor();
    assert.equal(await page.getByRole('textbox').count(), 0);
  });
});

test('a frame tells what happens and does what the page around asks for', async () => {
  await withHost({}, async (page) => {
    await host(page, framed('&view=terminal&autoplay=0', `sandbox="${sandbox}"`));
    assert.equal((await told(page, 'ready')).version, 1);
    const frame = page.frameLocator('iframe');
    await send(page, { type: 'load', text: yaml });
    await send(page, { type: 'run', command: 'kubectl get svc shop' });
    await frame.getByRole('group', { name: 'kubectl get svc shop' }).getByText(/^shop +ClusterIP/m).waitFor();
    await send(page, { type: 'play' });
    await told(page, 'playing', ({ playing }) => playing);
    await send(page, { type: 'pause' });
    await told(page, 'playing', ({ playing }) => !playing);
    await send(page, { type: 'theme', theme: 'dark' });
    await frame.locator('html[data-theme=dark]').waitFor();
    await send(page, { type: 'theme', theme: 'auto' });
    await frame.locator('html[data-theme=light]').waitFor();
    await send(page, { type: 'load', link: '#v1.d.AAAA' });
    assert.match((await told(page, 'error')).message, /damaged/);
    const said = await page.evaluate(() => JSON.stringify(window.told));
    assert.ok(!said.includes('kind: Service'), 'the text stays inside');
  });
});

test('what is not of the documented form, or not from the page around, is ignored', async () => {
  await withHost({}, async (page) => {
    await host(page, framed('&autoplay=0', `sandbox="${sandbox}"`));
    await told(page, 'ready');
    const frame = page.frames()[1];
    await page.evaluate(() => {
      const { contentWindow } = document.querySelector('iframe');
      for (const message of ['play', null, 7, { type: 'play' }, { target: 'service-playground', type: 'eval', code: '1' }]) contentWindow.postMessage(message, '*');
    });
    // From the frame itself, which is not its parent.
    await frame.evaluate(() => postMessage({ target: 'service-playground', type: 'play' }, '*'));
    await send(page, { type: 'seek', seconds: 3 });
    await page.frameLocator('iframe').getByText('00:03.000').waitFor();
    assert.ok(await page.frameLocator('iframe').getByRole('button', { name: 'Play', exact: true }).isVisible());
  });
});

test('the height is told to Canvas, H5P, Embedly and whoever looks for it, when it changes', async () => {
  const resizer = `<script>
    // As H5P's resizer does it.
    addEventListener('message', ({ data, source }) => {
      if (data?.context !== 'h5p') return;
      const frame = document.querySelector('iframe');
      const respond = (action) => source.postMessage({ context: 'h5p', action }, '*');
      if (data.action === 'hello') respond('hello');
      if (data.action === 'prepareResize') respond('resizePrepared');
      if (data.action === 'resize') frame.style.height = data.scrollHeight + 'px';
    });
  </script>`;
  await withHost({}, async (page) => {
    await host(page, resizer + framed('&view=editor&autoplay=0'));
    await told(page, 'ready');
    await send(page, { type: 'load', text: 'kind: Pod\n' });
    await told(page, 'height', ({ height }) => height < 400);
    await page.evaluate(() => (window.told = []));
    await send(page, { type: 'load', text: yaml });
    const { height } = await told(page, 'height');
    const all = await page.evaluate(() => window.told.map(({ data }) => data));
    assert.ok(height > 400, 'room for all lines');
    assert.ok(all.some((data) => data.subject === 'lti.frameResize' && data.height === height), 'Canvas');
    const embedly = all.filter((data) => typeof data === 'string').map((data) => JSON.parse(data));
    assert.ok(embedly.some((data) => data.context === 'iframe.resize' && data.height === height), 'Embedly');
    await until(page, 'H5P sets the height', async () => (await page.locator('iframe').boundingBox()).height === (await told(page, 'height')).height);
    // What is asked for does not follow from what was given, and a text has one height from the start.
    await page.locator('iframe').evaluate((frame) => (frame.style.height = '700px'));
    await page.waitForTimeout(300);
    assert.deepEqual(await page.evaluate(() => window.told.filter(({ data }) => data.type === 'height').map(({ data }) => data.height)), [height]);
  });
});

const exercise = `apiVersion: playground/v1
kind: Scenario
title: A selector that matches no pod
story: Nobody can buy anything. Make the shop answer.
checks:
- { say: The Service has an endpoint, kubectl: kubectl get endpoints shop, lacks: ["<none>"] }
---
${yaml.replace("app: shop\n  ports", "app: shoop\n  ports")}`;

test('an exercise in a frame tells that it was checked, and that it is solved', async () => {
  await withHost({}, async (page) => {
    await host(page, framed('&view=exercise', `sandbox="${sandbox}"`, [900, 560]));
    await told(page, 'ready');
    await send(page, { type: 'load', text: exercise });
    const frame = page.frameLocator('iframe');
    await frame.getByRole('heading', { name: 'A selector that matches no pod' }).waitFor();
    await frame.getByRole('button', { name: 'Check' }).click();
    const { passed, checks } = await told(page, 'checked');
    assert.deepEqual([passed, checks], [false, [{ say: 'The Service has an endpoint', passed: false }]]);
    await picture(page, 'embed-exercise');
    await send(page, { type: 'run', command: `kubectl set selector svc shop app=shop` });
    await frame.getByRole('button', { name: 'Check' }).click();
    await told(page, 'checked', ({ passed }) => passed);
    assert.equal((await told(page, 'completed')).solution, false);
    await page.setViewportSize({ width: 400, height: 900 });
    await page.locator('iframe').evaluate((frame) => Object.assign(frame, { width: 340, height: 640 }));
    await frame.getByRole('link', { name: 'open in playground' }).waitFor();
    await picture(page, 'embed-exercise-340');
  });
});

test('where no window may open, the way out copies the link and says so', async () => {
  // The browser complains of the window in its console, as it should.
  const said = await withConsole(async (page) => {
    await host(page, framed('', 'sandbox="allow-scripts"'));
    await told(page, 'ready');
    await page.frameLocator('iframe').getByRole('link', { name: 'open in playground' }).click();
    await page.frameLocator('iframe').getByRole('button', { name: 'copy link' }).waitFor();
  });
  assert.ok(said.every((text) => /popup|window|clipboard/i.test(text)), said.join('\n'));
});

/** Like `withHost`; returns what the console says instead of failing. */
async function withConsole(use) {
  let said = [];
  try {
    await withHost({}, use);
  } catch (error) {
    if (!/errors in the console/.test(error.message)) throw error;
    said = error.actual;
  }
  return said;
}

test('with the rights of the snippet the way out opens the same scenario in a window of its own', async () => {
  await withHost({}, async (page, context) => {
    await host(page, framed('&autoplay=0', `sandbox="${sandbox}"`));
    await told(page, 'ready');
    const [opened] = await Promise.all([
      context.waitForEvent('page'),
      page.frameLocator('iframe').getByRole('link', { name: 'open in playground' }).click(),
    ]);
    await opened.getByRole('button', { name: 'Copy link' }).waitFor();
    assert.equal(await opened.evaluate(() => origin), new URL(address()).origin);
  });
});

const element = (attributes, text = yaml) =>
  `<service-playground ${attributes}><pre>\n${text.replaceAll('<', '&lt;')}</pre><a href="${address('#v1.d.AAAA')}">Open in the Service Playground</a></service-playground>`;
const script = () => `<script src="${address('service-playground.js')}" defer></script>`;

test('the element shows its text, becomes a playground when it is seen, and runs only while it is', async () => {
  await withHost({ viewport: { width: 900, height: 600 } }, async (page) => {
    const gap = '<div style="height:3000px"></div>';
    await host(page, `${script()}${element('view="split" id="one"')}${gap}${element('id="two"')}`);
    await page.locator('#one iframe').waitFor();
    assert.equal(await page.locator('#two iframe').count(), 0, 'what is far away waits');
    await told(page, 'playing', ({ playing }) => playing);
    const first = page.frames()[1];
    await first.getByRole('button', { name: /shop-1/ }).first().waitFor();
    await page.locator('#two').scrollIntoViewIfNeeded();
    await page.locator('#two iframe').waitFor();
    await first.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.locator('#one').scrollIntoViewIfNeeded();
    await first.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await picture(page, 'element');
  });
});

test('the element follows the theme of the page around, sizes itself and tells by events', async () => {
  await withHost({}, async (page) => {
    await host(page, `${script()}<body style="color:black">${element('view="editor"')}
      <script>addEventListener('ready', ({ detail, target }) => (window.heard = [detail.version, target.localName]))</script>`);
    await until(page, 'ready bubbles', () => page.evaluate(() => window.heard));
    assert.deepEqual(await page.evaluate(() => window.heard), [1, 'service-playground']);
    const frame = page.frames()[1];
    assert.equal(await frame.locator('html').getAttribute('data-theme'), 'light');
    await page.evaluate(() => (document.body.style.color = 'white'));
    await frame.locator('html[data-theme=dark]').waitFor();
    const { height } = await told(page, 'height');
    await until(page, 'as high as it asks', async () => (await page.locator('service-playground iframe').boundingBox()).height === height);
    await page.evaluate(() => document.querySelector('service-playground').run('kubectl delete pod shop-1'));
    await page.evaluate(() => document.querySelector('service-playground').load('kind: Pod\n'));
    await frame.getByText('kind').first().waitFor();
  });
});

test('without scripts the text and a link stay', async () => {
  await withHost({ javaScriptEnabled: false }, async (page) => {
    await host(page, `${script()}${element('')}`);
    assert.ok(await page.getByText('kind: Service').isVisible());
    assert.ok(await page.getByRole('link', { name: 'Open in the Service Playground' }).isVisible());
  });
});

test('recipe: a strict policy of the host, and a sandbox that allows scripts alone', async () => {
  await withHost({}, async (page) => {
    const here = new URL(address()).origin;
    const policy = `default-src 'none'; img-src data:; script-src ${here}; frame-src ${here}`;
    await host(page, `${script()}${element('loading="eager" sandbox="allow-scripts"').replace('<pre>', '<pre id="source">')}`, { 'Content-Security-Policy': policy });
    await page.frameLocator('iframe').getByRole('group', { name: 'Playback' }).waitFor();
    await page.frameLocator('iframe').locator('canvas').waitFor();
  });
});

test('recipe: a frame that slides scale takes clicks where they are seen', async () => {
  await withHost({}, async (page) => {
    await host(page, `<div style="transform:scale(.6);transform-origin:0 0">${framed('&present&autoplay=0', '', [900, 500])}</div>`);
    await told(page, 'ready');
    const frame = page.frameLocator('iframe');
    // Where a person sees it: Playwright's own click knows nothing of the scale.
    const click = async (button) => {
      const { x, y, width, height } = await button.evaluate((node) => node.getBoundingClientRect().toJSON());
      const box = await page.locator('iframe').boundingBox();
      await page.mouse.click(box.x + 0.6 * (x + width / 2), box.y + 0.6 * (y + height / 2));
    };
    await click(frame.getByRole('button', { name: 'Play', exact: true }));
    await frame.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await click(frame.getByRole('button', { name: /back-end-1/ }).first());
    await frame.getByRole('region', { name: /back-end-1/ }).waitFor();
    await picture(page, 'embed-scaled');
  });
});

test('recipe: what Moodle and Canvas leave of an iframe still works', async () => {
  await withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    await page.getByRole('button', { name: 'Embed' }).click();
    const snippet = await page.getByRole('textbox', { name: 'Snippet' }).inputValue();
    const kept = ['src', 'width', 'height', 'title', 'style', 'sandbox'];
    const names = [...snippet.matchAll(/\s([a-z-]+)="/g)].map(([, name]) => name);
    assert.deepEqual(names.filter((name) => !kept.includes(name)), []);
    await page.route(address('lesson.html'), (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html><title>Lesson</title>${snippet}` }));
    await page.goto(address('lesson.html'));
    await page.frameLocator('iframe').locator('canvas').waitFor();
  });
});

test('the dialog shows what becomes of the scenario, in each form', async () => {
  await withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    await page.getByRole('button', { name: 'Embed' }).click();
    const snippet = page.getByRole('textbox', { name: 'Snippet' });
    await page.frameLocator('iframe').locator('canvas').waitFor();
    await picture(page, 'embed-dialog');
    await page.getByRole('combobox', { name: 'View' }).selectOption('split');
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
    assert.match(await snippet.inputValue(), /\?embed&amp;view=split&amp;theme=dark#v1\./);
    await page.frameLocator('iframe').locator('html[data-theme=dark]').waitFor();
    await page.getByText('Element', { exact: true }).click();
    assert.match(await snippet.inputValue(), /<service-playground view="split" theme="dark"[^>]*>\n\n<pre>\n/);
    await page.getByText('QR code', { exact: true }).click();
    await page.getByRole('img', { name: 'QR code of the link' }).waitFor();
    await picture(page, 'embed-dialog-qr');
    await page.getByText('Link', { exact: true }).click();
    const link = await snippet.inputValue();
    await page.getByText(`${link.length} characters: fits`).waitFor();
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
  });
});

test('the pages for SCORM and xAPI tell what a learner did', async () => {
  const read = (name) => readFileSync(new URL(`../../docs/shims/${name}`, import.meta.url), 'utf8').replace(/src="https:[^"]*"/, 'src="about:blank"');
  await withHost({}, async (page) => {
    const solve = () =>
      page.frames()[1].evaluate(() => {
        const tell = (message) => parent.postMessage({ source: 'service-playground', ...message }, '*');
        tell({ type: 'ready', version: 1 });
        tell({ type: 'checked', passed: false, checks: [{ say: 'a', passed: true }, { say: 'b', passed: false }] });
        tell({ type: 'completed', hints: 1, solution: false });
      });
    await page.addInitScript(() => {
      const values = { 'cmi.core.lesson_status': 'not attempted' };
      window.calls = [];
      window.API = {
        LMSInitialize: () => 'true',
        LMSGetValue: (name) => values[name] ?? '',
        LMSSetValue: (name, value) => (window.calls.push([name, value]), (values[name] = value), 'true'),
        LMSCommit: () => (window.calls.push(['commit']), 'true'),
        LMSFinish: () => 'true',
      };
    });
    await host(page, read('scorm-1.2.html'));
    await solve();
    await until(page, 'passed', () => page.evaluate(() => window.calls.some(([, value]) => value === 'passed')));
    const calls = await page.evaluate(() => window.calls.map((call) => call.join(' ')));
    assert.ok(calls.indexOf('cmi.core.score.raw 50') < calls.indexOf('cmi.core.lesson_status passed'), calls.join('\n'));
    assert.equal(calls.at(-1), 'commit');
  });
  const statements = [];
  const store = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      if (request.method === 'POST') statements.push([request.url, request.headers.authorization, JSON.parse(body)]);
      response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' , 'Access-Control-Allow-Methods': '*' }).end('[]');
    });
  });
  await new Promise((resolve) => store.listen(0, '127.0.0.1', resolve));
  try {
    const launch = new URLSearchParams({
      endpoint: `http://127.0.0.1:${store.address().port}/xapi`,
      auth: 'Basic c2VjcmV0',
      actor: JSON.stringify({ mbox: 'mailto:learner@course.example' }),
      activity_id: 'https://course.example/services',
    });
    await withPage({ goto: false }, async (page) => {
      course = { html: read('xapi.html') };
      await page.goto(`http://localhost:${site.address().port}/?${launch}`);
      await page.frames()[1].evaluate(() => {
        parent.postMessage({ source: 'service-playground', type: 'ready', version: 1 }, '*');
        parent.postMessage({ source: 'service-playground', type: 'completed', hints: 0, solution: false }, '*');
      });
      await until(page, 'two statements come', async () => statements.length === 2);
    }).catch((error) => {
      if (!/requests to other places/.test(error.message)) throw error;
    });
    const [[path, secret, begun], [, , done]] = statements;
    assert.deepEqual([path, secret], ['/xapi/statements', 'Basic c2VjcmV0']);
    assert.deepEqual([begun.verb.display['en-US'], done.verb.display['en-US']], ['attempted', 'completed']);
    assert.deepEqual([done.result.success, done.object.id, done.actor.mbox], [true, 'https://course.example/services', 'mailto:learner@course.example']);
  } finally {
    store.close();
  }
});
