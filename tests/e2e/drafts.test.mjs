// Whatever the browser keeps, the page opens at every visit, and what was kept is still there to be read.

import test from 'node:test';
import { address, editor, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const good = 'apiVersion: v1\nkind: Service\nmetadata: {name: kept}\nspec: {ports: [{port: 80}]}\n';
const scenario = (more) => JSON.stringify({ text: good, ...more });

/** What is kept, and what of it the editor shows. */
const drafts = {
  'more nodes than fit': [scenario({ nodes: 1_000_000_000 }), 'name: kept'],
  'the latest moment of all': ['{"text":"kind: Kept\\n","view":{"at":18446744073709551615}}', 'kind: Kept'],
  'a number that is none': ['{"text":"kind: Kept\\n","seed":1e999}', ''],
  'a list in place of a text': ['{"text":[1]}', ''],
  'half of it': [scenario({}).slice(0, 40), ''],
  'nothing': ['', ''],
  'no JSON': ['\u0000\ufffd{{{', ''],
  'a proxy of another version': [scenario({ proxy: 'ebpf' }), ''],
  'a million replicas': [JSON.stringify({ text: `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 1000000, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: nginx}]}}}\n` }), 'replicas: 1000000'],
  'many documents': [JSON.stringify({ text: '---\na: 1\n'.repeat(20_000) }), 'a: 1'],
  'many acts': [scenario({ acts: Array.from({ length: 5_000 }, (_, at) => ({ at, act: { kubectl: `kubectl run p${at} --image=nginx` } })) }), 'name: kept'],
};

for (const [name, [draft, shown]] of Object.entries(drafts)) {
  test(`a kept draft: ${name}`, async () => {
    await withPage({ goto: false }, async (page, context) => {
      await context.addInitScript((value) => {
        if (sessionStorage.getItem('was-here')) return;
        sessionStorage.setItem('was-here', 'true');
        localStorage.setItem('draft', value);
      }, draft);
      for (let visit = 0; visit < 2; visit++) {
        await page.goto(new URL(`?visit=${visit}`, address()).href);
        const box = await editor(page);
        if (shown) await until(page, 'the draft is shown', async () => (await box.textContent()).includes(shown));
        const prompt = page.getByRole('textbox', { name: /^kubectl command/ });
        await prompt.fill('kubectl get namespace default -o name');
        await prompt.press('Enter');
        await page.getByText('namespace/default', { exact: true }).first().waitFor();
      }
    });
  });
}
