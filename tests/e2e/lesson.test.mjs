// Exercises of the gallery: found, predicted, stepped through, solved.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { editor, picture, until, useBrowser, withPage } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

useBrowser();

const dialog = (page) => page.getByRole('dialog', { name: 'Scenarios' });
const panel = (page) => page.locator('.lesson');
const press = (page, name) => panel(page).getByRole('button', { name, exact: true }).click();

async function openGallery(page) {
  await page.getByRole('button', { name: /^Scenario: / }).click();
  await dialog(page).waitFor();
}

/** Opens a scenario by its address, once its panel is there. */
async function at(options, use) {
  await withPage(options, async (page, context) => {
    await panel(page).waitFor();
    await use(page, context);
  });
}

test('a scenario is found by words, and solved by an edit', async () => {
  await withPage({}, async (page) => {
    await openGallery(page);
    const all = await dialog(page).locator('.gallery-entry').count();
    assert.ok(all > 40, `${all} scenarios`);
    await picture(page, 'gallery');
    await dialog(page).getByRole('searchbox').fill('connection refused 502');
    await dialog(page).getByText(/^\d+ scenarios?$/).waitFor();
    assert.ok((await dialog(page).locator('.gallery-entry').count()) < all);
    await dialog(page).getByRole('button', { name: /^The endpoints are there, yet/ }).click();
    await panel(page).getByRole('heading', { name: /^The endpoints are there/ }).waitFor();
    assert.equal(await page.evaluate(() => location.hash), '#s/wrong-target-port');
    await editor(page);
    assert.ok(!(await page.locator('.cm-content').textContent()).includes('solution'), 'the solution stands in plain sight');
    await press(page, 'Check');
    await panel(page).getByText('Not solved yet.').waitFor();
    await panel(page).getByText(/^Requests from client to api:80: refused\.$/).waitFor();
    await picture(page, 'exercise');
    const line = page.locator('.cm-line', { hasText: 'targetPort: 8080' });
    await line.click();
    await page.keyboard.press('End');
    for (let at = 0; at < 4; at++) await page.keyboard.press('Backspace');
    await page.keyboard.type('5678');
    await panel(page).getByText('Checked before your last change.').waitFor();
    await press(page, 'Check');
    await panel(page).getByText('Solved.').waitFor();
    await panel(page).getByText(/^Cause: /).waitFor();
    await picture(page, 'exercise-solved');
    await page.reload();
    await openGallery(page);
    const entry = dialog(page).getByRole('button', { name: /^The endpoints are there, yet/ });
    assert.match(await entry.textContent(), /solved/);
  });
});

test('what is typed over all of an exercise is there from its first letter', async () => {
  await withPage({ at: '#s/selector-matches-no-pod' }, async (page) => {
    const text = await editor(page);
    await text.click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('kind: Pod');
    await until(page, 'all that was typed is there', async () => (await text.innerText()).trim() === 'kind: Pod');
  });
});

test('a command solves as well as an edit; hints come one by one, and the solution last', async () => {
  await at({ at: '#s/selector-matches-no-pod' }, async (page) => {
    await panel(page).getByText('Advice at the lines of the text waits for the last hint.').waitFor();
    assert.equal(await page.locator('.problem.advice').count(), 0);
    assert.equal(await panel(page).getByRole('button', { name: 'Show the solution' }).count(), 0);
    await press(page, 'Show a hint');
    while (await panel(page).getByRole('button', { name: 'Show another hint' }).count()) await press(page, 'Show another hint');
    await press(page, 'Show the solution');
    await press(page, 'Back to my text');
  });
  await at({ at: '#s/wrong-target-port' }, async (page) => {
    await page.getByRole('textbox', { name: /^kubectl command/ }).focus();
    await page.keyboard.type(`kubectl patch svc api --type=json -p='[{"op":"replace","path":"/spec/ports/0/targetPort","value":5678}]'`);
    await page.keyboard.press('Enter');
    await page.getByText('service/api patched').first().waitFor();
    await press(page, 'Check');
    await panel(page).getByText('Solved.').waitFor();
  });
});

test('a prediction is answered, explained and shown', async () => {
  await at({ at: '#s/refused-or-timeout' }, async (page) => {
    await panel(page).getByText('Question 1 of 5').waitFor();
    await panel(page).getByRole('radio', { name: 'Timeout' }).check();
    await press(page, 'Answer');
    await panel(page).getByText(/^Not so\. /).waitFor();
    await picture(page, 'prediction');
    await page.getByRole('group', { name: /^kubectl exec client/ }).first().waitFor();
    await press(page, 'Next question');
    await panel(page).getByText('Question 2 of 5').waitFor();
  });
});

test('steps go back and forth, and each has an address', async () => {
  await at({ at: '#s/rolling-update-drops-requests' }, async (page) => {
    await press(page, 'Next');
    await panel(page).getByText(/^1 of \d+$/).waitFor();
    await press(page, 'Next');
    await panel(page).getByText(/^2 of \d+$/).waitFor();
    assert.equal(await page.evaluate(() => location.hash), '#s/rolling-update-drops-requests/2');
    await picture(page, 'step');
    await page.goBack();
    await panel(page).getByText(/^1 of \d+$/).waitFor();
    await press(page, 'Back');
    await panel(page).getByText(/^\d+ steps$/).waitFor();
  });
  await at({ at: '#s/rolling-update-drops-requests/2' }, async (page) => {
    await panel(page).getByText(/^2 of \d+$/).waitFor();
  });
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in the gallery and in an exercise, ${colorScheme}`, async () => {
    await at({ at: '#s/wrong-target-port', colorScheme }, async (page) => {
      await editor(page);
      await press(page, 'Check');
      await panel(page).getByText('Not solved yet.').waitFor();
      await clean(page);
      await openGallery(page);
      await clean(page);
      await picture(page, `gallery-${colorScheme}`);
    });
  });
}

test('on a phone the lesson is the first tab, and the gallery fills the screen', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  await at({ at: '#s/wrong-target-port', ...phone }, async (page) => {
    const tabs = await page.getByRole('tab').allTextContents();
    assert.equal(tabs[0], 'lesson');
    await press(page, 'Check');
    await panel(page).getByText('Not solved yet.').waitFor();
    await picture(page, 'exercise-phone');
    await clean(page);
    await openGallery(page);
    const box = await dialog(page).boundingBox();
    assert.deepEqual([box.width, box.height], [390, 844]);
    await picture(page, 'gallery-phone');
  });
  await at({ at: '#s/wrong-target-port', viewport: { width: 320, height: 640 } }, async (page) => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 320, `${width} px`);
  });
});

test('what is folded away in the editor is not deleted by accident', async () => {
  await at({ at: '#s/wrong-target-port' }, async (page) => {
    await editor(page);
    await page.locator('.cm-line').first().click();
    await page.keyboard.press('Home');
    await page.keyboard.press('Backspace');
    await panel(page).getByRole('heading', { name: /^The endpoints are there/ }).waitFor();
    const said = page.getByRole('button', { name: /^Scenario, \d+ lines$/ });
    await said.click();
    await until(page, 'the document is unfolded', async () => (await page.locator('.cm-content').textContent()).includes('kind: Scenario'));
  });
});

async function clean(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  assert.deepEqual(told, []);
}
