/** What a playground starts from; all of it may be left out. */
export interface Options {
  /** The YAML to begin with. */
  text?: string;
  /** What all random choices follow from: the same seed, text and acts give the same answers. */
  seed?: number;
  /** How many nodes the cluster has; one if not told. */
  nodes?: number;
  /** How kube-proxy works; by iptables if not told. The ways of IPVS are modelled after its source, not recorded. */
  proxy?: 'iptables' | 'nftables' | 'ipvs' | 'ipvs-lc' | 'ipvs-sh';
  /** Whether the network plugin enforces network policies; it does if not told. */
  networkPolicies?: 'enforced' | 'ignored';
  /**
   * The families of addresses of nodes, pods and Services, the primary one first; if not told, pods have IPv4 alone and Services may
   * have IPv6 as well.
   */
  ipFamilies?: ('IPv4' | 'IPv6')[];
}

/** What became of a text. */
export interface Applied {
  /**
   * `applied`: the cluster is what the text makes.
   * `partial`: the text has errors; the cluster holds what could be created.
   * `lastGood`: the text has errors; the cluster is still that of the last text without.
   */
  standing: "applied" | "partial" | "lastGood";
  /** How many objects of the text were created. */
  objects: number;
  /** How many of the diagnostics are errors. */
  errors: number;
  /** In the order of the text, the first thousand. */
  diagnostics: Diagnostic[];
  /** What of the options or the link exceeded a limit of the playground and was cut; absent if nothing was. */
  notices?: string[];
}

/** A finding, or a piece of advice, at a range of the text. */
export interface Diagnostic {
  /**
   * Who reports it: kubectl, which cannot read the text (`syntax`); the API server, which cannot decode the object (`decode`),
   * refuses it (`refused`) or accepts it with a warning (`warning`); or the playground itself (`advice`).
   */
  severity: "syntax" | "decode" | "refused" | "warning" | "advice";
  /** Which rule it is about, in kebab case: `service-port-number`. A code never changes its meaning; new ones may be added. */
  code: string;
  /** What kubectl or the cluster says, to the letter. */
  message: string;
  /** What that means, in a plain sentence. */
  meaning?: string;
  /** Which of the text's documents, from 0. */
  document: number;
  /** Where it begins. */
  from: Position;
  /** Where it ends. */
  to: Position;
  /** The first of `fixes`. */
  fix?: Fix;
  /** Changes that would cure it, the likeliest first. */
  fixes: Fix[];
}

/** A place in the text. */
export interface Position {
  /** Counted in UTF-16 code units from 0, as JavaScript's strings are indexed. */
  offset: number;
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 code units. */
  column: number;
}

/** A change of the text that cures a diagnostic. */
export interface Fix {
  /** What a button would say. */
  label: string;
  /** What is replaced: its beginning. */
  from: Position;
  /** What is replaced: its end. */
  to: Position;
  /** By what. */
  replacement: string;
}

/** What a command printed. */
export interface Output {
  stdout: string;
  stderr: string;
  /** The exit code: 0 when all went well. */
  exit: number;
}

/** What a test of an author's file comes to. */
export interface Checked {
  /** Whether all holds. */
  passed: boolean;
  /** What does not; empty if all holds. */
  faults: Fault[];
}

/** Something that does not hold, or a file that cannot be read. */
export interface Fault {
  /** From 1; absent if the file cannot be read. */
  line?: number;
  message: string;
}

/** What a check of an exercise comes to. */
export interface Judgement {
  /** What is asked for, in the author's words. */
  say: string;
  passed: boolean;
  /** What does not hold, in plain sentences; empty if it passes. */
  faults: string[];
}

/** A text's first document, if it is one of the playground's own: `docs/scenario.schema.json` says what each field means. */
export interface ScenarioDocument {
  apiVersion: string;
  kind: string;
  title: string;
  story?: string;
  hints?: string[];
  cause?: string;
  [field: string]: unknown;
}

