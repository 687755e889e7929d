// The npm package as its users have it: installed from its archive, in Node and through a bundler.

import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = (program, ...words) => execFileSync(program, words, { cwd: folder, encoding: 'utf8' });
let folder;

/** What a user would try first: parse, describe, simulate, check. */
const use = `
const text = ${JSON.stringify(readFileSync(join(root, 'web/scenarios/three-tiers.yaml'), 'utf8'))};
const exercise = ${JSON.stringify(readFileSync(join(root, 'web/scenarios/gallery/selector-matches-no-pod.yaml'), 'utf8'))};
const playground = new Playground({ text, seed: 7 });
const solver = new Playground({ text: exercise });
console.log(JSON.stringify({
  parsed: Playground.parse(text).objects,
  described: playground.describe('back-end').stdout.includes('10.244.0.5:80'),
  pods: playground.kubectl('kubectl get pods --no-headers').stdout.trim().split('\\n').length,
  answered: playground.simulate(10).requests.some(({ outcome }) => outcome === 'answered'),
  checked: Playground.check(exercise),
  broken: Playground.check(exercise.replace(/^solution:[\\s\\S]*?(?=^\\w)/m, 'solution: []\\n')).passed,
  unsolved: solver.judge().map(({ passed }) => passed),
  title: solver.scenario.title,
}));
`;
const expected = {
  parsed: 12,
  described: true,
  pods: 10,
  answered: true,
  checked: { passed: true, faults: [] },
  title: /^title: (.+)$/m.exec(readFileSync(join(root, 'web/scenarios/gallery/selector-matches-no-pod.yaml'), 'utf8'))[1],
};

function judged(printed) {
  const { unsolved, broken, ...rest } = JSON.parse(printed);
  assert.deepEqual(rest, expected);
  assert.ok(unsolved.includes(false), 'the exercise is not solved yet');
  assert.equal(typeof broken, 'boolean');
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm-'));
  const archive = execFileSync('node', [join(root, 'web/assemble/npm.mjs')], { encoding: 'utf8' }).trim();
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', archive);
});
after(() => rmSync(folder, { recursive: true }));

test('the package has the version of the workspace, and all that it names', () => {
  const own = join(folder, 'node_modules/service-playground');
  const { version, exports, types } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
  assert.match(readFileSync(join(root, 'Cargo.toml'), 'utf8'), new RegExp(`^version = "${version}"$`, 'm'));
  const named = [types, ...Object.values(exports).flatMap((it) => (typeof it === 'string' ? it : Object.values(it)))];
  for (const file of named) assert.ok(readFileSync(join(own, file)).length > 0, file);
  assert.match(readFileSync(join(own, 'README.md'), 'utf8'), /^# service-playground/);
});

test('in Node', () => {
  writeFileSync(join(folder, 'use.mjs'), `import ready, { Playground } from 'service-playground';\nawait ready();\n${use}`);
  judged(run('node', 'use.mjs'));
});

test('through a bundler that carries the module along', async () => {
  writeFileSync(
    join(folder, 'page.js'),
    `import ready, { Playground } from 'service-playground';\nimport module from 'service-playground/api_bg.wasm';\nimport 'service-playground/element';\nawait ready(module);\n${use}`,
  );
  // The element asks for what only pages have.
  const banner = 'globalThis.HTMLElement ??= class {}; globalThis.customElements ??= { define() {}, get() {} }; globalThis.document ??= { querySelector: () => null }; globalThis.location ??= { href: "https://course.example/" };';
  await esbuild.build({
    entryPoints: [join(folder, 'page.js')],
    outfile: join(folder, 'bundle.mjs'),
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    loader: { '.wasm': 'binary' },
    banner: { js: banner },
    logLevel: 'warning',
  });
  // Away from the package, so that nothing of it is found but what was bundled.
  rmSync(join(folder, 'node_modules'), { recursive: true });
  judged(run('node', 'bundle.mjs'));
});
