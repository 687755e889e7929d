// The scenario document of a text: folded into one line, so that a learner sees the manifests and not the solution.

import { EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, WidgetType } from '@codemirror/view';
import { words } from './words.js';

const fold = StateEffect.define();

/** The end of the scenario document with the line of dashes behind it; 0 without one. */
function headOf(text) {
  if (!text.includes('playground/')) return 0;
  const begin = /^(?:[ \t]*(?:#[^\n]*)?\n|---[ \t]*\n)*/.exec(text)[0].length;
  const dashes = /^---[ \t]*$/m.exec(text.slice(begin));
  if (!dashes || !/^apiVersion: *["']?playground\//m.test(text.slice(begin, begin + dashes.index))) return 0;
  return begin + dashes.index + dashes[0].length;
}

class Folded extends WidgetType {
  constructor(lines) {
    super();
    this.lines = lines;
  }

  eq(other) {
    return other.lines === this.lines;
  }

  toDOM(view) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'cm-scenario';
    button.textContent = words.folded.replace('{}', this.lines);
    button.title = words.unfold;
    button.onclick = () => view.dispatch({ effects: fold.of(false) });
    return button;
  }

  ignoreEvent() {
    return true;
  }
}

function stateOf(doc, folded) {
  const end = headOf(doc.sliceString(0, Math.min(doc.length, 100_000)));
  const lines = end && doc.lineAt(end).number;
  const marks = folded && end ? Decoration.set(Decoration.replace({ widget: new Folded(lines), block: true }).range(0, end)) : Decoration.none;
  return { folded, end, marks };
}

const field = StateField.define({
  create: (state) => stateOf(state.doc, true),
  update(value, transaction) {
    let { folded } = value;
    for (const effect of transaction.effects) if (effect.is(fold)) folded = effect.value;
    return transaction.docChanged || folded !== value.folded ? stateOf(transaction.state.doc, folded) : value;
  },
  provide: (own) => [
    EditorView.decorations.from(own, (value) => value.marks),
    EditorView.atomicRanges.of((view) => view.state.field(own).marks),
  ],
});

/** What is folded away is changed only together with all of the text. */
const kept = EditorState.changeFilter.of((transaction) => {
  const { folded, end } = transaction.startState.field(field);
  if (!folded || !end) return true;
  let whole = false;
  transaction.changes.iterChangedRanges((from, to) => { whole ||= from === 0 && to === transaction.startState.doc.length; });
  return whole || [0, Math.min(end + 1, transaction.startState.doc.length)];
});

/** What is typed over a selection that begins within what is folded away: the browser loses the letter, as it finds no place for it. */
const typedOver = EditorView.domEventHandlers({
  beforeinput({ inputType, data }, view) {
    const { state } = view;
    const { folded, end } = state.field(field);
    const { from, empty } = state.selection.main;
    if (inputType !== 'insertText' || !data || empty || !folded || from >= end || state.readOnly) return false;
    view.dispatch(state.update(state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true }));
    return true;
  },
});

export const scenario = [field, kept, typedOver];

/** The effects that fold the scenario document of a text that takes the place of another. */
export function refold(state, next) {
  const { end } = state.field(field);
  return headOf(next) && state.sliceDoc(0, end) !== next.slice(0, end) ? [fold.of(true)] : [];
}

/** The effects that show a place that may be folded away. */
export function unfoldAt(state, place) {
  const { folded, end } = state.field(field);
  return folded && place < end ? [fold.of(false)] : [];
}
