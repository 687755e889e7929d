// What the editor says beside Kubernetes' own words, in the language of the page: `web/words` has it, `web/src/editor.rs` brings it.

export const words = {};

/** A sentence of the playground in the language of the page. */
export function own(sentence = '') {
  return words.translated?.(sentence) ?? sentence;
}

/** Takes the words, in this order, and what gives a sentence of the playground in the language of the page. */
export function speak([placeholder, label, fields, required, folded, unfold, translated]) {
  Object.assign(words, { placeholder, label, fields, required, folded, unfold, translated });
}

/** Forgets what gives sentences, unless another editor brought its own meanwhile. */
export function hush(given) {
  if (words.translated === given.at(-1)) words.translated = undefined;
}
