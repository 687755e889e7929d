// What a learner types and what comes of it.

import test from 'node:test';
import assert from 'node:assert/strict';
import { editor, open, paste, picture, printed, useBrowser, withPage } from './browser.mjs';

useBrowser();

const web = (selector) => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: ${selector}
  ports:
    - port: 80
      targetPort: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: web-1
  labels:
    app: web
spec:
  containers:
    - name: web
      image: nginx
`;

test('on opening, kubectl describes the Service of the article', async () => {
  await withPage({}, async (page) => {
    const describe = printed(page, 'kubectl describe service back-end');
    await describe.waitFor();
    const text = await describe.textContent();
    assert.match(text, /^Name: +back-end\nNamespace: +default\n/);
    assert.match(text, /^IP: +10\.111\.52\.100$/m);
    assert.match(text, /^Endpoints: +10\.244\.0\.5:80,10\.244\.0\.6:80,10\.244\.0\.7:80$/m);
    await open(page, 'get');
    const services = await printed(page, 'kubectl get svc').textContent();
    assert.match(services, /^myapp-service +NodePort +10\.104\.148\.160 +<none> +80:30008\/TCP +/m);
    assert.match(services, /^kubernetes +ClusterIP +10\.96\.0\.1 +<none> +443\/TCP +/m);
    assert.match(await printed(page, 'kubectl get pods -o wide').textContent(), /^mysql-1 +1\/1 +Running +0 +\S+ +10\.244\.0\.11 +/m);
    await open(page, 'endpoint slices');
    assert.match(await printed(page, 'kubectl get endpointslices').textContent(), /^back-end-\S+ +IPv4 +80 +10\.244\.0\.5,10\.244\.0\.6,10\.244\.0\.7 +/m);
  });
});

test('pasted YAML is described at once', async () => {
  await withPage({}, async (page) => {
    await paste(page, web('web'));
    const describe = printed(page, 'kubectl describe service web');
    await describe.filter({ hasText: /Endpoints: +10\.244\.0\.\d+:80\n/ }).waitFor();
    assert.match(await describe.textContent(), /^Selector: +app=web$/m);
    await picture(page, 'pasted');
  });
});

test('one letter in a selector, and its endpoints are gone; the page says why', async () => {
  await withPage({}, async (page) => {
    await paste(page, web('webb'));
    await printed(page, 'kubectl describe service web').filter({ hasText: /Endpoints: +\n/ }).waitFor();
    await page.getByText('No endpoints: no pod has app=webb.').first().waitFor();
    await picture(page, 'no-endpoints');
  });
});

test('a refused object is marked at its line with the words of a cluster, and the text stays', async () => {
  await withPage({}, async (page) => {
    const text = web('web').replace('port: 80', 'port: 80000');
    await paste(page, text);
    const problems = page.getByRole('list', { name: 'Problems in services.yaml' });
    const problem = problems.getByRole('listitem').first();
    await problem.getByRole('button', { name: 'line 9', exact: true }).waitFor();
    await problem.getByText('spec.ports[0].port: Invalid value: 80000: must be between 1 and 65535, inclusive').waitFor();
    const marked = (await editor(page)).locator('.cm-lintRange-error');
    await marked.waitFor();
    const [line, mark] = [page.locator('.cm-line').nth(8), marked.first()];
    assert.match(await line.textContent(), /port: 80000/);
    assert.ok(inside(await mark.boundingBox(), await line.boundingBox()), 'the mark is not in the line it is about');
    assert.equal(await words(page), text.trimEnd());
    await picture(page, 'refused');
  });
});

test('text that is no YAML says so in kubectl’s words', async () => {
  await withPage({}, async (page) => {
    await paste(page, 'apiVersion: v1\nkind: Service\nmetadata:\n\tname: web\n');
    await page.getByRole('list', { name: 'Problems in services.yaml' }).getByText(/yaml: line 4: found character that cannot start any token/).waitFor();
  });
});

test('the text outlives a reload', async () => {
  await withPage({}, async (page) => {
    await paste(page, `# mine\n${web('web')}`);
    await printed(page, 'kubectl describe service web').waitFor();
    await page.waitForFunction(() => localStorage.getItem('draft')?.includes('# mine'));
    await page.reload();
    await editor(page);
    assert.equal((await words(page)).split('\n')[0], '# mine');
    await printed(page, 'kubectl describe service web').waitFor();
  });
});

async function words(page) {
  const lines = await page.locator('.cm-line').allTextContents();
  return lines.join('\n').trimEnd();
}

function inside(inner, outer) {
  return inner.y >= outer.y - 1 && inner.y + inner.height <= outer.y + outer.height + 1;
}