/** An endpoint behind a port of a Service. */
export interface Endpoint {
  /** The name of the Service's port; empty when it has none. */
  portName: string;
  /** The Service's port. */
  servicePort: number;
  address: string;
  /** The port requests are sent to. */
  port: number;
  /** `NAMESPACE/NAME`, when the endpoint is a pod. */
  pod?: string;
  ready: boolean;
  serving: boolean;
  terminating: boolean;
}

/** How a request ended. */
export type Outcome =
  | "answered"
  | "failed"
  | "refusedNoEndpoints"
  | "refusedNoPort"
  | "refusedNotListening"
  | "timedOut"
  | "closed"
  | "emptyReply"
  | "nameNotFound"
  | "redirected"
  | "failedAtIngress";

/** One request. Times are milliseconds of virtual time since the playground began. */
export interface Request {
  /** Counts from 1 in the order of sending. */
  number: number;
  /** `pod/NAMESPACE/NAME`, `node/NAME` or `outside`. */
  client: string;
  /** `NAMESPACE/NAME` of the Service; that to which the rule of an Ingress leads, where one matched; `localhost:PORT` of a forwarded port. */
  service: string;
  /** The port that was asked: of the Service, or of the ingress controller. */
  servicePort: number;
  /** Host and path that the ingress controller was asked for. */
  ingress?: string;
  /** `IP:PORT` the client dialled. */
  dialled?: string;
  /** `IP:PORT` of the endpoint that was chosen. */
  endpoint?: string;
  /** `NAMESPACE/NAME` of the pod that was chosen. */
  pod?: string;
  /** Out of how many endpoints it was chosen. */
  of?: number;
  outcome: Outcome;
  /** `NAMESPACE/NAME` of the network policies that dropped it; absent if none did. */
  policies?: string[];
  /** The HTTP status of a response other than 200. */
  status?: number;
  sent: number;
  done: number;
}

/** What happened in a stretch of virtual time. */
export interface Simulated {
  /** Its beginning, in milliseconds. */
  from: number;
  /** Its end, in milliseconds. */
  to: number;
  /** The requests sent in it, in the order of sending. */
  requests: Request[];
}

/** Whom many requests at once are sent by, and to what. */
export interface AtOnce {
  /** `pod/NAMESPACE/NAME`, `node/NAME` or `outside`. */
  from: string;
  /** `NAMESPACE/NAME` of the Service, in the namespace `default` without one; `ingress`, the ingress controller; or `gateway/NAMESPACE/NAME`. */
  service: string;
  /** The Service's port; 80 or 443 of the ingress controller; a listener's port of a Gateway. */
  port: number;
  /** The host that the ingress controller is asked for. */
  host?: string;
  /** The path that the ingress controller is asked for; `/` without one. */
  path?: string;
  /** Where the client knocks: `node/NAME`, `load-balancer`, or an address; where it usually does if not told. */
  at?: string;
  /** Whether all go by one connection. */
  keepAlive?: boolean;
}

/** What became of many requests sent at once. */
export interface Tally {
  /** How many were sent; 0 when there is no such client. */
  sent: number;
  /** How many ended in each way; an outcome that never came is not there. */
  outcomes: Partial<Record<Outcome, number>>;
  /** What each endpoint got that could get any, in the order of their addresses. */
  shares: Share[];
  /** Whether all went one way because a connection was kept or rules remember the client. */
  isSticky: boolean;
  /** How long answers took; not there when there were none. */
  latency?: Latency;
}

/** What an endpoint got of many requests. */
export interface Share {
  /** `IP:PORT`. */
  endpoint: string;
  /** `NAMESPACE/NAME`, when the endpoint is a pod. */
  pod?: string;
  /** How many requests it got. */
  got: number;
  /** How many the rules make likely, for a client nobody remembers. */
  expected: number;
  /** How long its answers took. */
  latency?: Latency;
}

/** How long answers took, in milliseconds: so many of a hundred took at most so long. */
export interface Latency {
  p50: number;
  p90: number;
  p99: number;
  longest: number;
}
