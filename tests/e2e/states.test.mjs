// Every state of the page that a learner meets: nothing axe would complain about, light and dark. And the page at 200 % and 400 %,
// in the system's own colours, with labels from right to left, and by keyboard and screen reader alone.

import test from 'node:test';
import assert from 'node:assert/strict';
import { complaints } from './axe.mjs';
import { editor, open, paste, picture, printed, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const prompt = (page) => page.getByRole('textbox', { name: /^kubectl command/ });
async function type(page, line) {
  await prompt(page).fill(line);
  await prompt(page).press('Enter');
  await page.getByRole('group', { name: line, exact: true }).last().waitFor();
}
const press = (page, name) => page.getByRole('button', { name }).first().click();
const close = (page) => page.keyboard.press('Escape');
const station = (page, name) => page.locator(`[data-station="${name}"]`).click();
const lesson = (page) => page.locator('.lesson');
const answer = (page, name) => lesson(page).getByRole('button', { name, exact: true }).click();
async function choose(page, title) {
  await press(page, /^Scenario: /);
  await page.getByRole('dialog', { name: 'Scenarios' }).getByRole('button', { name: title }).click();
  await lesson(page).waitFor();
}

const shop = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 12
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: crashes, labels: {app: other}}
spec: {containers: [{name: c, image: busybox, command: [sh, -c, exit 1]}]}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}
`;

/** How each state is reached, one after the other on one page; what is open at its end is closed by the next. */
const atTheDesk = {
  'as it opens': (page) => printed(page, 'kubectl describe service back-end').waitFor(),
  paused: (page) => page.getByRole('button', { name: 'Pause', exact: true }).click(),
  'details of a request': (page) => press(page, /^Details of request/),
  'the map enlarged': async (page) => {
    await close(page);
    await press(page, 'Zoom in');
  },
  'kubectl get': (page) => open(page, 'get'),
  slices: (page) => open(page, 'endpoint slices'),
  rules: (page) => open(page, 'rules'),
  'names and addresses': (page) => open(page, 'DNS'),
  shares: (page) => open(page, 'spread'),
  'many at once': (page) => press(page, 'Send 1,000 at once'),
  'as text': (page) => open(page, 'text view'),
  traffic: (page) => open(page, 'traffic'),
  'side by side': (page) => press(page, 'Compare side by side'),
  'a Service on the map': async (page) => {
    await close(page);
    await station(page, 'service/default/back-end');
  },
  'a pod on the map': (page) => station(page, 'pod/default/back-end-2'),
  'a label being written': (page) => page.getByRole('textbox', { name: 'Label type' }).fill('type=a b'),
  'a pod that is not ready': (page) => press(page, 'Make not ready'),
  'an undone change': async (page) => {
    await press(page, 'Undo');
    await close(page);
  },
  'a command that answers': (page) => type(page, 'kubectl get pods -o wide'),
  'a command that fails': (page) => type(page, 'kubectl get nothing'),
  'a table of the terminal': (page) => type(page, 'kubectl describe pod back-end-1'),
  'words to choose from': async (page) => {
    await prompt(page).fill('kubectl get se');
    await prompt(page).press('Tab');
    await page.getByRole('list', { name: 'Completions' }).waitFor();
    await prompt(page).fill('');
  },
  'a syntax error': async (page) => {
    await open(page, 'services.yaml');
    await paste(page, 'kind: [\n');
  },
  'findings with fixes': (page) => paste(page, 'apiVersion: v1\nkind: service\nmetadata:\n  name: Web\nspec:\n  ports:\n    - port: 0\n'),
  'an Ingress, a policy, a pod that crashes': async (page) => {
    await paste(page, shop);
    await page.getByRole('button', { name: /^Ingress controller ingress-nginx/ }).waitFor();
  },
  'the ingress controller on the map': (page) => press(page, /^Ingress controller ingress-nginx/),
  'an empty text': async (page) => {
    await close(page);
    await open(page, 'services.yaml');
    await paste(page, '\n');
  },
  gallery: (page) => press(page, /^Scenario: /),
  'nothing found': (page) => page.getByRole('searchbox').fill('no such words'),
  texts: async (page) => {
    await close(page);
    await press(page, /your texts$/);
  },
  help: async (page) => {
    await close(page);
    await press(page, 'Keys and help');
  },
  'share and embed': async (page) => {
    await close(page);
    await press(page, 'Embed');
  },
  'a QR code': (page) => page.getByText('QR code', { exact: true }).click(),
  'a picture to save': (page) => page.getByText('Picture', { exact: true }).click(),
  'the element to embed': (page) => page.getByText('Element', { exact: true }).click(),
  'an exercise': async (page) => {
    await close(page);
    await choose(page, /^The endpoints are there, yet/);
  },
  'an exercise that is not solved': (page) => answer(page, 'Check'),
  'a hint': (page) => answer(page, 'Show a hint'),
  'the solution': async (page) => {
    while (await lesson(page).getByRole('button', { name: 'Show another hint' }).count()) await answer(page, 'Show another hint');
    await answer(page, 'Show the solution');
  },
  'an exercise that is solved': async (page) => {
    await answer(page, 'Check');
    await lesson(page).getByText('Solved.').waitFor();
  },
};

const ofLessons = {
  '#s/refused-or-timeout': {
    'a question': (page) => lesson(page).getByText('Question 1 of 5').waitFor(),
    'a wrong answer': async (page) => {
      await lesson(page).getByRole('radio', { name: 'Timeout' }).check();
      await answer(page, 'Answer');
    },
    'the next question': (page) => answer(page, 'Next question'),
  },
  '#s/rolling-update-drops-requests': {
    'a story in steps': (page) => lesson(page).getByText(/^\d+ steps$/).waitFor(),
    'its first step': (page) => answer(page, 'Next'),
  },
  '#v1.d.damaged': { 'a link that is damaged': (page) => page.getByText(/this link is damaged/i).waitFor() },
};

const onAPhone = {
  'as it opens': (page) => page.locator('canvas').waitFor(),
  'the text': (page) => open(page, 'yaml'),
  'a finding': (page) => paste(page, 'apiVersion: v1\nkind: service\nmetadata:\n  name: web\n'),
  'every other tab': async (page) => {
    for (const tab of await page.getByRole('tab').all()) {
      await tab.tap();
      assert.deepEqual(await complaints(page), [], await tab.textContent());
    }
  },
  gallery: (page) => page.getByRole('button', { name: /^Scenario: / }).tap(),
};

/** Reaches one state after the other; what axe says in each. */
async function walk(page, states) {
  const found = {};
  for (const [name, reach] of Object.entries(states)) {
    await reach(page).catch((error) => assert.fail(`${name}: ${error.message}`));
    const all = await complaints(page);
    if (all.length) found[name] = all;
  }
  assert.deepEqual(found, {});
}

const count = [atTheDesk, onAPhone, ...Object.values(ofLessons)].reduce((all, states) => all + Object.keys(states).length, 0);

test('at least 40 states are visited', () => assert.ok(count >= 40, `${count} states`));

for (const scheme of ['light', 'dark']) {
  const options = { colorScheme: scheme, reducedMotion: 'reduce' };
  test(`${Object.keys(atTheDesk).length} states at the desk, ${scheme}`, async () => {
    await withPage(options, async (page) => {
      await editor(page);
      await walk(page, atTheDesk);
    });
  });

  for (const [at, states] of Object.entries(ofLessons)) {
    test(`${Object.keys(states).length} states of ${at}, ${scheme}`, async () => {
      await withPage({ at, ...options }, (page) => walk(page, states));
    });
  }

  test(`${Object.keys(onAPhone).length} states on a phone, by touch, ${scheme}`, async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    await withPage({ ...phone, ...options }, (page) => walk(page, onAPhone));
  });
}

for (const [percent, size] of [[200, { width: 720, height: 450 }], [400, { width: 360, height: 225 }]]) {
  test(`at ${percent} %, nothing is wider than the page and everything is reached`, async () => {
    await withPage({ viewport: size, deviceScaleFactor: percent / 100, reducedMotion: 'reduce' }, async (page) => {
      await page.locator('canvas').waitFor();
      await picture(page, `zoom-${percent}`);
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click();
        const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(content <= room, `${content} px in a page of ${room} px`);
      }
      await press(page, /^Scenario: /);
      const button = page.getByRole('dialog').getByRole('button', { name: 'Close' });
      const box = await button.boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= size.width && box.y >= 0 && box.y + box.height <= size.height, 'the way out is in view');
      assert.deepEqual(await complaints(page), []);
    });
  });
}

test("in the system's own colours every control is seen", async () => {
  await withPage({ forcedColors: 'active', reducedMotion: 'reduce' }, async (page) => {
    await printed(page, 'kubectl describe service back-end').waitFor();
    await picture(page, 'forced-colours');
    const faint = await page.evaluate(() => {
      const bright = (colour) => {
        const [red, green, blue] = colour.match(/[\d.]+/g).map((value) => {
          const part = value / 255;
          return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
          const { backgroundColor } = getComputedStyle(at);
          if (!/, 0\)$/.test(backgroundColor)) return backgroundColor;
        }
        return 'rgb(255, 255, 255)';
      };
      return [...document.querySelectorAll('button, a, [role=tab]')]
        .filter((control) => control.textContent.trim() && control.checkVisibility() && control.getClientRects().length)
        .map((control) => {
          const [one, other] = [bright(getComputedStyle(control).color), bright(ground(control))];
          return [control.textContent.trim(), (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
        })
        .filter(([, contrast]) => contrast < 4.5);
    });
    assert.deepEqual(faint, []);
  });
});

test('labels from right to left stand where they belong', async () => {
  await withPage({ reducedMotion: 'reduce' }, async (page) => {
    const words = ['خدمة', 'שירות'];
    const text = words
      .map((word, at) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p${at}\n  labels: {app: a}\n  annotations: {note: "${word} \u202e evil"}\nspec: {containers: [{name: web, image: nginx}]}\n`)
      .join('---\n');
    await paste(page, text);
    await type(page, 'kubectl describe pod p0');
    const said = await page.getByRole('group', { name: 'kubectl describe pod p0', exact: true }).last().textContent();
    assert.match(said, /note: خدمة/);
    const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= room);
    assert.deepEqual(await complaints(page), []);
  });
});

