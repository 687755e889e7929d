//! Roles and bindings.

use super::description::Description;
use api::Cursor;
use base::Order;
use cluster::Object;

/// Adds the rules of a role, a line for each resource.
///
/// Models: kubectl/pkg/describe RoleDescriber.Describe, kubectl/pkg/util/rbac CompactRules (v1.36).
pub(super) fn describe_role(out: &mut Description, role: &Object) {
    begin(out, role);
    out.line(0, "PolicyRule:");
    out.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
    out.line(1, "---------\t-----------------\t--------------\t-----");
    for line in rule_lines(role.field("rules").items()) {
        out.line(1, line);
    }
}

/// What rules allow, a line for each resource, with tabs between the columns.
///
/// Models: kubectl/pkg/util/rbac BreakdownRule, CompactRules, SortableRuleSlice (v1.36).
pub(crate) fn rule_lines<'a>(rules: impl Iterator<Item = Cursor<'a>>) -> Vec<String> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for rule in rules {
        add(&mut lines, rule);
    }
    lines.order_by_key(Line::sort_key);
    lines.iter().map(Line::text).collect()
}

/// Models: kubectl/pkg/describe RoleBindingDescriber.Describe (v1.36).
pub(super) fn describe_binding(out: &mut Description, binding: &Object) {
    begin(out, binding);
    let text = |field: &str| binding.field("roleRef").field(field).text();
    out.line(0, "Role:");
    out.field(1, "Kind", text("kind"));
    out.field(1, "Name", text("name"));
    out.line(0, "Subjects:");
    out.line(1, "Kind\tName\tNamespace");
    out.line(1, "----\t----\t---------");
    for subject in binding.field("subjects").items() {
        let [kind, name, namespace] = ["kind", "name", "namespace"].map(|it| subject.field(it).text());
        out.line(1, format_args!("{kind}\t{name}\t{namespace}"));
    }
}

fn begin(out: &mut Description, object: &Object) {
    out.field(0, "Name", object.name());
    out.labels_and_annotations(&object.value);
}

/// What a role allows to be done with one resource or one URL.
struct Line<'a> {
    group: Option<&'a str>,
    resource: &'a str,
    /// The name of the only object that is meant; none where all are.
    name: Option<&'a str>,
    url: Option<&'a str>,
    verbs: Vec<&'a str>,
}

/// Adds a rule: what it allows is gathered by resource; of URLs, each verb is a line.
fn add<'a>(lines: &mut Vec<Line<'a>>, rule: Cursor<'a>) {
    let texts = |field: &str| -> Vec<&'a str> { rule.field(field).texts().collect() };
    let (verbs, names) = (texts("verbs"), texts("resourceNames"));
    let names: Vec<Option<&str>> = if names.is_empty() {
        vec![None]
    } else {
        names.into_iter().map(Some).collect()
    };
    for group in texts("apiGroups") {
        for resource in texts("resources") {
            for verb in &verbs {
                for name in &names {
                    put(lines, (group, resource, *name), verb);
                }
            }
        }
    }
    for url in texts("nonResourceURLs") {
        lines.extend(verbs.iter().map(|verb| Line {
            group: None,
            resource: "",
            name: None,
            url: Some(url),
            verbs: vec![*verb],
        }));
    }
}

fn put<'a>(lines: &mut Vec<Line<'a>>, (group, resource, name): (&'a str, &'a str, Option<&'a str>), verb: &'a str) {
    let known = lines
        .iter_mut()
        .find(|it| it.group == Some(group) && it.resource == resource && it.name == name);
    match known {
        Some(line) if line.verbs.contains(&verb) => {}
        Some(line) => line.verbs.push(verb),
        None => lines.push(Line {
            group: Some(group),
            resource,
            name,
            url: None,
            verbs: vec![verb],
        }),
    }
}

impl Line<'_> {
    /// As Go's generated `PolicyRule.String` begins, by which rules are sorted.
    fn sort_key(&self) -> String {
        let list = |text: Option<&str>| text.unwrap_or_default().to_owned();
        format!(
            "{}],APIGroups:[{}],Resources:[{}],ResourceNames:[{}],NonResourceURLs:[{}]",
            self.verbs.join(" "),
            list(self.group),
            self.resource,
            list(self.name),
            list(self.url)
        )
    }

    /// Models: kubectl/pkg/describe CombineResourceGroup (v1.36).
    fn text(&self) -> String {
        let mut resource = self.resource.to_owned();
        if let Some(group) = self.group.filter(|it| !it.is_empty()) {
            let (plural, rest) = self.resource.split_once('/').unwrap_or((self.resource, ""));
            let slash = if self.resource.contains('/') { "/" } else { "" };
            resource = format!("{plural}.{group}{slash}{rest}");
        }
        format!(
            "{resource}\t[{}]\t[{}]\t[{}]",
            self.url.unwrap_or_default(),
            self.name.unwrap_or_default(),
            self.verbs.join(" ")
        )
    }
}
