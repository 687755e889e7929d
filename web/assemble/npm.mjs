// The npm package: `cargo xtask npm` calls this once dist/ is there. It leaves a folder to look at, and the archive to publish.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = join(root, 'target/npm');
const folder = join(out, 'service-playground');
rmSync(out, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

cpSync(join(root, 'dist/api'), folder, { recursive: true, filter: (path) => !path.endsWith('api_bg.wasm.d.ts') });
for (const file of ['service-playground.js', 'service-playground.d.ts']) cpSync(join(root, 'dist', file), join(folder, file));
for (const file of ['LICENSE-APACHE', 'LICENSE-MIT']) cpSync(join(root, file), join(folder, file));

const [, version] = /^\[workspace\.package\]$[^[]*?^version = "(.+?)"$/ms.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'));
const { name, ...rest } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name, version, ...rest }, null, 2)}\n`);

const packed = execFileSync('npm', ['pack', '--silent', '--offline', '--pack-destination', out], { cwd: folder, encoding: 'utf8' });
console.log(join(out, packed.trim()));
