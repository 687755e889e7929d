import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import ready, { Playground } from '../../dist/api/node.js';

const threeTiers = readFileSync(new URL('../../web/scenarios/three-tiers.yaml', import.meta.url), 'utf8');

await ready();

test('a text makes a cluster, and kubectl describes it', () => {
  const playground = new Playground();
  const applied = playground.apply(threeTiers);
  assert.deepEqual(applied, { standing: 'applied', objects: 12, errors: 0, diagnostics: [] });
  const { stdout, stderr, exit } = playground.describe('back-end');
  assert.equal(stderr, '');
  assert.equal(exit, 0);
  assert.match(stdout, /^Name: +back-end$/m);
  assert.match(stdout, /^Endpoints: +10\.244\.0\.5:80,10\.244\.0\.6:80,10\.244\.0\.7:80$/m);
});

test('the endpoints of a Service are those of its slices', () => {
  const playground = new Playground({ text: threeTiers });
  assert.deepEqual(
    playground.endpoints('back-end').map(({ address, port, pod, ready }) => ({ address, port, pod, ready })),
    [5, 6, 7].map((last, index) => ({
      address: `10.244.0.${last}`,
      port: 80,
      pod: `default/back-end-${index + 1}`,
      ready: true,
    })),
  );
  assert.deepEqual(playground.endpoints('nobody'), []);
});

test('requests go to one ready pod each, all of them to some', () => {
  const playground = new Playground({ text: threeTiers, seed: 7 });
  const { from, to, requests } = playground.simulate(60);
  assert.deepEqual([from, to, playground.now], [0, 60_000, 60_000]);
  const inside = requests.filter((request) => request.service === 'default/back-end');
  assert.equal(inside.length, 162);
  for (const request of inside) {
    assert.equal(request.dialled, '10.111.52.100:80');
    assert.equal(request.outcome, 'answered');
    assert.equal(request.of, 3);
    assert.ok(request.sent < request.done);
  }
  assert.deepEqual(new Set(inside.map((request) => request.pod)), new Set([1, 2, 3].map((n) => `default/back-end-${n}`)));
});

// crates/wasm/src/wire.rs plays the same natively.
test('a long run gives the same requests in WebAssembly as natively', () => {
  const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8'));
  assert.deepEqual(played(golden), { requests: golden.requests, hash: golden.hash });
});

