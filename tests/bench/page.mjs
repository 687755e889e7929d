// How fast the page is: from a key to the text of describe, and what a frame costs with 100, 1,000 and 10,000 pods.
//   cargo xtask serve, then: node tests/bench/page.mjs http://127.0.0.1:8080/
// The figures stand in BENCHMARKS.md.

import { deflateRawSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { knowsTheStory } from '../e2e/server.mjs';
import { manifest } from './manifest.mjs';

const url = process.argv[2] ?? 'http://127.0.0.1:8080/';
const flags = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const KEYS = 40;
const SECONDS = 5;

const browser = await chromium.launch({ executablePath: process.env.CHROME || '/usr/bin/chromium', headless: true, args: flags });
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
await context.addInitScript(knowsTheStory);
const page = await context.newPage();
await page.goto(url);
const box = page.getByRole('textbox', { name: /^services\.yaml/ });
await box.waitFor();
await page.locator('.cm-content').waitFor();
await page.waitForTimeout(1000);

await keystrokes('the three tiers (12 documents)');
await paste(manifest(10, 9));
await keystrokes('100 documents');
for (const pods of [100, 1000]) {
  await paste(manifest(1, pods));
  await frames(`${pods} pods`);
}
await crowd(1000, 5400);
await many(10);
await many(100);
await browser.close();

async function paste(text) {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((words) => navigator.clipboard.writeText(words), text);
  await box.focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('ControlOrMeta+V');
  await page.waitForTimeout(1500);
}

/** From a key that changes the selector of the described Service to the changed text of describe. */
async function keystrokes(what, keys = KEYS) {
  const spans = [];
  await box.focus();
  await page.keyboard.press('ControlOrMeta+Home');
  for (let line = 0; line < 40 && !(await onSelector()); line++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  for (let key = 0; key < keys; key++) {
    await page.evaluate(() => {
      const output = document.querySelector('pre');
      window.__span = new Promise((resolve) => {
        let begin;
        document.addEventListener('keydown', () => (begin = performance.now()), { capture: true, once: true });
        const seen = new MutationObserver(() => { seen.disconnect(); resolve(performance.now() - begin); });
        seen.observe(output.closest('section') ?? output, { subtree: true, childList: true, characterData: true });
      });
    });
    await page.keyboard.press(key % 2 ? 'Backspace' : 'x');
    spans.push(await page.evaluate(() => window.__span));
  }
  console.log(`key → describe, ${what}: ${summary(spans)} ms`);
}

async function onSelector() {
  return page.evaluate(() => document.getSelection().anchorNode?.parentElement?.closest('.cm-line')?.textContent.trim() === 'selector:');
}

/** Opens a link to ten nodes with so many pods, asked so often a second that ten thousand requests are under way. */
async function crowd(pods, rate) {
  const flows = 6;
  const asked = { to: 'default/web-0', port: 80, millihertz: Math.round((rate * 1000) / flows) };
  const chosen = Array.from({ length: flows }, (_, node) => ({ from: `node/node-${node + 1}`, ...asked }));
  const scenario = { text: manifest(1, pods), nodes: 10, traffic: { chosen } };
  const link = deflateRawSync(Buffer.from(JSON.stringify(scenario))).toString('base64url');
  await page.goto('about:blank');
  await page.goto(`${url}#v1.d.${link}`);
  await page.locator('canvas').waitFor();
  await page.waitForTimeout(4000);
  await frames(`${pods} pods and ${rate} requests a second`);
}

/** Opens a link to 10,000 pods on 100 nodes behind 1,000 Services of so many endpoints each, and drags the map about. */
async function many(endpoints) {
  const what = `10,000 pods behind 1,000 Services of ${endpoints}`;
  const deployments = 10_000 / endpoints;
  const names = (count) => Array.from({ length: count }, (_, index) => index);
  const service = (index) => `apiVersion: v1\nkind: Service\nmetadata:\n  name: web-${index}\nspec:\n  selector:\n    app: web-${index % deployments}\n  ports:\n    - port: 80\n`;
  const labels = (index) => `{app: web-${index}}`;
  const workload = (index) => `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-${index}\nspec:\n  replicas: ${endpoints}\n  selector: {matchLabels: ${labels(index)}}\n  template: {metadata: {labels: ${labels(index)}}, spec: {containers: [{name: web, image: nginx}]}}\n`;
  const text = [...names(1000).map(service), ...names(deployments).map(workload)].join('---\n');
  const link = deflateRawSync(Buffer.from(JSON.stringify({ text, nodes: 100 }))).toString('base64url');
  await page.goto('about:blank');
  const began = Date.now();
  await page.goto(`${url}#v1.d.${link}`);
  const longer = page.getByRole('button', { name: 'Give it a minute' });
  const described = page.locator('pre', { hasText: /^Name: +web-/m });
  await longer.or(described).first().waitFor({ timeout: 60_000 });
  if (await longer.isVisible()) {
    await longer.click();
    console.log(`a link to ${what}: given more than 2 s`);
  }
  await described.waitFor({ timeout: 60_000 });
  console.log(`a link to ${what} → describe: ${Date.now() - began} ms`);
  const { x, y, width, height } = await page.locator('canvas').first().boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  let isDragged = true;
  const dragged = (async () => {
    for (let step = 0; isDragged; step++) await page.mouse.move(x + width / 2 + 80 * Math.sin(step / 9), y + height / 2 + 60 * Math.cos(step / 9));
  })();
  await frames(`${what}, the map dragged about`);
  isDragged = false;
  await dragged;
  await page.mouse.up();
  await keystrokes(what, 10);
}

/** What the main thread spends on a frame while requests are under way. */
async function frames(what) {
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  const metric = async (name) => (await session.send('Performance.getMetrics')).metrics.find((m) => m.name === name).value;
  const before = [await metric('TaskDuration'), await metric('ScriptDuration')];
  const spans = await page.evaluate((seconds) => new Promise((resolve) => {
    const spans = [];
    let last = performance.now();
    const end = last + seconds * 1000;
    requestAnimationFrame(function frame(now) {
      spans.push(now - last);
      last = now;
      if (now < end) requestAnimationFrame(frame); else resolve(spans.slice(1));
    });
  }), SECONDS);
  const after = [await metric('TaskDuration'), await metric('ScriptDuration')];
  const [task, script] = after.map((value, at) => (((value - before[at]) * 1000) / spans.length).toFixed(2));
  console.log(`frames with ${what}: ${(spans.length / SECONDS).toFixed(0)} a second, between frames ${summary(spans)} ms; main thread ${task} ms a frame, of it script ${script} ms`);
}

function summary(spans) {
  const sorted = [...spans].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
  return `median ${at(0.5)}, 95th percentile ${at(0.95)}`;
}
