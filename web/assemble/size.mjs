// Prints what dist/ weighs: raw, gzip and brotli, as a static server would send it.

import { weigh } from './weigh.mjs';

const rows = weigh().map(({ name, first, raw, gzip, brotli }) => [first ? 'first' : 'later', name, raw, gzip, brotli]);
const total = (when) => rows.filter(([row]) => row === when).reduce((sum, row) => sum.map((n, i) => n + row[i + 2]), [0, 0, 0]);
console.log('when   raw        gzip       brotli     file');
for (const [when, name, ...bytes] of rows) console.log(line(when, bytes, name));
console.log(line('first', total('first'), 'all of the first load'));

function line(when, bytes, name) {
  return [when.padEnd(6), ...bytes.map((n) => n.toLocaleString('en').padEnd(10)), name].join(' ');
}
