// Nothing gets in: whatever somebody writes into a field, a name, a story, a link, a file or a message is shown as text, and the
// page's policy would stop what is not.

import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { deflateRawSync } from 'node:zlib';
import { address, editor, open, paste, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const payloads = [
  '<script>ran()</script>',
  '<img src=x onerror=ran()>',
  '"><svg onload=ran()>',
  "' onfocus=ran() autofocus='",
  '</textarea><script>ran()</script>',
  '</style><script>ran()</script>',
  '--><script>ran()</script>',
  '<iframe srcdoc="<script>parent.ran()</script>">',
  '<a href="javascript:ran()">x</a>',
  '[x](javascript:ran())',
  '`<img src=x onerror=ran()>`',
  'javascript:ran()',
  'data:text/html,<script>opener.ran()</script>',
  '<link rel=stylesheet href=//evil.example/x.css>',
  '<meta http-equiv=refresh content="0;url=//evil.example">',
  'url(//evil.example/x.png)',
  ';background:url(//evil.example/y.png)',
  '<math><mi xlink:href="javascript:ran()">x',
  '<template><script>ran()</script></template>',
  '<base href=//evil.example/>',
  '${ran()}',
  "{{constructor.constructor('ran()')()}}",
  '&lt;script&gt;ran()&lt;/script&gt;',
  '%3Cscript%3Eran()%3C/script%3E',
  '__proto__',
  '\u202e<script>ran()</script>\u2066',
  '\ud83d\ude00<img src=x onerror=ran()>\u0301\u0301',
];
const quoted = JSON.stringify;

/** Each payload in each field that takes any text, and in each that does not. */
const manifests = payloads
  .map((payload, at) => {
    const it = quoted(payload);
    return `---
apiVersion: v1
kind: Service
metadata: {name: s${at}, annotations: {note: ${it}, ${it}: b}}
spec: {selector: {app: a${at}}, ports: [{name: ${it}, port: 80, targetPort: ${it}, appProtocol: ${it}}], externalName: ${it}}
---
apiVersion: v1
kind: Pod
metadata: {name: p${at}, labels: {app: a${at}}, annotations: {note: ${it}, playground/answers: ${it}}}
spec: {containers: [{name: web, image: ${it}, command: [sh, -c, ${it}], args: [${it}], env: [{name: A, value: ${it}}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c${at}}
data: {index.html: ${it}, a: ${it}}
---
apiVersion: v1
kind: ${it}
metadata: {name: ${it}, namespace: ${it}, labels: {${it}: ${it}}}
`;
  })
  .join('');

const lesson = (payload) => {
  const it = quoted(payload);
  return `apiVersion: playground/v1
kind: Scenario
title: ${it}
story: ${it}
checks:
- { say: ${it}, from: pod/p0, to: "s0:80" }
hints: [${it}]
solution:
- { replace: "kind: Pod", with: ${it} }
cause: ${it}
---
${manifests.slice(4, 2_000)}`;
};

/** A link as the page reads it: a scenario as JSON. */
const link = (scenario) => `#v1.d.${deflateRawSync(Buffer.from(JSON.stringify(scenario))).toString('base64url')}`;

let site;
let html = '';
before(async () => {
  site = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(html));
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
});
after(() => site.close());

/** Visits with a page in which `ran`, a dialog, a popup or a violation of the policy is a failure. */
async function guarded(options, use) {
  await withPage({ goto: false, ...options }, async (page, context) => {
    const found = [];
    await context.exposeFunction('ranOutside', () => found.push('a payload ran'));
    await context.addInitScript(() => {
      globalThis.ran = globalThis.alert = () => globalThis.ranOutside();
      addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
      globalThis.violations = [];
    });
    page.on('dialog', (dialog) => (found.push('a dialog'), dialog.dismiss()));
    page.on('popup', () => found.push('a popup'));
    page.on('framenavigated', (frame) => /evil/.test(new URL(frame.url()).host) && found.push(frame.url()));
    await use(page, context);
    const made = await page.evaluate(() => ({
      violations: globalThis.violations,
      elements: [...document.querySelectorAll('body :is(script, iframe, object, embed, link, base, meta), img:not(.cm-widgetBuffer), [onerror], [onload], [onfocus]')].map(
        (element) => element.outerHTML.slice(0, 200),
      ),
      links: [...document.querySelectorAll('[href], [src], [action]')]
        .map((element) => element.getAttribute('href') ?? element.getAttribute('src') ?? '')
        .filter((target) => /^\s*(javascript|data:text|vbscript)/i.test(target) || target.includes('evil')),
      polluted: ({}).polluted,
    }));
    assert.deepEqual(found, []);
    assert.deepEqual(made, { violations: [], elements: [], links: [], polluted: undefined });
  });
}

