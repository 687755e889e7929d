// Starts the playground: compiled and bound Rust, fetched where fetching is allowed.

import { loadScript, start } from './module.js';

const { editor, ...addresses } = document.currentScript.dataset;

// What the app loads later, when it is wanted.
globalThis.servicePlayground = {
  /** Loads the editor's bundle; resolves to its exports. */
  async loadEditor() {
    if (!globalThis.ServicePlaygroundEditor) await loadScript(editor);
    return globalThis.ServicePlaygroundEditor;
  },
};

start(addresses);
if (RELOAD_ON_CHANGE) reloadOnChange();

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
