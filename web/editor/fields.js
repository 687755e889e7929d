// The fields that may stand somewhere, with their words: of Kubernetes' kinds as `kubectl explain` prints them,
// of scenario documents from their schema.

import schema from '../../docs/scenario.schema.json';
import { own } from './words.js';

const SCENARIO = /^playground\//;
/** Before a document says its kind. */
const HEADS = [
  { name: 'apiVersion', type: 'string', words: 'The group and version of the kind.' },
  { name: 'kind', type: 'string', words: 'The kind of the object, such as Service.' },
  { name: 'metadata', type: 'ObjectMeta', words: 'The name, namespace, labels and annotations.' },
  { name: 'spec', type: 'Spec', words: 'What the object should be.' },
];
const API_VERSION = 'playground/v1';

/**
 * What may stand at a place, as `[{ name, type, words, required }]`; `ask` gives what a kubectl command prints.
 * For a value, what it may be.
 */
export async function offered(place, ask) {
  if (SCENARIO.test(place.apiVersion ?? '')) return place.field ? allowed(ofScenario([...place.path, place.field])) : fieldsOf(ofScenario(place.path));
  if (place.field && place.path.length === 0) {
    if (place.field === 'kind') return (await kinds(ask)).map(({ kind, version }) => ({ name: kind, type: version, words: '' }));
    if (place.field === 'apiVersion') return versions(place, ask);
  }
  if (!place.kind) return place.path.length ? [] : HEADS.map((it) => ({ ...it, words: own(it.words) }));
  if (place.field) return valuesOf(await explained(place, ask, place.field));
  return listed(await explained(place, ask));
}

/** What a key means, in lines; nothing if it is not known. */
export async function meaning(place, ask) {
  if (SCENARIO.test(place.apiVersion ?? '')) {
    const it = ofScenario([...place.path, place.field]);
    return it && { head: `${place.field} <${typeOf(it)}>`, words: own(it.description) };
  }
  if (!place.kind) return null;
  const text = await explained(place, ask, place.field);
  const head = /^FIELD: (.+)$/m.exec(text)?.[1];
  const [, words] = /^DESCRIPTION:\n((?: {4}.*\n)+)/m.exec(text) ?? [];
  if (!head) return null;
  const values = valuesOf(text).map(({ name }) => name);
  const one = values.length ? ` One of ${values.join(', ')}.` : '';
  return { head, words: joined(words ?? '') + one };
}

function joined(lines) {
  const words = lines.split('\n').map((line) => line.trim()).filter(Boolean).join(' ');
  return words.replace(/<empty>|<no description>/, '');
}

async function explained(place, ask, field) {
  const path = [place.kind.toLowerCase(), ...place.path, ...(field ? [field] : [])].join('.');
  return /^[\w.-]+$/.test(path) ? ask(`kubectl explain ${path}`) : '';
}

/** The rows under FIELDS. */
function listed(text) {
  const [, rows = ''] = text.split(/^FIELDS:\n/m);
  const fields = [];
  for (const row of rows.split('\n')) {
    const [, name, type, required] = /^ {2}([\w$-]+)\t<(.+?)>( -required-)?/.exec(row) ?? [];
    if (name) fields.push({ name, type, required: Boolean(required), words: '' });
    else if (/^ {4}/.test(row) && fields.length) fields.at(-1).words = joined(`${fields.at(-1).words}\n${row}`);
  }
  return fields;
}

function valuesOf(text) {
  const [, rows] = /^ENUM:\n((?: {4}.*\n)+)/m.exec(text) ?? [];
  if (rows) return rows.trim().split(/\n\s*/).filter((name) => name !== '""').map((name) => ({ name, type: '', words: '' }));
  return /^FIELD: \S+ <boolean>/m.test(text) ? ['true', 'false'].map((name) => ({ name, type: '', words: '' })) : [];
}

async function kinds(ask) {
  const [head = '', ...rows] = (await ask('kubectl api-resources')).trimEnd().split('\n');
  const at = head.indexOf('APIVERSION');
  if (at < 0) return [];
  return rows.map((row) => row.slice(at).split(/\s+/)).map(([version, , kind]) => ({ version, kind }));
}

async function versions(place, ask) {
  const all = await kinds(ask);
  const fitting = all.filter(({ kind }) => !place.kind || kind === place.kind).map(({ version }) => version);
  return [...new Set([...fitting, API_VERSION])].map((name) => ({ name, type: '', words: '' }));
}

// --- the schema of scenario documents

const resolved = (it) => (it?.$ref ? { ...schema.$defs[it.$ref.split('/').at(-1)], ...it, $ref: undefined } : it);

/** What is at a path of a scenario document: of a list, what is in it. */
function ofScenario(path) {
  let it = resolved(schema);
  for (const name of path) {
    it = resolved(within(it)?.properties?.[name] ?? within(it)?.additionalProperties);
    if (!it || typeof it !== 'object') return undefined;
  }
  return it;
}

/** Through lists and alternatives to what has properties. */
function within(it) {
  if (!it || it.properties || it.additionalProperties) return it;
  if (it.items) return within(resolved(it.items));
  const all = (it.anyOf ?? it.oneOf ?? it.allOf ?? []).map(resolved).map(within);
  return all.find((one) => one?.properties) ?? it;
}

function fieldsOf(it) {
  const { properties = {}, required = [] } = within(it) ?? {};
  return Object.entries(properties).map(([name, one]) => ({
    name,
    type: typeOf(resolved(one)),
    words: own(one.description),
    required: required.includes(name),
  }));
}

function allowed(it) {
  const all = it ? [it, ...(it.anyOf ?? it.oneOf ?? []).map(resolved)] : [];
  const values = all.flatMap((one) => one.enum ?? (one.const === undefined ? [] : [one.const]));
  if (!values.length && it?.type === 'boolean') values.push('true', 'false');
  return values.filter((value) => value !== null).map((value) => ({ name: String(value), type: '', words: '' }));
}

function typeOf(it) {
  if (it?.items) return `[]${typeOf(resolved(it.items))}`;
  const type = [it?.type ?? (it?.properties ? 'object' : 'any')].flat().filter((one) => one !== 'null');
  return type.join(' or ');
}
