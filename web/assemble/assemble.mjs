// From compiled parts to dist/: `cargo xtask dist` calls this with the folder wasm-bindgen wrote.
//
// Every address in the page is relative, so that dist/ works under any path; every file but index.html
// carries a hash of its content in its name, so that it may be cached for ever; so does not the element for other pages.

import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [bindings, ...flags] = process.argv.slice(2);
const watch = flags.includes('--watch');
const readable = watch || flags.includes('--quick');
const dist = join(root, 'dist');
const fontFiles = {
  '@fontsource/atkinson-hyperlegible-next': [400, 600],
  '@fontsource/atkinson-hyperlegible-mono': [400],
};

/** What wasm-bindgen wrote, with the two steps of its start that `module.js` takes apart. */
const bound = {
  name: 'service-playground-app',
  setup(build) {
    const path = join(bindings, 'app/app.js');
    build.onResolve({ filter: /^service-playground-app$/ }, () => ({ path, namespace: 'bound' }));
    build.onLoad({ filter: /./, namespace: 'bound' }, () => {
      const text = readFileSync(path, 'utf8');
      // As `short_import` in crates/xtask/src/split.rs does with the names of the parts.
      const short = later ? text.replace(/\b(\w+_)[0-9a-f]{12}([0-9a-f]{4})\b/g, '$1$2') : text;
      return { contents: `${short}\nexport { __wbg_finalize_init, __wbg_get_imports };` };
    });
  },
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'assets'), { recursive: true });

const fonts = copyFonts();
const styles = write('style.css', await css());
const inlineFonts = write('fonts.css', fonts.map((font) => font.face(font.data)).join('\n'));
const modules = ['first', 'later'].map((part) => join(bindings, `app/${part}.wasm`)).filter((path) => existsSync(path)).map((path) => readFileSync(path));
const [first, later = ''] = modules.map((module, at) => write(`${['app', 'later'][at]}.wasm`, module));
const [firstScript, laterScript = ''] = modules.map((module, at) => write(`${['app', 'later'][at]}.wasm.js`, asScript(module, at)));
const editor = existsSync(join(root, 'web/editor/index.js')) ? write('editor.js', await script('web/editor/index.js', 'ServicePlaygroundEditor')) : '';
// A function that knows its own text, so that the reader's worker can be started with it.
const program = `(function program(){globalThis.servicePlaygroundProgram=program;${await script('web/assemble/boot.js')}})()`;
const app = write('app.js', program);
const words = languages();
const icon = write('icon.svg', readFileSync(join(root, 'web/assemble/icon.svg')));
writeFileSync(join(dist, 'index.html'), page());
// Under its plain name: a browser asks for it again to find out whether there is another build.
writeFileSync(join(dist, 'service-worker.js'), await serviceWorker());
// Under its plain name: pages of others hold its address.
writeFileSync(join(dist, 'service-playground.js'), await script('web/element/service-playground.js'));
copyFileSync(join(root, 'web/element/service-playground.d.ts'), join(dist, 'service-playground.d.ts'));
api();

/** Writes an asset under a name with its hash; returns its address as the page sees it. */
function write(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  const hashed = `assets/${name.replace('.', `.${hash}.`)}`;
  writeFileSync(join(dist, hashed), content);
  return hashed;
}

/** The sentences of each language but that of the module, as a script, which also loads where the page has no origin. */
function languages() {
  const folder = join(bindings, 'words');
  return readdirSync(folder).map((file) => {
    const code = basename(file, '.txt');
    const text = JSON.stringify(readFileSync(join(folder, file), 'utf8'));
    return { code, address: write(`words-${code}.js`, `(self.servicePlaygroundWords??={}).${code}=${text}`) };
  });
}

function copyFonts() {
  return Object.entries(fontFiles).flatMap(([family, weights]) =>
    weights.map((weight) => {
      const file = `${basename(family)}-latin-${weight}-normal.woff2`;
      const content = readFileSync(join(root, 'node_modules', family, 'files', file));
      const address = write(file, content);
      const title = family.endsWith('mono') ? 'Atkinson Hyperlegible Mono' : 'Atkinson Hyperlegible Next';
      return {
        address,
        data: `data:font/woff2;base64,${content.toString('base64')}`,
        face: (source) =>
          `@font-face{font-family:"${title}";font-weight:${weight};font-display:swap;src:url(${source}) format("woff2")}`,
      };
    }),
  );
}

