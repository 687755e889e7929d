export {
  Playground,
  type Applied,
  type Diagnostic,
  type Endpoint,
  type Fix,
  type Options,
  type Outcome,
  type Output,
  type Position,
  type Request,
  type Simulated,
} from "./api.js";

/** Resolves when a `Playground` can be made; to be awaited once before the first. */
export default function ready(): Promise<void>;
