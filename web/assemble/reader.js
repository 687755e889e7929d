// The reader in a worker: the same program once more, for what takes long or might never end.
//
// The worker is always a blob with the text of this very script: from an address it starts neither in a sandboxed frame nor from
// disk. It gets the compiled modules posted, so that nothing is fetched or compiled twice.

import { Program } from './module.js';
import { trusted } from './trusted.js';

let script;

/**
 * Starts a worker; `undefined` where none may start. Calls `onMessage` with `'ready'`, then with the bytes of each update, with
 * `'waits'` while it waits for the network and `'works'` after, and `onEnd` with why if it fails.
 */
export function startReader(program, onMessage, onEnd) {
  script ??= URL.createObjectURL(new Blob([`(${globalThis.servicePlaygroundProgram})()`], { type: 'text/javascript' }));
  let worker;
  try {
    worker = new Worker(trusted(script));
  } catch {
    return undefined;
  }
  worker.onmessage = ({ data }) => onMessage(data);
  worker.onerror = (event) => {
    event.preventDefault();
    onEnd(event.message ?? 'it does not start');
  };
  const silence = program.post((parts) => worker.postMessage(parts));
  return {
    post: (bytes) => worker.postMessage(bytes, [bytes.buffer]),
    end() {
      silence();
      worker.onmessage = worker.onerror = null;
      worker.terminate();
    },
  };
}

/** What runs in the worker. */
export function work() {
  let program;
  let read;
  // The program calls it once it can read.
  globalThis.onReaderMessage = (handler) => {
    read = handler;
    postMessage('ready');
  };
  onmessage = ({ data }) => {
    if (data instanceof Uint8Array) return read(data);
    if (!program) {
      program = new Program(data.addresses);
      program.onWait = (waits) => postMessage(waits ? 'waits' : 'works');
    }
    program.take(data);
  };
}
