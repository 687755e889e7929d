// Uses the element and the messages as the author of a page would; the compiler checks the declarations, nothing runs.

import type { PlaygroundCommand, PlaygroundEvent } from "../../web/element/service-playground.d.ts";

const shown = document.createElement("service-playground");
shown.load("kind: Pod");
shown.load({ link: "#v1.d.AA" });
shown.seek(2.5);

const command: PlaygroundCommand = { target: "service-playground", type: "run", command: "kubectl get pods" };
shown.querySelector("iframe")?.contentWindow?.postMessage(command, "*");

addEventListener("message", ({ data }: MessageEvent<PlaygroundEvent>) => {
  if (data.type === "checked") console.log(data.passed, data.checks.map((check) => check.say));
  if (data.type === "height") shown.style.height = `${data.height}px`;
});

// @ts-expect-error a moment is a number
shown.seek("soon");
// @ts-expect-error there is no such command
const unknown: PlaygroundCommand = { target: "service-playground", type: "submit" };
