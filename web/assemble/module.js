// The compiled program in its two parts: the first starts the page, the later one comes right after the first paint.
//
// Until it is there, who calls what it holds calls first what loads it, or a placeholder in the function table
// (crates/xtask/src/split.rs): the call waits while the later part is loaded, and nobody notices anything but the wait.

import { __wbg_finalize_init as begin, __wbg_get_imports as bindings } from 'service-playground-app';
import { trusted } from './trusted.js';

const LONGEST_WAIT_MS = 30_000;

export class Program {
  #addresses;
  #imports = bindings();
  #exports;
  #whole = false;
  /** What is compiled so far. */
  #compiled = {};
  /** Called with what is compiled, at once and when there is more. */
  #posts = new Set();

  /** `addresses` are those of both parts, as modules and as scripts. */
  constructor(addresses) {
    this.#addresses = addresses;
    const placeholder = (slot) => (...values) => {
      load();
      return this.#exports.t0.get(slot)(...values);
    };
    const load = () => this.#whole || this.#loadAtOnce();
    this.#imports.later = new Proxy({}, { get: (_, name) => (name ? placeholder(parseInt(name, 36)) : load) });
  }

  /** Starts the program where it is shown, once what it needs `before` is there. */
  async start(before) {
    const { first, later, firstScript, laterScript } = this.#addresses;
    // Where the program stands in the page itself, nothing is fetched.
    const scripts = globalThis.origin === 'null' || globalThis.servicePlaygroundModule;
    // While one works on it, the program comes in one part.
    const both = later && (scripts || !compilesAtOnce());
    const parts = scripts
      ? [fromScript(firstScript, 0), both && fromScript(laterScript, 1)]
      : [fetched(first), both && fetched(later)];
    const { instance, module } = await instantiated(parts[0], this.#imports);
    this.#began(instance);
    this.#compiled.first = module;
    if (both) await this.#fill(parts[1]);
    if (!later || both) tellAll();
    await before;
    begin(instance, module);
    if (later && !both) requestAnimationFrame(() => setTimeout(() => this.#load()));
  }

  /** The later part imports by name what the first one shares, and functions by their slot in the table. */
  #began({ exports }) {
    this.#exports = exports;
    const get = (_, name) => exports[name] ?? exports.t0.get(parseInt(name.slice(1), 36));
    this.#imports.first = new Proxy({}, { get });
  }

  /** Loads the later part while nothing waits for it. */
  async #load() {
    const part = await untilFetched(this.#addresses.later);
    if (!this.#whole) await this.#fill(part);
  }

  /** Starts the program, or goes on, with what another one compiled. */
  take({ first, later }) {
    const starts = !this.#exports && new WebAssembly.Instance(first, this.#imports);
    if (starts) this.#began(starts);
    if (later && !this.#whole) {
      new WebAssembly.Instance(later, this.#imports);
      this.#whole = true;
    }
    if (starts) begin(starts, first);
  }

  /** Has `post` called with what is compiled, now and when there is more; returns how to end that. */
  post(post) {
    const tell = () => {
      const later = this.#addresses.later && new URL(this.#addresses.later, document.baseURI).href;
      post({ ...this.#compiled, addresses: { later } });
    };
    this.#posts.add(tell);
    tell();
    return () => this.#posts.delete(tell);
  }

  /** Instantiated, the later part fills its slots of the table by itself. Twice does no harm. */
  async #fill(part) {
    const { module } = await instantiated(part, this.#imports);
    this.#filled(module);
  }

  #filled(module) {
    this.#whole = true;
    this.#compiled.later = module;
    for (const tell of this.#posts) tell();
    tellAll();
  }

  /** The one way to wait within a call. */
  #loadAtOnce() {
    // Nobody is to take the wait for work.
    this.onWait?.(true);
    const request = new XMLHttpRequest();
    request.open('GET', this.#addresses.later, false);
    // A byte a character: only so may a request that is waited for bring bytes.
    request.overrideMimeType('text/plain; charset=x-user-defined');
    request.send();
    if (request.status !== 200) throw new Error(`cannot load ${this.#addresses.later}: ${request.status}`);
    const module = new WebAssembly.Module(bytes(request.responseText, 0));
    new WebAssembly.Instance(module, this.#imports);
    this.#filled(module);
    this.onWait?.(false);
    performance.mark('later part loaded at once');
  }
}

/** What can wait until the later part is there waits for this; a worker has no page. */
function tellAll() {
  globalThis.document?.documentElement.setAttribute('data-whole', '');
  globalThis.document?.dispatchEvent(new Event('whole'));
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`cannot load ${address}: ${response.status}`);
  return response;
}

/** Tries again and again where the network fails. */
async function untilFetched(address) {
  for (let wait = 1000; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      return await fetched(address);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** A sandboxed frame has no origin and may fetch nothing from a server that sends no CORS headers; a script it may load. */
async function fromScript(address, part) {
  if (!globalThis.servicePlaygroundModule?.[part]) await loadScript(address);
  // As `asScript` in assemble.mjs wrote it.
  return bytes(globalThis.servicePlaygroundModule[part], 35);
}

async function instantiated(part, imports) {
  const source = await part;
  if (!(source instanceof Response)) return WebAssembly.instantiate(source, imports);
  if (source.headers.get('Content-Type') === 'application/wasm') return WebAssembly.instantiateStreaming(source, imports);
  return WebAssembly.instantiate(await source.arrayBuffer(), imports);
}

function bytes(text, above) {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at) - above;
  return bytes;
}

/** Whether the browser compiles more than 4 KiB while a call waits: Chrome does since version 115. */
function compilesAtOnce() {
  const size = 5000;
  const empty = new Uint8Array(8 + 3 + size);
  // A custom section of that size, its name empty.
  empty.set([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, 0x80 | (size & 0x7f), size >> 7]);
  try {
    new WebAssembly.Instance(new WebAssembly.Module(empty));
    return true;
  } catch {
    return false;
  }
}

export function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = trusted(address);
    script.onload = resolve;
    script.onerror = () => reject(new Error(`cannot load ${address}`));
    document.head.append(script);
  });
}
