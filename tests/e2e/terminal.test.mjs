// kubectl typed into the page.

import test from 'node:test';
import assert from 'node:assert/strict';
import { allowClipboard, editor, open, paste, picture, printed, useBrowser, withPage } from './browser.mjs';
import { inFirefox } from './server.mjs';

useBrowser();

const prompt = (page) => page.getByRole('textbox', { name: /^kubectl command/ });
const entry = (page, command) => page.getByRole('group', { name: command, exact: true }).last();

async function type(page, command) {
  await prompt(page).focus();
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
}

test('a command prints as kubectl does, and keeps its columns', async () => {
  await withPage({}, async (page) => {
    await type(page, 'kubectl get svc');
    const said = entry(page, 'kubectl get svc').locator('.entry-out');
    await said.waitFor();
    assert.match(await said.textContent(), /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE\nback-end +ClusterIP +10\.111\.52\.100 +<none> +80\/TCP/);
    const wraps = await said.evaluate((pre) => getComputedStyle(pre).whiteSpace);
    assert.equal(wraps, 'pre');
    await picture(page, 'terminal');
  });
});

test('what fails is told apart, with its exit code', async () => {
  await withPage({}, async (page) => {
    await type(page, 'kubectl get pod nobody');
    await entry(page, 'kubectl get pod nobody').locator('.entry-error', { hasText: 'Error from server (NotFound): pods "nobody" not found' }).waitFor();
    await entry(page, 'kubectl get pod nobody').getByText('exit code 1').waitFor();
    await entry(page, 'kubectl get pod nobody').getByText(/^Nothing of this kind has that name/).waitFor();
    await type(page, 'make');
    await entry(page, 'make').getByText('exit code 127').waitFor();
    await picture(page, 'terminal-errors');
  });
});

test('a command changes the cluster, and its undo takes that back', async () => {
  await withPage({}, async (page) => {
    await type(page, 'k delete pod back-end-2');
    const describe = printed(page, 'kubectl describe service back-end');
    await describe.filter({ hasText: /Endpoints: +10\.244\.0\.5:80,10\.244\.0\.7:80\n/ }).waitFor();
    await entry(page, 'k delete pod back-end-2').getByRole('button', { name: 'Undo' }).click();
    await describe.filter({ hasText: /Endpoints: +10\.244\.0\.5:80,10\.244\.0\.6:80,10\.244\.0\.7:80\n/ }).waitFor();
    await entry(page, 'k delete pod back-end-2').getByText('undone').waitFor();
  });
});

test('what is done on the stage stands in the terminal as its command', async () => {
  await withPage({}, async (page) => {
    await page.getByRole('button', { name: /^Pod back-end-2\b/ }).click();
    await page.getByRole('button', { name: 'Delete pod' }).click();
    await entry(page, 'kubectl delete pod back-end-2').getByText(/^pod "back-end-2" deleted/).waitFor();
  });
});

/** Waits until the line reads so: what Tab completes comes from the reader. */
async function typed(page, line) {
  await page.waitForFunction(([area, wanted]) => area.value === wanted, [await prompt(page).elementHandle(), line]);
}

test('Tab completes commands, kinds and names, and Escape then Tab leaves', async () => {
  await withPage({}, async (page) => {
    await prompt(page).focus();
    await page.keyboard.type('kubectl desc');
    await page.keyboard.press('Tab');
    await page.keyboard.type('svc my');
    await page.keyboard.press('Tab');
    await typed(page, 'kubectl describe svc myapp-service ');
    await page.keyboard.press('Control+U');
    await page.keyboard.type('kubectl delete pod b');
    await page.keyboard.press('Tab');
    await typed(page, 'kubectl delete pod back-end-');
    const offers = page.getByRole('list', { name: 'Completions' });
    await offers.waitFor();
    assert.deepEqual(await offers.getByRole('button').allTextContents(), ['back-end-1', 'back-end-2', 'back-end-3']);
    await picture(page, 'terminal-completions');
    await page.keyboard.press('Escape');
    await offers.waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    assert.notEqual(await page.evaluate(() => document.activeElement.id), 'terminal-line');
  });
});

