// What a frame of the Service Playground and the page around it tell each other, and the element that does it for you.

/** What the frame tells by `postMessage`; nothing of it is the learner's text. */
export type PlaygroundEvent = { source: 'service-playground' } & (
  | { type: 'ready'; /** Of these messages. */ version: 1 }
  | { type: 'playing'; playing: boolean }
  | { type: 'checked'; /** Whether all checks hold. */ passed: boolean; checks: PlaygroundCheck[] }
  | { type: 'completed'; /** That were read. */ hints: number; /** Whether the solution was put in place. */ solution: boolean }
  | { type: 'error'; /** What the learner is told. */ message: string }
  | { type: 'height'; /** In pixels: what shows everything at this width. */ height: number }
);

export interface PlaygroundCheck {
  /** What is asked for, in the author's words. */
  say: string;
  passed: boolean;
}

/** What the frame does when the page around asks for it by `postMessage`. Anything else is ignored. */
export type PlaygroundCommand = { target: 'service-playground' } & (
  | { type: 'load'; /** YAML, with or without a scenario document. */ text: string }
  | { type: 'load'; /** A link, or its fragment. */ link: string }
  | { type: 'play' }
  | { type: 'pause' }
  | { type: 'seek'; /** From 0 to 86,400. */ seconds: number }
  | { type: 'run'; /** A line of the terminal. */ command: string }
  | { type: 'theme'; theme: 'auto' | 'light' | 'dark' }
);

/** `<service-playground>`. Its events are named as those of the frame, with the message as their `detail`. */
export interface ServicePlaygroundElement extends HTMLElement {
  /** Loads the playground, if it is not loaded yet. */
  start(): Promise<void>;
  /** Opens YAML, or a link, in place of what is shown. */
  load(what: string | { text: string } | { link: string }): void;
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  run(command: string): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'service-playground': ServicePlaygroundElement;
  }
}
