use crate::check;
use expect_test::expect;

#[test]
fn a_template_is_no_manifest_yet() {
    let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  ports: [{port: 80}]\n";
    check(
        text,
        &expect![[r#"
        4 «{ .Release.Name }» key-not-text: error converting YAML to JSON: yaml: invalid map key: map[interface {}]interface {}{".Release.Name":interface {}(nil)}
            This is a template, not yet a manifest: {{ … }} is filled in by a tool such as Helm. Paste what the tool makes of it: helm template prints that.
    "#]],
    );
    let block = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  {{- with .Values.labels }}\n  labels: {{ . }}\n  {{- end }}\nspec:\n  ports: [{port: 80}]\n";
    check(
        block,
        &expect![[r#"
        6 «labels: {{ . }}» colon-expected: error converting YAML to JSON: yaml: line 6: could not find expected ':'
            This is a template, not yet a manifest: {{ … }} is filled in by a tool such as Helm. Paste what the tool makes of it: helm template prints that.
    "#]],
    );
    let quoted =
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: \"{{ .Release.Name }}\"\nspec:\n  ports: [{port: 80}]\n";
    check(
        quoted,
        &expect![[r#"
        4 «"{{ .Release.Name }}"» name-label: metadata.name: Invalid value: "{{ .Release.Name }}": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')
            This is a template, not yet a manifest: {{ … }} is filled in by a tool such as Helm. Paste what the tool makes of it: helm template prints that.
            [Change to release-name] release-name
    "#]],
    );
}
