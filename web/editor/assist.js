// Fields while typing, and their words under the pointer. A list of CodeMirror's own weighs three times as much.

import { Prec, StateEffect, StateField } from '@codemirror/state';
import { EditorView, ViewPlugin, hoverTooltip, keymap, showTooltip } from '@codemirror/view';
import { meaning, offered } from './fields.js';
import { keyAt, placeAt } from './place.js';
import { words as said } from './words.js';

const MOST = 60;
const show = StateEffect.define();
const choose = StateEffect.define();

const list = StateField.define({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(show)) return effect.value;
      if (effect.is(choose) && value) return { ...value, chosen: effect.value };
    }
    // What is typed brings a new list; anything else ends this one.
    return value && (transaction.docChanged || transaction.selection) && !transaction.isUserEvent('input.type') ? null : value;
  },
  provide: (field) => [
    showTooltip.from(field, (value) => value && { pos: value.from, above: false, create: (view) => popup(view, value) }),
    EditorView.contentAttributes.compute([field], (state) => {
      const value = state.field(field);
      return value
        ? { 'aria-autocomplete': 'list', 'aria-controls': 'cm-fields', 'aria-activedescendant': `cm-field-${value.chosen}` }
        : { 'aria-autocomplete': 'list' };
    }),
  ],
});

function popup(view, value) {
  const dom = document.createElement('div');
  dom.className = 'cm-fields';
  const rows = dom.appendChild(document.createElement('ul'));
  rows.id = 'cm-fields';
  rows.role = 'listbox';
  rows.ariaLabel = said.fields;
  const words = dom.appendChild(document.createElement('p'));
  value.options.forEach((option, at) => {
    const row = rows.appendChild(document.createElement('li'));
    row.id = `cm-field-${at}`;
    row.role = 'option';
    row.appendChild(document.createElement('span')).textContent = option.name;
    if (option.type) row.appendChild(document.createElement('span')).textContent = option.required ? `${option.type}, ${said.required}` : option.type;
    row.onmousedown = (event) => {
      event.preventDefault();
      accept(view, at);
    };
  });
  const mark = ({ chosen, options }) => {
    [...rows.children].forEach((row, at) => {
      row.ariaSelected = String(at === chosen);
      if (at === chosen) row.scrollIntoView({ block: 'nearest' });
    });
    words.textContent = options[chosen]?.words ?? '';
    words.hidden = !words.textContent;
  };
  return { dom, mount: () => mark(value), update: ({ state }) => state.field(list) && mark(state.field(list)) };
}

/** Those that begin with what is typed first, then those that have it in them. */
function fitting(options, word, siblings) {
  const typed = word.toLowerCase();
  const rank = ({ name }) => name.toLowerCase().indexOf(typed);
  const all = options.filter((option) => rank(option) >= 0 && !siblings.has(option.name));
  return all.sort((one, other) => (rank(one) > 0) - (rank(other) > 0) || (other.required ?? false) - (one.required ?? false)).slice(0, MOST);
}

function accept(view, at) {
  const value = view.state.field(list);
  const option = value?.options[at];
  if (!option) return false;
  const insert = value.isValue ? option.name : option.name + after(option.type, value.column, view.state.doc.sliceString(value.to, value.to + 1));
  view.dispatch({
    changes: { from: value.from, to: value.to, insert },
    selection: { anchor: value.from + insert.length },
    effects: show.of(null),
    userEvent: 'input.complete',
    scrollIntoView: true,
  });
  view.focus();
  return true;
}

/** What follows a key: room for its value, on a line of its own where that is a list or has fields. */
function after(type, column, next) {
  if (next === ':') return '';
  const indent = `\n${' '.repeat(column + 2)}`;
  if (/^\[\]|^array/.test(type)) return `:${indent}- `;
  return /^(string|integer|number|boolean|Quantity|IntOrString|any)/.test(type) ? ': ' : `:${indent}`;
}

/** `ask` gives what a kubectl command prints, or null as long as that is not known. */
export function assist(ask) {
  const patient = async (line) => {
    for (let tries = 0; tries < 40; tries++) {
      const text = ask(line);
      if (typeof text === 'string') return text;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return '';
  };
  const look = async (view, explicit) => {
    const { state } = view;
    const { head, empty } = state.selection.main;
    const place = empty ? placeAt(state.doc.toString(), head) : null;
    const close = () => view.state.field(list) && view.dispatch({ effects: show.of(null) });
    if (!place || (!explicit && !place.word)) return close();
    const options = fitting(await offered(place, patient), place.word, place.field ? new Set() : place.siblings);
    // Meanwhile more was typed.
    if (view.state.doc !== state.doc || view.state.selection.main.head !== head) return undefined;
    if (!options.length || (options.length === 1 && options[0].name === place.word)) return close();
    const { from, column } = place;
    return view.dispatch({ effects: show.of({ from, to: head, column, options, chosen: 0, isValue: Boolean(place.field) }) });
  };
  const move = (step) => (view) => {
    const value = view.state.field(list);
    if (!value) return false;
    const { length } = value.options;
    view.dispatch({ effects: choose.of((value.chosen + step + length) % length) });
    return true;
  };
  const take = (view) => Boolean(view.state.field(list)) && accept(view, view.state.field(list).chosen);
  const close = (view) => {
    if (!view.state.field(list)) return false;
    view.dispatch({ effects: show.of(null) });
    return true;
  };
  const open = (view) => {
    look(view, true);
    return true;
  };
  const typing = ViewPlugin.define((view) => ({
    update({ transactions, focusChanged }) {
      if (focusChanged && !view.hasFocus) setTimeout(() => close(view));
      if (transactions.some((one) => one.docChanged && (one.isUserEvent('input.type') || one.isUserEvent('delete')))) setTimeout(() => look(view, false));
    },
  }));
  const hover = hoverTooltip(async (view, at) => {
    const place = keyAt(view.state.doc.toString(), at);
    const told = place && (await meaning(place, patient));
    if (!told?.words) return null;
    const dom = document.createElement('div');
    dom.className = 'cm-meaning';
    dom.appendChild(document.createElement('code')).textContent = told.head;
    dom.appendChild(document.createElement('p')).textContent = told.words;
    return { pos: place.from, end: place.to, above: true, create: () => ({ dom }) };
  });
  const keys = [
    { key: 'Ctrl-Space', run: open },
    { key: 'ArrowDown', run: move(1) },
    { key: 'ArrowUp', run: move(-1) },
    { key: 'Enter', run: take },
    { key: 'Tab', run: take },
    { key: 'Escape', run: close, stopPropagation: true },
  ];
  return [list, typing, hover, Prec.highest(keymap.of(keys))];
}
