// The page in another language: chosen, kept, fixed by an address, and nowhere too long.

import test from 'node:test';
import assert from 'node:assert/strict';
import { address, editor, open, paste, picture, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const language = (page) => page.locator('html').getAttribute('lang');

/** Waits until the page speaks it. */
const speaks = (page, code) => until(page, `the page speaks ${code}`, async () => (await language(page)) === code);

test('a language is chosen in the header, shown at once and kept', async () => {
  await withPage({}, async (page) => {
    await page.getByRole('tab', { name: 'requests' }).waitFor();
    assert.equal(await language(page), 'en');
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await speaks(page, 'de');
    for (const name of ['Link kopieren', 'Einbetten', 'Anhalten']) await page.getByRole('button', { name }).first().waitFor();
    await open(page, 'Anfragen');
    await page.getByText(/^\d+ Objekte angewendet$/).waitFor();
    await page.getByRole('columnheader', { name: 'Ausgang' }).waitFor();
    await picture(page, 'german');
    // What kubectl prints stays as it is.
    await page.getByText('Selector:', { exact: false }).first().waitFor();
    await page.reload();
    await page.getByRole('tab', { name: 'Anfragen' }).waitFor();
    assert.equal(await language(page), 'de');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('tab', { name: 'requests' }).waitFor();
    await page.getByRole('button', { name: 'Copy link' }).waitFor();
  });
});

test('what was typed can be undone in another language', async () => {
  await withPage({}, async (page) => {
    const text = page.locator('.cm-content');
    await text.waitFor();
    const begins = (beginning) => until(page, `the text begins with ${beginning}`, async () => (await text.innerText()).startsWith(beginning));
    await begins('apiVersion');
    await text.focus();
    await page.keyboard.press('ControlOrMeta+Home');
    await page.keyboard.type('# mine ');
    await begins('# mine apiVersion');
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await speaks(page, 'de');
    await page.getByRole('textbox', { name: /verlässt den Editor/ }).waitFor();
    await begins('# mine apiVersion');
    await text.focus();
    await page.keyboard.press('ControlOrMeta+Z');
    await begins('apiVersion');
    await page.keyboard.press('ControlOrMeta+Y');
    await begins('# mine apiVersion');
  });
});

test('what the editor waits for when the language changes is not asked any more', async () => {
  const many = [1, 2, 3].map((one) => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web-${one}}\nspec: {replicas: 900, selector: {matchLabels: {app: a${one}}}, template: {metadata: {labels: {app: a${one}}}, spec: {containers: [{name: c, image: nginx}]}}}\n---\n`);
  await withPage({}, async (page) => {
    await editor(page);
    await paste(page, `${many.join('')}apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  `);
    // While the reader reads, it says nothing of fields. withPage fails where a callback is called that is gone.
    await page.keyboard.type('ty');
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await speaks(page, 'de');
    await page.waitForTimeout(2_200);
  });
});

test('what scenarios say is said in the language, too', async () => {
  await withPage({ at: '?lang=de#s/selector-matches-no-pod' }, async (page) => {
    await page.getByRole('heading', { name: 'Die Pods laufen, aber der Service hat keine Endpoints' }).waitFor();
    await page.getByRole('button', { name: 'Einen Hinweis zeigen' }).click();
    await page.getByText('Was steht hinter', { exact: false }).waitFor();
    // The text itself is its author's.
    assert.match(await (await editor(page)).innerText(), /kind: Service/);
    await page.locator('#scenario').click();
    await page.getByRole('heading', { name: 'Erste Schritte' }).waitFor();
    await page.getByRole('searchbox').fill('abgewiesen');
    await page.getByRole('button', { name: 'Jede dritte Anfrage wird abgewiesen' }).waitFor();
  });
});

test('advice and its fixes are said in the language, names as they are', async () => {
  await withPage({ at: '?lang=de' }, async (page) => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop\n  labels:\n    app: shop\nspec:\n  containers:\n    - name: web\n      image: nginx\n';
    await paste(page, `apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\nspec:\n  selector:\n    app: shopp\n  ports:\n    - port: 80\n---\n${pod}`);
    await page.getByText('keine Endpoints: Kein Pod hat app=shopp').first().waitFor();
    await page.getByText('shop weicht in einem Label ab: app ist shop, nicht shopp.').first().waitFor();
    await page.getByRole('button', { name: 'In shop ändern' }).first().click();
    await page.getByText('keine Endpoints: Kein Pod hat app=shopp').first().waitFor({ state: 'detached' });
  });
});

test('the browser says the language where nobody else does, and the address before all', async () => {
  await withPage({ locale: 'de-AT' }, async (page) => {
    await page.getByRole('tab', { name: 'Anfragen' }).waitFor();
    await page.goto(address('?lang=en'));
    await page.getByRole('tab', { name: 'requests' }).waitFor();
  });
  await withPage({ locale: 'fr-FR' }, async (page) => {
    await page.getByRole('tab', { name: 'requests' }).waitFor();
    assert.equal(await language(page), 'en');
  });
});

test('a frame speaks the language of its address alone', async () => {
  await withPage({ at: '?embed&ui=mini&lang=de' }, async (page) => {
    await page.getByRole('link', { name: 'im Playground öffnen' }).waitFor();
  });
  await withPage({ at: '?embed&ui=mini', locale: 'de-DE' }, async (page) => {
    await page.getByRole('link', { name: 'open in playground' }).waitFor();
    assert.equal(await language(page), 'en');
  });
});

test('a page whose words do not come speaks English', async () => {
  await withPage({ at: '?lang=de', goto: false }, async (page) => {
    await page.route(/words-de/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    await page.goto(address('?lang=de'));
    await page.getByRole('tab', { name: 'requests' }).waitFor();
    assert.equal(await language(page), 'en');
  });
});

for (const width of [320, 390, 960, 1440]) {
  test(`longer words fit into ${width} pixels`, async () => {
    await withPage({ at: '?lang=de', viewport: { width, height: 844 } }, async (page) => {
      await page.getByRole('tab', { name: 'Anfragen' }).waitFor();
      await picture(page, `german-${width}`);
      const wide = await page.evaluate(() => {
        const beyond = (element) => {
          const { left, right, width } = element.getBoundingClientRect();
          return width > 1 && (right > innerWidth + 1 || left < -1);
        };
        const isCut = (element) => getComputedStyle(element).clipPath === 'none' && element.matches(':not(.scenario)') && element.scrollWidth > element.clientWidth + 1;
        const cut = (element) => beyond(element) || isCut(element);
        const rows = [...document.querySelectorAll('.header > *, .next-line > *')].filter(cut);
        return { page: document.documentElement.scrollWidth, rows: rows.map((element) => element.className) };
      });
      assert.ok(wide.page <= width, `the page is ${wide.page} wide`);
      assert.deepEqual(wide.rows, []);
    });
  });
}

test('without scripts the page says in each language what it needs, where it is seen at once', async () => {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 320, height: 700 }]) {
    await withPage({ javaScriptEnabled: false, viewport }, async (page) => {
      for (const [code, words] of [['en', 'It needs JavaScript'], ['de', 'Er braucht JavaScript']]) {
        const said = page.locator(`noscript p[lang=${code}]`, { hasText: words });
        const { x, y, width, height } = await said.boundingBox();
        assert.ok(x >= 0 && y >= 0 && x + width <= viewport.width && y + height <= viewport.height, code);
      }
      await picture(page, `without-scripts-${viewport.width}`);
    });
  }
});

test('numbers have the signs of the language', async () => {
  for (const [at, speed, moment] of [['', '0.5×', /^\d\d:\d\d\.\d{3}$/], ['?lang=de', '0,5×', /^\d\d:\d\d,\d{3}$/]]) {
    await withPage({ at }, async (page) => {
      await page.getByText(speed, { exact: true }).first().waitFor({ state: 'attached' });
      assert.match(await page.locator('.clock').textContent(), moment);
    });
  }
});
