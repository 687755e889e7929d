//! `auth can-i --as`: what roles and bindings of the cluster grant to somebody else.

use crate::commands::unsupported;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use api::{Cursor, Fields, Kind, Value};
use cluster::{Cluster, Object};
use serde_json::json;
use std::rc::Rc;

/// Whom bindings may name.
struct Subject<'a> {
    user: &'a str,
    groups: Vec<String>,
}

/// What is asked for.
pub(super) struct Asked<'a> {
    pub(super) verb: &'a str,
    /// The resource with its group, or the path of a page of the server.
    pub(super) resource: (&'a str, &'a str),
    pub(super) subresource: &'a str,
    pub(super) name: &'a str,
    pub(super) namespace: Option<&'a str>,
}

/// Pages that `system:discovery` grants to everybody.
const DISCOVERY: [&str; 8] = [
    "/api",
    "/apis",
    "/healthz",
    "/livez",
    "/openapi",
    "/readyz",
    "/version",
    "/version/",
];
/// What `system:basic-user` lets everybody create.
const REVIEWS: [&str; 3] = [
    "selfsubjectaccessreviews",
    "selfsubjectreviews",
    "selfsubjectrulesreviews",
];

/// What everybody may get who is known to the server, and what anybody may.
///
/// Models: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go system:discovery, system:public-info-viewer,
/// system:service-account-issuer-discovery (v1.36).
const DISCOVERED: [&str; 11] = [
    "/livez",
    "/readyz",
    "/healthz",
    "/version",
    "/version/",
    "/openapi",
    "/openapi/*",
    "/api",
    "/api/*",
    "/apis",
    "/apis/*",
];
const PUBLIC: [&str; 5] = ["/livez", "/readyz", "/healthz", "/version", "/version/"];
const OF_ISSUER: [&str; 4] = [
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/",
    "/openid/v1/jwks",
    "/openid/v1/jwks/",
];

/// All rules that roles grant to a user in the namespace.
///
/// Models: plugin/pkg/auth/authorizer/rbac/rbac.go RulesFor (v1.36).
pub(super) fn rules(run: &CommandContext<'_>, args: &Args, user: &str) -> Result<Vec<Value>, Failure> {
    let subject = Subject {
        user,
        groups: groups(user, args.all("as-group")),
    };
    let mut rules = built_in_rules(&subject);
    for binding in bindings(run.cluster, Some(args.namespace())) {
        if !names(&binding, &subject) {
            continue;
        }
        match role(run.cluster, &binding) {
            Role::Kept(role) => rules.extend(role.value.field("rules").list().iter().cloned()),
            Role::Everything => rules.extend(everything()),
            Role::BuiltIn(name) => return Err(not_known(&name)),
            Role::Missing(_) => {}
        }
    }
    Ok(rules)
}

pub(super) fn everything() -> [Value; 2] {
    [
        json!({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}),
        json!({"nonResourceURLs": ["*"], "verbs": ["*"]}),
    ]
}

fn built_in_rules(subject: &Subject<'_>) -> Vec<Value> {
    let is_in = |group: &str| subject.groups.iter().any(|it| it == group);
    let get = |urls: &[&str]| json!({"nonResourceURLs": urls, "verbs": ["get"]});
    let create =
        |group: &str, resources: &[&str]| json!({"apiGroups": [group], "resources": resources, "verbs": ["create"]});
    let mut rules = Vec::new();
    if is_in("system:masters") {
        rules.extend(everything());
    }
    if is_in("system:authenticated") {
        let [access, reviews, own] = REVIEWS;
        rules.push(create("authorization.k8s.io", &[access, own]));
        rules.push(create("authentication.k8s.io", &[reviews]));
        rules.push(get(&DISCOVERED));
    }
    rules.push(get(&PUBLIC));
    if is_in("system:serviceaccounts") {
        rules.push(get(&OF_ISSUER));
    }
    rules
}

fn bindings(cluster: &Cluster, namespace: Option<&str>) -> Vec<Rc<Object>> {
    let mut bindings = cluster.list(Kind::ClusterRoleBinding, None);
    if let Some(namespace) = namespace {
        bindings.extend(cluster.list(Kind::RoleBinding, Some(namespace)));
    }
    bindings
}

fn not_known(role: &str) -> Failure {
    let instead = "write what it grants into a role of your own";
    unsupported::not_here(&format!("what the ClusterRole {role} grants"), instead)
}

