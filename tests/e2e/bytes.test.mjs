// Bytes are asserted: what a reader waits for must not grow unnoticed.

import test from 'node:test';
import assert from 'node:assert/strict';
import { weigh } from '../../web/assemble/weigh.mjs';

/** In bytes after brotli, with room for a prebuilt standard library; `cargo xtask size` prints where they go. */
const FIRST_LOAD = 1_200_000;
const EDITOR = 100_000;

test('the first load stays within its budget', () => {
  const files = weigh();
  const first = files.filter((file) => file.first).reduce((sum, file) => sum + file.brotli, 0);
  assert.ok(first <= FIRST_LOAD, `${first} bytes of brotli, ${FIRST_LOAD} allowed`);
  const editor = files.find((file) => file.name.includes('/editor.'));
  assert.ok(editor.brotli <= EDITOR, `${editor.brotli} bytes of brotli, ${EDITOR} allowed`);
});
