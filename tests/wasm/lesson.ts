// Uses the API as a course author would; the compiler checks the declarations, nothing runs.

import ready, { Playground, type Checked, type Diagnostic, type Judgement, type Outcome } from "../../dist/api/index.js";

await ready();
const playground = new Playground({ text: "", seed: 7 });
new Playground().free();

const { standing, diagnostics } = playground.apply("kind: Service");
const lines: number[] = diagnostics.map((diagnostic: Diagnostic) => diagnostic.from.line);
const codes: string[] = diagnostics.map(({ code }) => code);
const labels: string[] = diagnostics.flatMap(({ fixes }) => fixes.map((fix) => fix.label));
const refused: boolean = standing !== "applied" && lines.length > 0;

const addresses: string[] = playground.endpoints("web").map((endpoint) => `${endpoint.address}:${endpoint.port}`);
const { requests } = playground.simulate(10);
const outcomes = new Map<Outcome, number>();
for (const { outcome } of requests) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
const link: string = Playground.fromShare(playground.share()).text;
const printed: string = playground.describe("web", "default").stdout + playground.kubectl("kubectl get svc").stderr;
playground.setReady("web-1", false);
const { passed, faults }: Checked = Playground.check("apiVersion: v1");
const judged: Judgement[] = playground.judge();
const title: string | undefined = playground.scenario?.title;
const parsed: number = Playground.parse("kind: Service").errors;
console.log(passed, faults[0]?.line, judged[0]?.say, title, parsed);
console.log(refused, codes, labels, addresses, outcomes, link, printed, playground.now);

// @ts-expect-error a seed is a number
new Playground({ seed: "seven" });
// @ts-expect-error there is no such option
new Playground({ yaml: "" });
// @ts-expect-error there is no such outcome
const unknown: Outcome = "lost";
// @ts-expect-error the moment is reached by simulating
playground.now = 3;