/// Why it is not granted, empty where there is no reason; `None` if it is.
///
/// Models: plugin/pkg/auth/authorizer/rbac/rbac.go Authorize, apiserver/pkg/endpoints/filters/impersonation (v1.36).
pub(super) fn refusal(
    run: &CommandContext<'_>,
    args: &Args,
    user: &str,
    asked: &Asked<'_>,
) -> Result<Option<String>, Failure> {
    let subject = Subject {
        user,
        groups: groups(user, args.all("as-group")),
    };
    if subject.groups.iter().any(|group| group == "system:masters") || is_everybodys(asked) {
        return Ok(None);
    }
    let cluster = &*run.cluster;
    let bindings = bindings(cluster, asked.namespace);
    let (mut missing, mut unknown) = (Vec::new(), None);
    for binding in bindings.iter().filter(|binding| names(binding, &subject)) {
        match role(cluster, binding) {
            Role::Kept(role) if rules_grant(role, asked) => return Ok(None),
            Role::Everything => return Ok(None),
            Role::Kept(_) => {}
            Role::BuiltIn(name) => unknown = Some(name),
            Role::Missing(words) => missing.push(words),
        }
    }
    if let Some(name) = unknown {
        return Err(not_known(&name));
    }
    Ok(Some(match missing.as_slice() {
        [] => String::new(),
        [one] => format!("RBAC: {one}"),
        all => format!("RBAC: [{}]", all.join(", ")),
    }))
}

/// The groups of an impersonated user.
fn groups(user: &str, given: &[String]) -> Vec<String> {
    let mut groups = given.to_vec();
    let account = user
        .strip_prefix("system:serviceaccount:")
        .and_then(|rest| rest.split_once(':'));
    if let Some((namespace, _)) = account.filter(|_| groups.is_empty()) {
        groups.push("system:serviceaccounts".to_owned());
        groups.push(format!("system:serviceaccounts:{namespace}"));
    }
    let own = if user == "system:anonymous" {
        "system:unauthenticated"
    } else {
        "system:authenticated"
    };
    groups.push(own.to_owned());
    groups
}

fn is_everybodys(asked: &Asked<'_>) -> bool {
    let (resource, group) = asked.resource;
    let is_page =
        |known: &&str| resource == *known || resource.strip_prefix(*known).is_some_and(|rest| rest.starts_with('/'));
    asked.verb == "get" && DISCOVERY.iter().any(is_page)
        || asked.verb == "create" && group.ends_with("k8s.io") && REVIEWS.contains(&resource)
}

/// Models: plugin/pkg/auth/authorizer/rbac, pkg/registry/rbac/validation/rule.go appliesToUser (v1.36).
fn names(binding: &Object, subject: &Subject<'_>) -> bool {
    binding.value.field("subjects").items().any(|it| {
        let name = it.field("name").text();
        match it.field("kind").text() {
            "User" => name == subject.user,
            "Group" => subject.groups.iter().any(|group| group == name),
            "ServiceAccount" => {
                let own = binding.namespace();
                let namespace = Some(it.field("namespace").text())
                    .filter(|it| !it.is_empty())
                    .unwrap_or(own);
                subject.user == format!("system:serviceaccount:{namespace}:{name}")
            }
            _ => false,
        }
    })
}

enum Role<'a> {
    Kept(&'a Object),
    /// `cluster-admin`.
    Everything,
    /// One that a cluster holds by itself, whose rules are not here.
    BuiltIn(String),
    Missing(String),
}

fn role<'a>(cluster: &'a Cluster, binding: &Object) -> Role<'a> {
    let wanted = binding.value.field("roleRef");
    let name = wanted.field("name").text();
    let (kind, namespace) = match wanted.field("kind").text() {
        "ClusterRole" => (Kind::ClusterRole, ""),
        _ => (Kind::Role, binding.namespace()),
    };
    if let Some(found) = cluster.find(kind, namespace, name) {
        return Role::Kept(found);
    }
    match (kind, name) {
        (Kind::ClusterRole, "cluster-admin") => Role::Everything,
        (Kind::ClusterRole, "view" | "edit" | "admin") => Role::BuiltIn(name.to_owned()),
        (Kind::ClusterRole, _) if name.starts_with("system:") => Role::BuiltIn(name.to_owned()),
        _ => Role::Missing(format!(
            "{}.rbac.authorization.k8s.io \"{name}\" not found",
            kind.singular()
        )),
    }
}

/// Models: pkg/apis/rbac/v1 evaluation_helpers.go VerbMatches, APIGroupMatches, ResourceMatches, ResourceNameMatches (v1.36).
fn rules_grant(role: &Object, asked: &Asked<'_>) -> bool {
    let (resource, group) = asked.resource;
    let with_subresource = if asked.subresource.is_empty() {
        resource.to_owned()
    } else {
        format!("{resource}/{}", asked.subresource)
    };
    let grants = |rule: Cursor<'_>| {
        let lists = |field: &str, wanted: &str| rule.field(field).texts().any(|it| it == "*" || it == wanted);
        if !lists("verbs", asked.verb) {
            return false;
        }
        if resource.starts_with('/') {
            let mut urls = rule.field("nonResourceURLs").texts();
            return urls.any(|url| {
                url == resource || url.strip_suffix('*').is_some_and(|prefix| resource.starts_with(prefix))
            });
        }
        let any = format!("*/{}", asked.subresource);
        let mut listed = rule.field("resources").texts();
        let fits = listed.any(|it| it == "*" || it == with_subresource || !asked.subresource.is_empty() && it == any);
        let mut only = rule.field("resourceNames").texts().peekable();
        fits && lists("apiGroups", group) && (only.peek().is_none() || only.any(|it| it == asked.name))
    };
    role.value.field("rules").items().any(grants)
}