test('by keyboard alone: find the fault, mend it, ask, and go on', async () => {
  await withPage({}, async (page) => {
    const box = await editor(page);
    // To the text by the first skip link.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await until(page, 'the tab of the text has the focus', () => page.evaluate(() => document.activeElement.id === 'tab-yaml'));
    await page.keyboard.press('Tab');
    await until(page, 'the editor has the focus', () => box.evaluate((node) => node === document.activeElement));
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText('apiVersion: v1\nkind: service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 80\n');
    const problems = page.getByRole('list', { name: 'Problems in services.yaml' });
    await problems.waitFor();
    await page.keyboard.press('Escape');
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement.textContent.trim() === 'Change to Service')) break;
    }
    await page.keyboard.press('Enter');
    await problems.getByText('Change to Service').waitFor({ state: 'detached' });
    // To the terminal by the second skip link.
    await page.evaluate(() => document.querySelectorAll('.skip')[1].focus());
    await page.keyboard.press('Enter');
    await page.keyboard.type('kubectl get service web -o name');
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: 'kubectl get service web -o name', exact: true }).getByText('service/web').waitFor();
  });
});

test('what a screen reader is told of the main job', async () => {
  await withPage({ reducedMotion: 'reduce' }, async (page) => {
    await printed(page, 'kubectl describe service back-end').waitFor();
    await editor(page);
    const tree = await page.locator('body').ariaSnapshot();
    for (const line of [
      /- banner:/,
      /- heading "Service Playground" \[level=1\]/,
      /- button "Copy link"/,
      /button "Saved: your texts"/,
      /- main:/,
      /- region "Text and traffic":/,
      /- tab "services\.yaml"/,
      /- textbox "services\.yaml\. Escape, then Tab leaves the editor\."/,
      /- region "Terminal":/,
      /- textbox "kubectl command/,
      /- region "What kubectl prints":/,
      /- region "kubectl describe service back-end":/,
      /- group "Playback":/,
      /- region "Requests":/,
      /- log "What happens"/,
    ]) {
      assert.match(tree, line);
    }
  });
});
