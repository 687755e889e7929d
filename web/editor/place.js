// Where the cursor is in a text of manifests, by indentation alone, so that it is known while a line is only half written.

const LINE = /^(\s*(?:- +)*)([\w.\/-]*)(:?)\s*(.*)$/;

/** The columns of a line's key and of the dash that begins its item, if one does; nothing of an empty line or a comment. */
function parts(line) {
  if (!line.trim() || /^\s*#/.test(line)) return null;
  const [, lead, key, colon] = LINE.exec(line) ?? [];
  if (lead === undefined) return null;
  const dash = lead.lastIndexOf('-');
  return { key: colon ? key : '', column: lead.length, dash, first: lead.indexOf('-') };
}

/** The lines of the document around an offset, and the place of the offset among them. */
function around(text, offset) {
  const before = text.slice(0, offset).split('\n');
  const after = text.slice(offset).split('\n');
  const lines = [...before.slice(0, -1), before.at(-1) + after[0], ...after.slice(1)];
  const own = before.length - 1;
  let start = own;
  while (start > 0 && !/^---(\s|$)/.test(lines[start - 1])) start--;
  let end = own;
  while (end + 1 < lines.length && !/^---(\s|$)/.test(lines[end + 1])) end++;
  return { lines: lines.slice(start, end + 1), own: own - start, typed: before.at(-1) };
}

/**
 * What stands at an offset: kind and path of the object, the fields beside it, and whether a key or the value of one is written.
 * `from` is where the word begins. Nothing where neither is written.
 */
export function placeAt(text, offset) {
  const { lines, own, typed } = around(text, offset);
  const top = (name) => lines.map((line) => new RegExp(`^${name}: *["']?([\\w./-]+)`).exec(line)?.[1]).find(Boolean);
  const known = { kind: top('kind'), apiVersion: top('apiVersion') };
  const value = /^(\s*(?:- +)*)([\w.\/-]+): +["']?([^\s"'#]*)$/.exec(typed);
  const key = /^(\s*(?:- +)*)([\w.\/-]*)$/.exec(typed);
  const found = value ?? key;
  if (!found) return null;
  const { path, siblings } = pathOf(lines, own, found[1]);
  const word = value ? value[3] : key[2];
  const place = { ...known, path, siblings, word, from: offset - word.length, column: found[1].length };
  return value ? { ...place, field: value[2] } : place;
}

/** The keys above a line that lead to it, and those beside it. */
function pathOf(lines, own, lead) {
  const column = lead.length;
  const siblings = new Set();
  const path = [];
  // A key above is a parent if it stands further left than this.
  let limit = lead.includes('-') ? lead.indexOf('-') + 1 : column;
  let beside = !lead.includes('-');
  for (let at = own - 1; at >= 0; at--) {
    const line = parts(lines[at]);
    if (!line) continue;
    if (beside && line.column === column) {
      siblings.add(line.key);
      if (line.dash >= 0) {
        beside = false;
        limit = line.first + 1;
      }
    } else if (line.column < limit && line.key) {
      path.unshift(line.key);
      beside = false;
      limit = line.dash >= 0 ? line.first + 1 : line.column;
    } else if (line.column < column && beside) {
      beside = false;
    }
  }
  for (let at = own + 1; at < lines.length; at++) {
    const line = parts(lines[at]);
    if (!line) continue;
    if (line.column < column || (line.dash >= 0 && line.first < column)) break;
    if (line.column === column) siblings.add(line.key);
  }
  siblings.delete('');
  return { path, siblings };
}

/** The key that an offset lies on, as `{ kind, apiVersion, path, field, from, to }`. */
export function keyAt(text, offset) {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const [, lead, key] = /^(\s*(?:- +)*)([\w.\/-]+):(?:\s|$)/.exec(text.slice(start, end < 0 ? text.length : end)) ?? [];
  if (!key) return null;
  const from = start + lead.length;
  if (offset < from || offset > from + key.length) return null;
  const place = placeAt(text, from);
  return place && { ...place, field: key, from, to: from + key.length };
}
