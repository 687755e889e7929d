// Colours for YAML as people write it for Kubernetes: a tokenizer line by line, its only memory a block scalar and flow brackets.

import { StreamLanguage, HighlightStyle } from '@codemirror/language';
import { tags } from '@lezer/highlight';

const KEY = /^(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|[-?:](?=\S))[^#]*?(?=\s*:(?:\s|$))/;
const QUOTED = /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)/;
const SCALAR = /^(?:[-+]?\d+(?:\.\d+)?|true|false|null|yes|no|on|off|~)(?=\s*(?:\s#|$|[,\]}]))/i;

export const yaml = StreamLanguage.define({
  name: 'yaml',
  startState: () => ({ block: -1, depth: 0, value: false }),
  token(stream, state) {
    if (stream.sol()) {
      if (state.block >= 0) {
        if (/^\s*$/.test(stream.string) || stream.indentation() > state.block) {
          stream.skipToEnd();
          return 'text';
        }
        state.block = -1;
      }
      if (!state.depth) state.value = false;
      if (stream.match(/^(?:---|\.\.\.)(?=\s|$)/)) return 'marker';
      if (stream.match(/^%.*/)) return 'marker';
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return 'comment';
    if (!state.value && stream.match(/^[-?](?=\s|$)/)) return 'punctuation';
    if (stream.match(/^:(?=\s|$)/)) {
      state.value = true;
      return 'punctuation';
    }
    if (stream.match(/^[[{]/)) {
      state.depth++;
      state.value = false;
      return 'punctuation';
    }
    if (state.depth && stream.match(/^[\]}]/)) {
      state.depth--;
      state.value = true;
      return 'punctuation';
    }
    if (state.depth && stream.match(/^,/)) {
      state.value = false;
      return 'punctuation';
    }
    if (stream.match(/^[&*!][^\s,\]}]*/)) return 'marker';
    if (stream.match(/^[|>](?:[-+]?\d?|\d[-+])(?=\s*(?:#|$))/)) {
      state.block = stream.indentation();
      return 'marker';
    }
    if (stream.match(QUOTED)) return !state.value && stream.match(/^\s*:(?:\s|$)/, false) ? 'key' : 'text';
    if (!state.value && stream.match(KEY)) return 'key';
    if (stream.match(SCALAR)) return 'number';
    stream.match(state.depth ? /^[^\s,\]}]+(?:\s+[^\s,\]}#]+)*/ : /^\S+(?:\s+[^\s#]\S*)*/) || stream.next();
    return 'text';
  },
  tokenTable: {
    key: tags.propertyName,
    text: tags.string,
    number: tags.number,
    comment: tags.comment,
    punctuation: tags.punctuation,
    marker: tags.meta,
  },
  languageData: { commentTokens: { line: '#' } },
});

// The colours themselves are tokens of the page's style sheet.
export const colours = HighlightStyle.define([
  { tag: tags.propertyName, class: 'yaml-key' },
  { tag: tags.string, class: 'yaml-text' },
  { tag: tags.number, class: 'yaml-number' },
  { tag: tags.comment, class: 'yaml-comment' },
  { tag: tags.punctuation, class: 'yaml-punctuation' },
  { tag: tags.meta, class: 'yaml-marker' },
]);
