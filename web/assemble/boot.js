// Starts the playground: compiled and bound Rust, fetched where fetching is allowed. Run in a worker, this script is the reader.

import { Program, loadScript } from './module.js';
import { startReader, work } from './reader.js';

if (typeof document === 'undefined') work();
else show(document.currentScript.dataset);

function show({ editor, ...addresses }) {
  const program = new Program(addresses);
  // What the app asks of this script.
  globalThis.servicePlayground = {
    /** Loads the editor's bundle; resolves to its exports. */
    async loadEditor() {
      // What has changed is painted first.
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      if (!globalThis.ServicePlaygroundEditor) await loadScript(editor);
      return globalThis.ServicePlaygroundEditor;
    },
    startReader: (onMessage, onEnd) => startReader(program, onMessage, onEnd),
  };
  program.start();
  if (RELOAD_ON_CHANGE) reloadOnChange();
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
