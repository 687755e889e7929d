// Prints what dist/ weighs: raw, gzip and brotli, as a static server would send it.

import { weigh } from './weigh.mjs';

const rows = weigh().map(({ name, when, raw, gzip, brotli }) => [when, name, raw, gzip, brotli]);
console.log('when    raw        gzip       brotli     file');
for (const [when, name, ...bytes] of rows) console.log(line(when, bytes, name));
console.log(line('first', total('first'), 'all of the first load'));
console.log(line('all', total('first', 'later'), 'all that is ever loaded'));

function total(...parts) {
  return rows.filter(([when]) => parts.includes(when)).reduce((sum, row) => sum.map((n, i) => n + row[i + 2]), [0, 0, 0]);
}

function line(when, bytes, name) {
  return [when.padEnd(7), ...bytes.map((n) => n.toLocaleString('en').padEnd(10)), name].join(' ');
}
