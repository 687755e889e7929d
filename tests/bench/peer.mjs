// How this playground grows beside @ngrok/webernetes 0.3.5, on the same machine in the same run: from manifest to the first
// answered request, and requests a second, with 100, 1,000 and 10,000 pods. After `cargo xtask dist`,
//   node tests/bench/peer.mjs            writes docs/growth.svg and prints the table of BENCHMARKS.md
//   node tests/bench/peer.mjs 100 1000   with so many pods
// The peer's modules name each other without extensions, so esbuild joins them first. Counted is the processor time of
// a process of its own each, so that neither waiting nor other work counts. npm fetches the peer into a folder for
// temporary files.

import { buildSync } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PEER = '@ngrok/webernetes@0.3.5';
/** At most so many pods stand behind each Service, and on each node. */
const EACH = 100;
/** Processor seconds after which a start is given up. */
const PATIENCE = 240;
/** Processor seconds in which requests are counted. */
const COUNTED = 3;

const [, script, ...words] = process.argv;
if (words[0] === 'of') {
  const [, which, pods, from] = words;
  console.log(JSON.stringify(await { ours, peer }[which](Number(pods), from)));
  process.exit(0);
}

const sizes = words.length > 0 ? words.map(Number) : [100, 1000, 10_000];
const folder = process.env.PEER || mkdtempSync(join(tmpdir(), 'peer-'));
if (!process.env.PEER) execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, PEER], { stdio: 'inherit' });
const bundle = join(folder, 'peer.mjs');
buildSync({ entryPoints: [join(folder, 'node_modules/@ngrok/webernetes/dist/index.js')], bundle: true, format: 'esm', platform: 'node', outfile: bundle });
const rows = sizes.map((pods) => ({ pods, ours: measured('ours', pods), peer: measured('peer', pods) }));
if (!process.env.PEER) rmSync(folder, { recursive: true });
console.log(table(rows));
if (words.length === 0) writeFileSync(fileURLToPath(new URL('../../docs/growth.svg', import.meta.url)), plot(rows));

/** The best of three for a start that is short. */
function measured(which, pods) {
  const from = which === 'ours' ? (process.env.DIST ?? fileURLToPath(new URL('../../dist', import.meta.url))) : bundle;
  const all = [once(which, pods, from)];
  while (all.length < 3 && all[0].first < 20_000) all.push(once(which, pods, from));
  return { first: Math.min(...all.map((it) => it.first)), rate: Math.max(...all.map((it) => it.rate)) };
}

/** In a process of its own, which ends after its processor seconds even where it never looks up from its work. */
function once(which, pods, from) {
  const node = [process.execPath, '--max-old-space-size=8192', script, 'of', which, String(pods), from];
  const bounded = ['-c', `ulimit -t ${PATIENCE}; exec "$@"`, 'sh', ...node];
  try {
    return JSON.parse(execFileSync('sh', bounded, { maxBuffer: 1 << 20 }));
  } catch (error) {
    if (error.signal) return { first: PATIENCE * 1000, rate: 0 };
    throw error;
  }
}

function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function services(pods) {
  return Array.from({ length: Math.ceil(pods / EACH) }, (_, number) => `web-${number}`);
}

