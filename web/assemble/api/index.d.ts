export {
  Playground,
  type Applied,
  type Checked,
  type Diagnostic,
  type Endpoint,
  type Fault,
  type Fix,
  type Judgement,
  type Options,
  type Outcome,
  type Output,
  type Position,
  type Request,
  type ScenarioDocument,
  type Simulated,
} from "./api.js";

/**
 * Resolves when a `Playground` can be made; to be awaited once before the first.
 *
 * In browsers the module is fetched from beside the script. A bundler that moves scripts but no other files gives it instead:
 * its bytes, its address, a response or what is compiled already. Node ignores it.
 */
export default function ready(
  module?: BufferSource | string | URL | Response | Promise<Response> | WebAssembly.Module,
): Promise<void>;
