// Starts the playground: compiled and bound Rust, fetched where fetching is allowed. Run in a worker, this script is the reader.

import { Program, loadScript } from './module.js';
import { startReader, work } from './reader.js';
import { styleByProperties, trusted } from './trusted.js';

if (typeof document === 'undefined') work();
else show(document.currentScript);

function show({ src, dataset: { editor, words, ...addresses } }) {
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
    /** Loads the sentences of a language, where they are not there yet. */
    loadWords,
    startReader: (onMessage, onEnd) => startReader(program, onMessage, onEnd),
  };
  async function loadWords(language) {
    if (globalThis.servicePlaygroundWords?.[language]) return;
    const pair = words.split(' ').find((pair) => pair.startsWith(`${language}=`));
    await loadScript(pair.slice(language.length + 1));
  }
  styleByProperties();
  const { lang } = document.documentElement;
  // Without them the page speaks English.
  program.start(lang === 'en' || loadWords(lang).catch(() => {}));
  if (RELOAD_ON_CHANGE) reloadOnChange();
  // A page in one file has nothing beside it.
  else if (src) program.post(({ later }) => (later || !addresses.later) && keep(new URL('../service-worker.js', src)));
}

/** Has the page kept for the next visit, once nothing is left to load for this one. */
function keep(worker) {
  // A frame without an origin keeps nothing, and no page does from disk.
  if (origin === 'null' || !worker.protocol.startsWith('http')) return;
  // What fails, as where the browser keeps nothing, costs the next visit its time and nothing else.
  navigator.serviceWorker?.register(trusted(worker.href)).catch(() => {});
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