test('in every field, name and annotation', async () => {
  await guarded({}, async (page) => {
    await page.goto(address());
    await paste(page, manifests);
    await page.getByRole('list', { name: 'Problems in services.yaml' }).waitFor();
    const tabs = await page.getByRole('tab').allTextContents();
    for (const tab of new Set(tabs.map((words) => words.trim()))) await page.getByRole('tab', { name: tab, exact: true }).first().click();
    for (const station of (await page.locator('[data-station]').all()).slice(0, 12)) {
      await station.focus();
      await page.keyboard.press('Enter');
    }
  });
});

test('in the title, story, checks and hints of an exercise, and in a link', async () => {
  for (const payload of payloads) {
    await guarded({}, async (page) => {
      await page.goto(address(link({ text: lesson(payload), view: { tab: payload, service: payload }, acts: [{ at: 0, act: { kubectl: payload } }] })));
      await editor(page);
      for (const name of ['Check', 'Next hint', 'Hint']) {
        const button = page.getByRole('button', { name, exact: true });
        if (await button.count()) await button.first().click();
      }
    });
  }
});

test('on the terminal, as a label, and in a file and its name', async () => {
  await guarded({}, async (page) => {
    await page.goto(address());
    await editor(page);
    const line = page.getByRole('textbox', { name: /^kubectl command/ });
    for (const payload of payloads) {
      await line.fill(`echo ${quoted(payload)}; kubectl annotate service back-end a=${quoted(payload)} --overwrite; kubectl get ${quoted(payload)}`);
      await line.press('Enter');
    }
    await page.evaluate((all) => {
      const dataTransfer = new DataTransfer();
      for (const payload of all) dataTransfer.items.add(new File([payload], payload.replaceAll('/', ':')));
      dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
    }, payloads);
    await page.getByText(/^Opened /).waitFor();
  });
});

test('in links of any kind, and in what the browser stored', async () => {
  await guarded({}, async (page) => {
    for (const payload of payloads) {
      for (const fragment of [`#${payload}`, `#v1.d.${payload}`, `#v9.${payload}`, `#s/${payload}`, `#s/${payload}/2`]) {
        await page.goto(address(`?theme=${encodeURIComponent(payload)}${fragment}`));
        await page.evaluate((hash) => (location.hash = hash), fragment);
      }
      await page.evaluate((word) => {
        const scenario = JSON.stringify({ text: word, view: { tab: word, service: word } });
        const words = { draft: scenario, history: JSON.stringify([word]), layout: word, theme: word, solved: JSON.stringify([word]) };
        const texts = { [`text.${word}`]: `1 ${scenario}`, 'text.a': word, 'draft-of': word, reading: word, earlier: scenario };
        for (const [key, value] of Object.entries({ ...words, ...texts })) localStorage.setItem(key, value);
        sessionStorage.clear();
      }, payload);
      await page.goto(address());
      await page.reload();
    }
    await page.getByRole('button', { name: /your texts$/ }).click();
    await page.getByRole('dialog', { name: 'Your texts' }).waitFor();
  });
});

