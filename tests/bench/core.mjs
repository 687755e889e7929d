// How fast the core is as WebAssembly, without a page: after `cargo xtask dist`,
//   node tests/bench/core.mjs                          in Node
//   node tests/bench/core.mjs http://127.0.0.1:8080/   in Chromium, with dist/ served there
// The same manifests as crates/playground/benches/speed.rs; the figures stand in BENCHMARKS.md.

import { readFileSync } from 'node:fs';
import { manifest } from './manifest.mjs';

const KEYS = 200;
const texts = {
  'the three tiers (12 documents)': [readFileSync(new URL('../../web/scenarios/three-tiers.yaml', import.meta.url), 'utf8'), 'back-end'],
  '100 documents': [manifest(10, 9), 'web-0'],
  '1,000 pods behind a Service': [manifest(1, 1000), 'web-0'],
};
const figures = process.argv[2] ? await inChromium(process.argv[2]) : await inNode();
for (const [what, spans] of Object.entries(figures.keys)) {
  console.log(`text → describe, ${what}: first key ${spans[0].toFixed(2)}, ${summary(spans)} ms`);
}
console.log(`requests: ${Math.round(figures.requests)} a second, each with its objects for JavaScript`);
const [first, ...later] = figures.millions;
console.log(`a million requests to 100 pods, counted: ${first.toFixed(0)} ms, later ${Math.min(...later).toFixed(0)} ms`);
console.log(`a link opened at the end of an hour of ${figures.sent} requests: ${summary(figures.opened)} ms`);

async function inNode() {
  const { Playground } = await import('../../dist/api/node.js');
  return measure(Playground, texts, KEYS, manifest(1, 100));
}

async function inChromium(url) {
  const { chromium } = await import('playwright-core');
  const flags = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const browser = await chromium.launch({ executablePath: process.env.CHROME || '/usr/bin/chromium', headless: true, args: flags });
  const page = await browser.newPage();
  await page.goto(`${url}api/package.json`);
  const figures = await page.evaluate(
    async ({ module, source, texts, keys, hundredPods }) => {
      const { default: ready, Playground } = await import(module);
      await ready();
      return new Function(`return ${source}`)()(Playground, texts, keys, hundredPods);
    },
    { module: `${url}api/browser.js`, source: measure.toString(), texts, keys: KEYS, hundredPods: manifest(1, 100) },
  );
  await browser.close();
  return figures;
}

/** From a text in which a key changed one document to the diagnostics and the text of describe; requests decided, as objects and as counts; and links opened. */
function measure(Playground, texts, keys, hundredPods) {
  const figures = { keys: {}, requests: 0 };
  for (const [what, [text, service]] of Object.entries(texts)) {
    const playground = new Playground({ text, nodes: 10 });
    const turns = [text.replace('port: 80', 'port: 81'), text];
    figures.keys[what] = Array.from({ length: keys }, (_, key) => {
      const begin = performance.now();
      playground.apply(turns[key % 2]);
      playground.describe(service);
      return performance.now() - begin;
    });
  }
  const playground = new Playground({ text: Object.values(texts)[0][0] });
  const begin = performance.now();
  let count = 0;
  while (performance.now() - begin < 2000) count += playground.simulate(600).requests.length;
  figures.requests = (count * 1000) / (performance.now() - begin);

  const timed = (work) => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  };
  const hundred = new Playground({ text: hundredPods, nodes: 10 });
  const flow = { from: 'node/node-1', service: 'web-0', port: 80 };
  figures.millions = Array.from({ length: 8 }, () => timed(() => hundred.tally(flow, 1_000_000)));
  const watched = new Playground({ text: Object.values(texts)[0][0] });
  figures.sent = watched.simulate(3600).requests.length;
  const link = watched.share();
  figures.opened = Array.from({ length: 20 }, () => timed(() => Playground.fromShare(link).free()));
  return figures;
}

function summary(spans) {
  const sorted = [...spans].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(2);
  return `median ${at(0.5)}, 95th percentile ${at(0.95)}`;
}