test('earlier commands come back, also after a reload', async () => {
  await withPage({}, async (page) => {
    await type(page, 'kubectl get ns');
    await entry(page, 'kubectl get ns').waitFor();
    await type(page, 'kubectl get nodes');
    await entry(page, 'kubectl get nodes').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.equal(await prompt(page).inputValue(), 'kubectl get ns');
    await page.reload();
    await prompt(page).focus();
    await page.keyboard.press('ArrowUp');
    assert.equal(await prompt(page).inputValue(), 'kubectl get nodes');
  });
});

test('several pasted lines run one by one; a pasted manifest is fed to kubectl', async () => {
  await withPage({}, async (page) => {
    await into(page, 'kubectl create namespace shop\nkubectl get ns shop -o name\n');
    await entry(page, 'kubectl create namespace shop').getByText('namespace/shop created').waitFor();
    await entry(page, 'kubectl get ns shop -o name').getByText('namespace/shop', { exact: true }).waitFor();
    await into(page, 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: till\n');
    assert.match(await prompt(page).inputValue(), /^kubectl apply -f - <<'EOF'\napiVersion: v1\n/);
    await page.keyboard.press('Enter');
    await page.getByText('namespace/till created').first().waitFor();
    await picture(page, 'terminal-manifest');
  });
});

test('Ctrl+L empties it, Ctrl+C leaves a line behind', async () => {
  await withPage({}, async (page) => {
    await prompt(page).focus();
    await page.keyboard.type('kubectl get');
    await page.keyboard.press('Control+C');
    await page.getByRole('group', { name: 'kubectl get^C' }).waitFor();
    assert.equal(await prompt(page).inputValue(), '');
    await page.keyboard.press('Control+L');
    await page.getByRole('group', { name: 'kubectl get^C' }).waitFor({ state: 'detached' });
  });
});

test('what is typed while the page is busy is all there', async () => {
  await withPage({}, async (page) => {
    // Firefox cannot be slowed.
    if (!inFirefox) {
      const inspector = await page.context().newCDPSession(page);
      await inspector.send('Emulation.setCPUThrottlingRate', { rate: 12 });
    }
    await prompt(page).focus();
    for (let line = 0; line < 8; line++) {
      await page.keyboard.press('Control+U');
      await page.keyboard.type('kubectl get pods -o wide');
      await typed(page, 'kubectl get pods -o wide');
    }
  });
});

test('on a phone the terminal is a tab', async () => {
  await withPage({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (page) => {
    await open(page, 'kubectl');
    await prompt(page).fill('kubectl get pods -o wide');
    await prompt(page).press('Enter');
    await entry(page, 'kubectl get pods -o wide').locator('.entry-out').waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wide, 0, 'the page scrolls sideways');
    await picture(page, 'terminal-phone');
  });
});

test('a fix is one step that can be undone', async () => {
  await withPage({}, async (page) => {
    const text = 'apiVersion: v1\nkind: service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 80\n';
    await paste(page, text);
    const problems = page.getByRole('list', { name: 'Problems in services.yaml' });
    await problems.getByRole('button', { name: 'Change to Service' }).click();
    await problems.waitFor({ state: 'detached' });
    await page.locator('.cm-line', { hasText: /^kind: Service$/ }).waitFor();
    await (await editor(page)).focus();
    await page.keyboard.press('ControlOrMeta+z');
    await page.locator('.cm-line', { hasText: /^kind: service$/ }).waitFor();
  });
});

async function into(page, text) {
  await allowClipboard(page);
  await page.evaluate((words) => navigator.clipboard.writeText(words), text);
  await prompt(page).focus();
  await page.keyboard.press('ControlOrMeta+V');
}
