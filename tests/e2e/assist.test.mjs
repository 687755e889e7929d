// What the editor knows of the place where something is typed, and what it offers there.

import test from 'node:test';
import assert from 'node:assert/strict';
import { keyAt, placeAt } from '../../web/editor/place.js';
import { editor, paste, useBrowser, withPage } from './browser.mjs';

useBrowser();

/** The place of `|` in a text. */
function place(text) {
  const at = text.indexOf('|');
  const found = placeAt(text.replace('|', ''), at);
  return found && { ...found, siblings: [...found.siblings].sort() };
}

test('the place of a key follows from indentation, also in a half written text', () => {
  const { kind, path, word, siblings } = place('kind: Service\nspec:\n  ports:\n    - port: 80\n      tar|\n  selector:\n    app: web\n');
  assert.deepEqual({ kind, path, word, siblings }, { kind: 'Service', path: ['spec', 'ports'], word: 'tar', siblings: ['port'] });
  assert.deepEqual(place('kind: Service\nspec:\n  ports:\n  - |\n').path, ['spec', 'ports']);
  assert.deepEqual(place('kind: Service\nspec:\n  ports:\n  - port: 80\n  ty|\n').path, ['spec']);
  assert.deepEqual(place('kind: Pod\nspec:\n  containers:\n    - name: a\n      ports:\n        - containerPort: 80\n      im|\n').path, ['spec', 'containers']);
  assert.deepEqual(place('kind: Pod\nmetadata:\n  name: a\n---\nkind: Service\nsp|').siblings, ['kind']);
  assert.equal(place('kind: Pod\n---\nkind: Service\nsp|').kind, 'Service');
  assert.equal(place('kind: Service\nspec:\n  type: Cl|\n').field, 'type');
  assert.equal(place('# a comm|ent\n'), null);
});

test('fields that stand in other items of a list are not beside this one', () => {
  assert.deepEqual(place('kind: Service\nspec:\n  ports:\n    - port: 80\n      name: a\n    - port: 81\n      |\n').siblings, ['port']);
});

test('a key is known under the pointer, a value is not', () => {
  const text = 'kind: Service\nspec:\n  type: ClusterIP\n';
  const key = keyAt(text, text.indexOf('type') + 1);
  assert.deepEqual([key.kind, key.path, key.field], ['Service', ['spec'], 'type']);
  assert.equal(keyAt(text, text.indexOf('ClusterIP') + 2), null);
});

test('the editor offers fields of the kind, writes the chosen one, and says what a field means', async () => {
  await withPage({}, async (page) => {
    await paste(page, 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ');
    const box = await editor(page);
    await page.keyboard.type('sess');
    const list = page.getByRole('listbox', { name: 'Fields' });
    await list.getByRole('option', { name: /^sessionAffinity string/ }).waitFor();
    assert.match(await box.getAttribute('aria-activedescendant'), /^cm-field-0$/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await list.waitFor({ state: 'detached' });
    await page.keyboard.type('Cl');
    await list.getByRole('option', { name: 'ClientIP' }).waitFor();
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Space');
    await page.keyboard.press('Enter');
    assert.match(await box.textContent(), /sessionAffinity: ClientIP$/);
    await box.getByText('sessionAffinity').hover();
    await page.locator('.cm-meaning').waitFor();
    assert.match(await page.locator('.cm-meaning').textContent(), /^sessionAffinity <string>/);
  });
});

test('the fields of a scenario document come from its schema', async () => {
  await withPage({}, async (page) => {
    await paste(page, 'apiVersion: playground/v1\nkind: Scenario\ntitle: One\n');
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type('hin');
    await page.getByRole('option', { name: /^hints \[\]string/ }).waitFor();
  });
});
