// How fast the core is as WebAssembly, without a page: node tests/bench/core.mjs, after `cargo xtask dist`.
// The same manifests as crates/playground/benches/speed.rs; the figures stand in BENCHMARKS.md.

import { readFileSync } from 'node:fs';
import ready, { Playground } from '../../dist/api/node.js';
import { manifest } from './manifest.mjs';

await ready();
const seed = readFileSync(new URL('../../web/scenarios/three-tiers.yaml', import.meta.url), 'utf8');
keystroke('the three tiers (12 documents)', seed, 'back-end');
keystroke('100 documents', manifest(10, 9), 'web-0');
keystroke('1,000 pods behind a Service', manifest(1, 1000), 'web-0');
requests();

/** From a changed text to the diagnostics and the text of describe. */
function keystroke(what, text, service) {
  const playground = new Playground({ text, nodes: 10 });
  const texts = [text.replaceAll('port: 80\n', 'port: 81\n'), text];
  const spans = Array.from({ length: 40 }, (_, round) => {
    const begin = performance.now();
    playground.apply(texts[round % 2]);
    playground.describe(service);
    return performance.now() - begin;
  }).sort((a, b) => a - b);
  console.log(`text → describe, ${what}: median ${spans[20].toFixed(2)} ms, 95th percentile ${spans[38].toFixed(2)} ms`);
}

/** Requests decided a second, written out as JavaScript objects. */
function requests() {
  const playground = new Playground({ text: seed });
  const begin = performance.now();
  let count = 0;
  while (performance.now() - begin < 2000) count += playground.simulate(600).requests.length;
  console.log(`requests: ${Math.round((count * 1000) / (performance.now() - begin))} a second, each with its objects for JavaScript`);
}
