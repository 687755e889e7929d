// Bytes are asserted: what a reader waits for must not grow unnoticed.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { weigh } from '../../web/assemble/weigh.mjs';

/** In bytes after brotli, 10 % more than was reached; `cargo xtask size` prints where they go. */
const FIRST_LOAD = 600_000;
const ALL = 2_130_000;
const EDITOR = 110_000;
const GERMAN = 50_000;
/** The script of the element for other pages, as it is. */
const ELEMENT = 5_000;

test('first load, editor and all stay within their budgets', () => {
  const files = weigh();
  const sum = (wanted) => files.filter(wanted).reduce((sum, file) => sum + file.brotli, 0);
  within(sum((file) => file.when === 'first'), FIRST_LOAD);
  within(sum((file) => file.name.includes('/editor.')), EDITOR);
  within(sum((file) => file.when === 'words'), GERMAN);
  within(sum((file) => ['first', 'later'].includes(file.when)), ALL);
});

test('the element for other pages stays small and stands alone', () => {
  const [element] = weigh().filter((file) => file.when === 'host');
  assert.ok(element.raw <= ELEMENT, `${element.raw} bytes, ${ELEMENT} allowed`);
  const text = readFileSync(new URL('../../dist/service-playground.js', import.meta.url), 'utf8');
  assert.doesNotMatch(text, /\bimport\b|require\(/);
});

function within(bytes, budget) {
  assert.ok(bytes <= budget, `${bytes} bytes of brotli, ${budget} allowed; does \`cargo xtask profile\` help?`);
}
