// What the benches paste.

/** Services with so many pods each. */
export function manifest(services, pods) {
  const documents = [];
  for (let service = 0; service < services; service++) {
    documents.push(`apiVersion: v1\nkind: Service\nmetadata:\n  name: web-${service}\nspec:\n  selector:\n    app: web-${service}\n  ports:\n    - port: 80\n`);
    for (let pod = 0; pod < pods; pod++) {
      documents.push(`apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-${service}-${pod}\n  labels:\n    app: web-${service}\nspec:\n  containers:\n    - name: web\n      image: nginx\n`);
    }
  }
  return documents.join('---\n');
}
