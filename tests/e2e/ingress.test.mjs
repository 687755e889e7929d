// An Ingress on the page: host and path pick a Service, a host without a rule gets 404.

import test from 'node:test';
import { open, paste, picture, request, useBrowser, withPage } from './browser.mjs';

useBrowser();

const app = (name) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: 2
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}, ports: [{port: 80}]}
---
`;

const path = (of, service) => `{path: ${of}, pathType: Prefix, backend: {service: {name: ${service}, port: {number: 80}}}}`;

const shop = `${app('web')}${app('api')}apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, annotations: {nginx.ingress.kubernetes.io/rewrite-target: /}}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http: {paths: [${path('/', 'web')}, ${path('/api', 'api')}]}
`;

async function typed(page, command) {
  await page.getByRole('textbox', { name: /^kubectl command/ }).focus();
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
  return page.getByRole('group', { name: command, exact: true }).last();
}

test('host and path pick a Service; a host without a rule gets 404 from the controller', async () => {
  await withPage({}, async (page) => {
    await paste(page, shop);
    await page.getByRole('button', { name: /^Ingress controller ingress-nginx/ }).waitFor();
    await request(page, (one) => one.outcome === 'answered' && one.to.startsWith('web-'));
    await request(page, (one) => one.outcome === 'answered' && one.to.startsWith('api-'));
    const found = await typed(page, "curl -s -H 'Host: shop.example' http://192.168.49.2/api");
    await found.getByText('Welcome to nginx!').first().waitFor();
    const unknown = await typed(page, "curl -si -H 'Host: other.example' http://192.168.49.2/");
    await unknown.getByText('HTTP/1.1 404 Not Found').waitFor();
    await picture(page, 'ingress');
  });
});

test('on a phone the rules stand before the pods of their Services', async () => {
  await withPage({ viewport: { width: 390, height: 844 } }, async (page) => {
    await open(page, 'yaml');
    await paste(page, shop);
    await page.getByRole('button', { name: /^Ingress controller ingress-nginx/ }).waitFor();
    await picture(page, 'ingress-phone');
  });
});