/** web/styles in one file, in the order index.css imports them. */
async function css() {
  const bundle = await esbuild.build({
    entryPoints: [join(root, 'web/styles/index.css')],
    bundle: true,
    minify: !readable,
    write: false,
    target: ['chrome111', 'firefox115', 'safari16.4'],
    logLevel: 'warning',
  });
  return bundle.outputFiles[0].text;
}

/** Keeps what a page with an origin loads; of a page that reloads by itself nothing, and what an earlier build kept goes. */
async function serviceWorker() {
  const files = watch ? [] : [styles, first, later, editor, app, icon, ...words.map((it) => it.address), ...fonts.map((font) => font.address)].filter(Boolean);
  const build = createHash('sha256').update(readFileSync(join(dist, 'index.html'))).digest('hex').slice(0, 10);
  return script('web/assemble/service-worker.js', undefined, { BUILD: JSON.stringify(build), FILES: JSON.stringify(files) });
}

/** A classic script: unlike a module it also loads where the page has no origin of its own, as in a sandboxed frame. */
async function script(entry, globalName, define = {}) {
  const bundle = await esbuild.build({
    entryPoints: [join(root, entry)],
    plugins: [bound],
    absWorkingDir: root,
    bundle: true,
    format: 'iife',
    globalName,
    minify: !readable,
    legalComments: 'none',
    write: false,
    define: { RELOAD_ON_CHANGE: String(watch), ...define },
    target: ['chrome111', 'firefox115', 'safari16.4'],
    logLevel: 'warning',
  });
  return bundle.outputFiles[0].text;
}

function page() {
  const html = readFileSync(join(root, 'index.html'), 'utf8');
  const filled = html.replace(/%(\w+)%/g, (whole, name) => {
    const values = {
      styles,
      inlineFonts,
      faces: fonts.map((font) => font.face(font.address)).join(''),
      fonts: fonts.map((font) => font.address).join(' '),
      first,
      firstScript,
      later,
      laterScript,
      scriptParts: [firstScript, laterScript].filter(Boolean).join(' '),
      editor,
      app,
      words: words.map(({ code, address }) => `${code}=${address}`).join(' '),
      languages: ['en', ...words.map((it) => it.code)].join(' '),
      icon,
      withoutScripts: readFileSync(join(bindings, 'without-scripts.html'), 'utf8'),
      seed: text(readFileSync(join(root, 'web/scenarios/three-tiers.yaml'), 'utf8').split('\n').slice(0, 40).join('\n')),
      still: readFileSync(join(root, 'web/assemble/still.svg'), 'utf8').trim(),
    };
    return values[name] ?? whole;
  });
  const scripts = [...filled.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => allowed(text));
  // The fonts' faces, and an empty element that the editor writes its rules into.
  const [, faces] = filled.match(/add\('style', \{ textContent: '([^']*)' \}\)/);
  return filled.replace('%scripts%', scripts.join(' ')).replace('%inlineStyles%', [faces, ''].map(allowed).join(' '));
}

/** How the page's policy allows what is written inside of it. */
function allowed(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * The module as a script: a character a byte, moved up by 35, past all that a string would have to escape but the backslash.
 * Compressed it is 2 % larger than the module; base64 would be 28 % larger.
 */
function asScript(module, part) {
  const characters = Array.from(module, (byte) => String.fromCharCode(byte + 35)).join('');
  return `(self.servicePlaygroundModule??=[])[${part}]="${characters.replaceAll('\\', '\\\\')}"`;
}

/** Plain text as HTML. */
function text(plain) {
  return plain.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The JavaScript API as an npm package of its own, in dist/api. */
function api() {
  const folder = join(dist, 'api');
  cpSync(join(bindings, 'api'), folder, { recursive: true });
  cpSync(join(root, 'web/assemble/api'), folder, { recursive: true });
}