test('generated links and commands give the same bytes in WebAssembly as natively', () => {
  const cases = readFileSync(new URL('generated.jsonl', import.meta.url), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(cases.length >= 30);
  for (const one of cases) assert.equal(played(one).hash, one.hash, one.link);
});

/** How many requests a link with its steps leads to, and a hash of all that is said of them and by commands. */
function played({ link, steps }) {
  const playground = Playground.fromShare(link);
  let requests = 0;
  let hash = 0xcbf29ce484222325n;
  const note = (words) => {
    for (const byte of Buffer.from(words)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  };
  for (const step of steps) {
    if (step.replace) playground.apply(playground.text.replace(...step.replace));
    if (step.kubectl) {
      const { stdout, stderr } = playground.kubectl(step.kubectl);
      if (step.says) note(stdout + stderr);
    }
    if (!step.simulate) continue;
    for (const request of playground.simulate(step.simulate).requests) {
      requests += 1;
      note(JSON.stringify(request, Object.keys(request).sort()));
    }
  }
  return { requests, hash: hash.toString(16).padStart(16, '0') };
}

test('a million requests at once are counted beside what is expected', () => {
  const playground = new Playground({ text: threeTiers, seed: 7 });
  const flow = { from: 'pod/default/front-end-1', service: 'back-end', port: 80 };
  const begin = performance.now();
  const tally = playground.tally(flow, 1_000_000);
  assert.ok(performance.now() - begin < 1_000, `${performance.now() - begin} ms`);
  assert.deepEqual([tally.sent, tally.outcomes, tally.isSticky], [1_000_000, { answered: 1_000_000 }, false]);
  assert.deepEqual(tally.shares.map((share) => share.pod), [1, 2, 3].map((n) => `default/back-end-${n}`));
  for (const { got, expected } of tally.shares) {
    assert.equal(expected, 333_333);
    assert.ok(Math.abs(got - expected) < 3_000, `${got} of ${expected}`);
  }
  assert.equal(playground.now, 0);
  assert.throws(() => playground.tally({ ...flow, from: 'nobody' }, 1));
});

test('by IPVS each pod has its turn', () => {
  const playground = new Playground({ text: threeTiers, proxy: 'ipvs' });
  const tally = playground.tally({ from: 'pod/default/front-end-1', service: 'default/back-end', port: 80 }, 300);
  assert.deepEqual(tally.shares.map((share) => share.got), [100, 100, 100]);
  assert.throws(() => new Playground({ proxy: 'magic' }));
});

test('the same seed gives the same requests, in whatever steps they are played', () => {
  const atOnce = new Playground({ text: threeTiers, seed: 7 }).simulate(6).requests;
  const stepwise = new Playground({ text: threeTiers, seed: 7 });
  const steps = Array.from({ length: 6 }, () => stepwise.simulate(1).requests).flat();
  assert.deepEqual(steps, atOnce);
});

test('a deleted pod and one that is not ready get no more requests', () => {
  const playground = new Playground({ text: threeTiers });
  assert.match(playground.kubectl('kubectl delete pod back-end-2').stdout, /^pod "back-end-2" deleted/);
  playground.setReady('back-end-3', false);
  const ready = playground.endpoints('back-end').filter((endpoint) => endpoint.ready);
  assert.deepEqual(
    ready.map((endpoint) => endpoint.pod),
    ['default/back-end-1'],
  );
  const { requests } = playground.simulate(20);
  const pods = requests.filter((request) => request.service === 'default/back-end').map((request) => request.pod);
  assert.deepEqual(new Set(pods), new Set(['default/back-end-1']));
});

test('a Service nobody is behind refuses', () => {
  const playground = new Playground({ text: threeTiers.replaceAll('type: back-end', 'type: nobody').replace('type: nobody', 'type: back-end') });
  const { requests } = playground.simulate(5);
  const outcomes = requests.filter((request) => request.service === 'default/back-end').map((request) => request.outcome);
  assert.deepEqual(new Set(outcomes), new Set(['refusedNoEndpoints']));
});

test('bad YAML is a result: its place counts as JavaScript counts', () => {
  const playground = new Playground({ text: threeTiers });
  const text = '# 🚏\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports: [{port: 0, targetPort: 80}]\n';
  const applied = playground.apply(text);
  assert.equal(applied.standing, 'lastGood');
  assert.equal(applied.errors, 1);
  const [{ severity, code, message, from, to }] = applied.diagnostics;
  assert.equal(severity, 'refused');
  assert.equal(code, 'service-port-number');
  assert.match(message, /spec\.ports\[0\]\.port: Invalid value: 0: must be between 1 and 65535, inclusive/);
  assert.equal(from.line, 6);
  assert.equal(text.slice(from.offset, to.offset), '0');
  assert.equal(playground.text, text);
  assert.equal(playground.endpoints('back-end').length, 3);
});

test('a diagnostic has a stable code, and all of its fixes', () => {
  const text = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  ports:
    - port: 80
      nodePort: 80
`;
  const [{ code, fix, fixes }] = new Playground().apply(text).diagnostics;
  assert.equal(code, 'node-port-range');
  assert.deepEqual(fixes.map(({ label }) => label), ['Change to 30080', 'Leave it out: a free one is taken']);
  assert.deepEqual(fix, fixes[0]);
  const codes = (text) => new Playground().apply(text).diagnostics.map((diagnostic) => diagnostic.code);
  assert.deepEqual(codes('a: b: c\n'), ['second-colon']);
  assert.deepEqual(codes('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {a: b}, ports: [{port: 80}]}\n'), ['no-pods']);
});

test('an unknown object is a result', () => {
  assert.deepEqual(new Playground().describe('nobody'), {
    stdout: '',
    stderr: 'Error from server (NotFound): services "nobody" not found\n',
    exit: 1,
  });
});

test('a link carries text, seed, acts and moment', () => {
  const playground = new Playground({ text: threeTiers, seed: 42 });
  playground.simulate(3);
  playground.kubectl('kubectl delete pod back-end-1');
  const again = Playground.fromShare(`#${playground.share()}`);
  assert.equal(again.text, threeTiers);
  assert.equal(again.now, 3_000);
  assert.deepEqual(again.endpoints('back-end'), playground.endpoints('back-end'));
  assert.deepEqual(again.simulate(5), playground.simulate(5));
});

test('misuse throws', () => {
  assert.throws(() => Playground.fromShare('#v1.d.damaged'), /damaged/);
  assert.throws(() => Playground.fromShare('#v9.q.x'), /another version/);
  assert.throws(() => new Playground().simulate(-1), /from 0 to 3600 seconds/);
  assert.throws(() => new Playground().simulate(Number.NaN), /from 0 to 3600 seconds/);
});
