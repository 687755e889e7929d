// What the editor says beside Kubernetes' own words, in the language of the page: `web/words` has it, `web/src/editor.rs` brings it.

export const words = {};

/** Takes the words, in this order. */
export function speak([placeholder, label, fields, required, folded, unfold]) {
  Object.assign(words, { placeholder, label, fields, required, folded, unfold });
}
