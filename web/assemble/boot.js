// Starts the playground: compiled and bound Rust, fetched where fetching is allowed.

import start from 'service-playground-app';

const { wasm, wasmScript, editor } = document.currentScript.dataset;

// What the app loads later, when it is wanted.
globalThis.servicePlayground = {
  /** Loads the editor's bundle; resolves to its exports. */
  async loadEditor() {
    if (!globalThis.ServicePlaygroundEditor) await loadScript(editor);
    return globalThis.ServicePlaygroundEditor;
  },
};

start({ module_or_path: load() });
if (RELOAD_ON_CHANGE) reloadOnChange();

async function load() {
  if (globalThis.origin !== 'null') return fetch(wasm);
  // A sandboxed frame has no origin and may fetch nothing from a server that sends no CORS headers; a script it may load.
  await loadScript(wasmScript);
  // As `asScript` in assemble.mjs wrote it.
  return Uint8Array.from(globalThis.servicePlaygroundModule, (character) => character.charCodeAt(0) - 35);
}

function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`cannot load ${address}`));
    document.head.append(script);
  });
}

async function reloadOnChange() {
  const ask = async (query) => Number(await (await fetch(`/reload-when-changed${query}`)).text());
  const known = await ask('');
  for (;;) {
    try {
      if ((await ask(`?${known}`)) > known) return location.reload();
    } catch {
      // The server is away: perhaps it comes back.
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