test('in messages: only the page around is heard, and only in the documented form', async () => {
  await guarded({}, async (page) => {
    html = `<!doctype html><link rel="icon" href="data:,"><title>Course</title>
      <iframe id="own" src="${address('?embed&view=split')}" width="1200" height="700"></iframe>
      <iframe id="other" srcdoc="<p>another frame</p>"></iframe>`;
    await page.route('http://localhost:*/**', (route) => route.continue());
    await page.setContent('<p>');
    const own = `http://127.0.0.1:${new URL(address()).port}`;
    await page.route(`${own}/course.html`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.route(address('course.html'), (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto(address('course.html'));
    const frame = page.frames().find((one) => one.url().includes('?embed'));
    await until(page, 'the frame shows a text', () => frame.locator('.cm-content').count());
    const before = await frame.locator('.cm-content').textContent();
    await page.evaluate((all) => {
      const { contentWindow } = document.querySelector('#own');
      const odd = [null, 1, '', [], {}, { target: 'service-playground' }, { target: 'other', type: 'load', text: 'kind: Odd' }];
      for (const payload of all) {
        odd.push(payload, { target: payload, type: payload }, { target: 'service-playground', type: payload });
        odd.push({ target: 'service-playground', type: 'theme', theme: payload }, { target: 'service-playground', type: 'seek', seconds: payload });
        odd.push({ target: 'service-playground', type: 'load', link: payload }, { context: 'h5p', action: payload });
        odd.push({ target: 'service-playground', type: 'load', text: { toString: payload } }, JSON.stringify({ target: 'service-playground', type: 'load', text: payload }));
      }
      for (const message of odd) contentWindow.postMessage(message, '*');
    }, payloads);
    // Another frame of the same page is not the page around.
    await page.evaluate(() => {
      const other = document.querySelector('#other').contentWindow;
      other.eval(`parent.document.querySelector('#own').contentWindow.postMessage({ target: 'service-playground', type: 'load', text: 'kind: Foreign' }, '*')`);
    });
    await page.waitForTimeout(300);
    assert.equal(await frame.locator('.cm-content').textContent(), before);
    await page.evaluate(() => {
      document.querySelector('#own').contentWindow.postMessage({ target: 'service-playground', type: 'load', text: '# <img src=x onerror=ran()>' }, '*');
    });
    await until(page, 'the page around is heard', async () => (await frame.locator('.cm-content').textContent()).includes('<img src=x'));
    await page.evaluate(() => document.querySelectorAll('iframe').forEach((one) => one.remove()));
  });
});

test('the policy stops what would get in', async () => {
  await withPage({}, async (page) => {
    await editor(page);
    const policies = await page.locator('meta[http-equiv="Content-Security-Policy"]').evaluateAll((all) => all.map(({ content }) => content));
    assert.equal(policies.length, 2);
    for (const policy of policies) {
      assert.doesNotMatch(policy, /'unsafe-(inline|eval|hashes)'|\*/);
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /require-trusted-types-for 'script'; trusted-types service-playground$/);
    }
    // The second allows no other place than the page's folder.
    const places = new Set(policies[1].match(/\bhttps?:\S*/g));
    assert.deepEqual([...places], [address()]);
  });
  const tries = {
    'an inline script': () => document.body.append(Object.assign(document.createElement('script'), { text: 'ran = true' })),
    'a handler': () => {
      const image = document.createElement('img');
      image.setAttribute('onerror', 'ran = true');
      image.src = 'data:,';
      document.body.append(image);
    },
    'markup': () => (document.body.innerHTML = '<p>'),
    'a script from elsewhere': () => (document.createElement('script').src = 'https://evil.example/x.js'),
    'a worker': () => new Worker('data:text/javascript,0'),
    'eval': () => (0, eval)('ran = true'),
    'another policy': () => globalThis.trustedTypes.createPolicy('mine', {}),
    'an inline style': () => document.head.append(Object.assign(document.createElement('style'), { textContent: 'body { opacity: 0.5 }' })),
    'a style from elsewhere': () => document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: 'https://evil.example/x.css' })),
    'a request elsewhere': () => fetch('https://evil.example/').catch(() => {}),
    'an image from elsewhere': () => document.body.append(Object.assign(new Image(), { src: 'https://evil.example/x.png' })),
  };
  for (const [what, act] of Object.entries(tries)) {
    await withoutErrors(async (page) => {
      const violated = page.evaluate(() => new Promise((resolve) => addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective), { once: true })));
      await page.evaluate(() => new Promise(requestAnimationFrame));
      // From a script of the page, as the tools of a test may do more.
      await page.evaluate(`setTimeout(() => (${act})())`);
      assert.match(await violated, /^(script|style|img|connect|worker|require-trusted-types|trusted-types)/, what);
      assert.equal(await page.evaluate(() => globalThis.ran), undefined, what);
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).opacity), '1', what);
    });
  }
});

/** A page whose console may tell of the violation that a test is about. */
async function withoutErrors(use) {
  await withPage({ goto: false }, async (page, context) => {
    const other = await context.browser().newContext();
    try {
      const visited = await other.newPage();
      await visited.goto(address());
      await editor(visited);
      await use(visited);
    } finally {
      await other.close();
    }
  });
}
