// The YAML editor: CodeMirror 6 behind a small handle. Loaded after the first paint; until then a plain text area is shown.
//
// Positions are UTF-16 offsets on both sides.

import { EditorState, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { defaultKeymap, history, historyField, historyKeymap, indentWithTab, isolateHistory } from '@codemirror/commands';
import { indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { assist } from './assist.js';
import { StyleModule } from 'style-mod';
import { refold, scenario, unfoldAt } from './scenario.js';
import { colours, yaml } from './yaml.js';
import { own, hush, speak, words as said } from './words.js';

let sheet;
let mounted = [];

// The page's policy allows an empty style element alone: the rules come in through its sheet, in the order asked for.
StyleModule.mount = (_, modules) => {
  const wanted = [modules].flat();
  if (wanted.every((module) => mounted.includes(module))) return;
  if (!sheet) ({ sheet } = document.head.insertBefore(document.createElement('style'), document.head.firstChild));
  mounted = [...mounted.filter((module) => !wanted.includes(module)), ...wanted];
  while (sheet.cssRules.length) sheet.deleteRule(0);
  for (const rule of mounted.flatMap((module) => module.rules)) {
    try {
      sheet.insertRule(rule, sheet.cssRules.length);
    } catch {
      // A rule for another browser.
    }
  }
};

const light = StateEffect.define();
const lit = Decoration.line({ class: 'cm-lit' });

/** The lines of the selected object. */
const litLines = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    lines = lines.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(light)) lines = decorate(transaction.state.doc, effect.value);
    return lines;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorate(doc, ranges) {
  const lines = new Set();
  for (const range of ranges) {
    const [first, last] = [range.from, range.to].map((place) => doc.lineAt(Math.min(place, doc.length)).number);
    for (let line = first; line <= last; line++) lines.add(line);
  }
  return Decoration.set([...lines].map((line) => lit.range(doc.line(line).from)), true);
}

/** What CodeMirror says itself. */
const PHRASES = ['Diagnostics', 'No diagnostics', 'close', 'Selection deleted'];

const extensions = () => [
  EditorState.phrases.of(Object.fromEntries(PHRASES.map((phrase) => [phrase, own(phrase)]))),
  lineNumbers(),
  lintGutter(),
  litLines,
  scenario,
  history(),
  drawSelection(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  indentUnit.of('  '),
  EditorState.tabSize.of(2),
  yaml,
  syntaxHighlighting(colours),
  placeholder(said.placeholder),
  keymap.of([...lintKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
  EditorView.contentAttributes.of({
    'aria-label': said.label,
    autocapitalize: 'off',
    autocorrect: 'off',
    spellcheck: 'false',
    tabindex: '0',
  }),
];

/** The state of the editor that was removed last, as JSON with its history. */
let removed;
const KEPT = { history: historyField };

/**
 * Mounts an editor in `parent`. One with the text of the editor removed last goes on with its history and selection, so that
 * undo outlives a change of the page's language.
 * `from` and `to` are the initial selection. `onChange` is called with the whole text after each edit, `onCursor` with the
 * offset that the cursor moved to, and with -1 when the editor loses the focus. With `readonly`, the text is only to be read.
 * `ask` gives what a kubectl command prints, or nothing as long as that is not known; `given` is what the editor says, as words.js takes it.
 */
export function mount(parent, text, from, to, onChange, onCursor, readonly, ask, given) {
  speak(given);
  let silent = false;
  // What waits for an answer when the editor is removed asks nobody any more.
  let isThere = true;
  const askWhileThere = (line) => (isThere ? ask(line) : undefined);
  const listener = EditorView.updateListener.of((update) => {
    if (update.docChanged && !silent) onChange(update.state.doc.toString());
    if (update.transactions.some((one) => one.isUserEvent('select'))) onCursor(update.state.selection.main.head);
    else if (update.focusChanged && !update.view.hasFocus) onCursor(-1);
  });
  const selection = { anchor: Math.min(from, text.length), head: Math.min(to, text.length) };
  const parts = [...extensions(), assist(askWhileThere), listener, EditorState.readOnly.of(readonly)];
  const goesOn = !readonly && removed?.doc === text;
  const state = goesOn ? EditorState.fromJSON(removed, { extensions: parts }, KEPT) : EditorState.create({ doc: text, selection, extensions: parts });
  removed = undefined;
  const end = () => {
    isThere = false;
    hush(given);
  };
  return handle(new EditorView({ parent, state }), (quiet) => { silent = quiet; }, end);
}

/** What the page can do with an editor; `silence` turns reports of changes off and on, `end` is called as it is removed. */
function handle(view, silence, end) {
  return {
    /** Replaces the text as one undo step, changing only what differs and without calling `onChange`. */
    setText(next) {
      const old = view.state.doc.toString();
      const shorter = Math.min(old.length, next.length);
      let head = 0;
      while (head < shorter && old[head] === next[head]) head++;
      let tail = 0;
      while (tail < shorter - head && old[old.length - 1 - tail] === next[next.length - 1 - tail]) tail++;
      if (head + tail === old.length && old.length === next.length) return;
      silence(true);
      view.dispatch({
        changes: { from: head, to: old.length - tail, insert: next.slice(head, next.length - tail) },
        annotations: isolateHistory.of('full'),
        effects: refold(view.state, next),
        filter: false,
      });
      silence(false);
    },
    /** Replaces a range as one undo step. */
    replace(start, end, insert) {
      const size = view.state.doc.length;
      view.dispatch({
        changes: { from: Math.min(start, size), to: Math.min(end, size), insert },
        annotations: isolateHistory.of('full'),
        userEvent: 'input.fix',
        filter: false,
      });
      view.focus();
    },
    /** Marks `[{ from, to, severity, message, meaning, fixes: [{ label, from, to, insert }] }]`. */
    setDiagnostics(list) {
      const size = view.state.doc.length;
      const known = list.map((one) => ({
        from: Math.min(one.from, size),
        to: Math.min(one.to, size),
        severity: one.severity,
        message: one.message,
        renderMessage: () => words(one),
        actions: one.fixes.map((fix) => ({ name: fix.label, apply: () => this.replace(fix.from, fix.to, fix.insert) })),
      }));
      view.dispatch(setDiagnostics(view.state, known));
    },
    /** Scrolls to an offset and puts the cursor there. */
    reveal(position) {
      const anchor = Math.min(position, view.state.doc.length);
      view.dispatch({ selection: { anchor }, effects: [...unfoldAt(view.state, anchor), EditorView.scrollIntoView(anchor, { y: 'center' })] });
      view.focus();
    },
    /** Highlights the lines of ranges, each given by its start and its end; with `show`, scrolls to the first. */
    light(places, show) {
      const ranges = [];
      for (let at = 0; at + 1 < places.length; at += 2) ranges.push({ from: places[at], to: places[at + 1] });
      const effects = [light.of(ranges)];
      const [first] = ranges;
      if (first && show) effects.push(EditorView.scrollIntoView(Math.min(first.from, view.state.doc.length), { y: 'nearest', yMargin: 48 }));
      view.dispatch({ effects });
    },
    focus: () => view.focus(),
    scrollTo(top) {
      view.scrollDOM.scrollTop = top;
    },
    destroy() {
      end();
      removed = view.state.readOnly ? undefined : view.state.toJSON(KEPT);
      view.destroy();
    },
  };
}

/** The message of a cluster, and below it what it means. */
function words({ message, meaning }) {
  const box = document.createElement('div');
  const said = box.appendChild(document.createElement('code'));
  said.textContent = message;
  if (meaning) box.appendChild(document.createElement('p')).textContent = meaning;
  return box;
}