async function ours(pods, dist) {
  const { Playground } = await import(pathToFileURL(join(dist, 'api/node.js')));
  const text = services(pods)
    .map((name) => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {type: NodePort, selector: {app: ${name}}, ports: [{port: 80}]}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  replicas: ${Math.min(EACH, pods)}\n  selector: {matchLabels: {app: ${name}}}\n  template:\n    metadata: {labels: {app: ${name}}}\n    spec: {containers: [{name: web, image: nginx}]}\n`)
    .join('---\n');
  const begin = processorTime();
  const playground = new Playground({ text, nodes: nodes(pods) });
  let requests = [];
  while (!requests.some((request) => request.outcome === 'answered')) requests = playground.simulate(1).requests;
  const first = processorTime() - begin;
  const since = processorTime();
  let count = 0;
  while (processorTime() - since < COUNTED * 1000) count += playground.simulate(600).requests.length;
  return { first, rate: (count * 1000) / (processorTime() - since) };
}

async function peer(pods, bundle) {
  const { BaseImage, Cluster } = await import(pathToFileURL(bundle));
  class Web extends BaseImage {
    static imageName = 'web';
    static imageVersion = '1.0';
    defaultCommand = ['server'];
    async exec(context) {
      context.listenHttp(80, async () => ({ statusCode: 200, body: 'hello\n' }));
      return await context.waitUntilKilled();
    }
  }
  const manifests = services(pods).flatMap((name, number) => [
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { type: 'NodePort', selector: { app: name }, ports: [{ port: 80, targetPort: 80, nodePort: 30_000 + number, protocol: 'TCP' }] } },
    {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
      spec: {
        replicas: Math.min(EACH, pods), selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'web:1.0' }] } },
      },
    },
  ]);
  const begin = processorTime();
  const cluster = new Cluster({ nodes: nodes(pods) });
  cluster.registerImage(Web);
  await cluster.init();
  // An answer of every Service, as here every pod has started before the first request is sent.
  let ready = 0;
  const seen = new Set();
  cluster.informer('pods', (_, pod) => {
    const is = pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
    if (is && pod.metadata.name.startsWith('web-')) ready = seen.add(pod.metadata.name).size;
  });
  await cluster.apply(manifests);
  const spent = () => processorTime() - begin;
  while (ready < pods && spent() < PATIENCE * 1000) await new Promise((done) => setTimeout(done, 20));
  const last = `http://node-1:${30_000 + services(pods).length - 1}`;
  const answers = async () => (await cluster.fetch(last).catch(() => undefined))?.statusCode === 200;
  while (spent() < PATIENCE * 1000 && !(await answers())) await new Promise((done) => setTimeout(done, 20));
  const first = spent();
  if (first >= PATIENCE * 1000) return { first, rate: 0, ready };
  const since = processorTime();
  let count = 0;
  while (processorTime() - since < COUNTED * 1000) {
    await Promise.all(Array.from({ length: 50 }, () => cluster.fetch('http://node-1:30000')));
    count += 50;
  }
  return { first, rate: (count * 1000) / (processorTime() - since), ready };
}

function nodes(pods) {
  return Math.max(1, Math.ceil(pods / EACH));
}

function shown(millis) {
  if (millis >= PATIENCE * 1000) return `more than ${PATIENCE} s`;
  return millis < 1000 ? `${Math.round(millis)} ms` : `${(millis / 1000).toPrecision(3)} s`;
}

function table(rows) {
  const whole = (number) => Math.round(number).toLocaleString('en');
  const times = (one, other) => (one > 0 && other > 0 ? `${Math.round(other / one)} times` : '–');
  const lines = rows.map(({ pods, ours, peer }) => {
    const more = peer.first >= PATIENCE * 1000 ? 'more than ' : '';
    return `| ${whole(pods)} | ${shown(ours.first)} | ${shown(peer.first)} | ${more}${times(ours.first, peer.first)} | ${whole(ours.rate)} | ${peer.rate > 0 ? whole(peer.rate) : '–'} | ${times(peer.rate, ours.rate)} |`;
  });
  return ['| pods | manifest → first answer | the peer | | requests a second | the peer | |', '|---|---|---|---|---|---|---|', ...lines].join('\n');
}

/** Both axes by powers of ten. */
function plot(rows) {
  const [width, height, left, bottom] = [640, 360, 70, 50];
  const x = (pods) => left + ((Math.log10(pods) - 2) / 2) * (width - left - 120);
  const y = (millis) => height - bottom - ((Math.log10(millis) - 1) / 5) * (height - bottom - 20);
  const line = (of, name, dash) => {
    const points = rows.map((row) => [x(row.pods), y(row[of].first)]);
    const path = points.map((point) => point.map((it) => it.toFixed(1)).join(',')).join(' ');
    const [endX, endY] = points.at(-1);
    return `<polyline points="${path}" fill="none" stroke="currentColor" stroke-width="2" ${dash}/>${points.map(([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3.5" fill="currentColor"/>`).join('')}<text x="${endX + 10}" y="${endY + 4}">${name}</text>`;
  };
  const ticks = [[10, '10 ms'], [100, '100 ms'], [1000, '1 s'], [10_000, '10 s'], [100_000, '100 s']];
  const across = ticks.map(([millis, word]) => `<line x1="${left}" x2="${width - 120}" y1="${y(millis)}" y2="${y(millis)}" stroke="currentColor" opacity="0.15"/><text x="${left - 8}" y="${y(millis) + 4}" text-anchor="end">${word}</text>`);
  const down = rows.map(({ pods }) => `<text x="${x(pods)}" y="${height - bottom + 22}" text-anchor="middle">${pods.toLocaleString('en')}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Processor time from manifest to first answer, by pods" font-family="system-ui, sans-serif" font-size="13" color="#3b4252">
<style>@media (prefers-color-scheme: dark) { svg { color: #d8dee9 } text { fill: #d8dee9 } } text { fill: #3b4252 }</style>
${[...across, ...down].join('\n')}
<text x="${(left + width - 120) / 2}" y="${height - 8}" text-anchor="middle">pods</text>
${line('peer', 'webernetes', 'stroke-dasharray="6 4"')}
${line('ours', 'playground', '')}
</svg>
`;
}
