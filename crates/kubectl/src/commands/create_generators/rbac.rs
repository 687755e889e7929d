//! `create role|clusterrole|rolebinding|clusterrolebinding`.

use super::generator::{EACH, Generator, Make, create, exactly_one, slice};
use crate::commands::generated::Explain;
use crate::context::CommandContext;
use crate::discovery::Mapper;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, Flags, PRINT, Takes, USER};
use crate::line::resources::Resource;
use api::{Kind, Value};
use serde_json::json;
use std::collections::BTreeMap;

const VERB: Flag = Flag::new("verb", Takes::List, "What may be done: get,list,watch.");
const RESOURCE: Flag = Flag::new(
    "resource",
    Takes::List,
    "What it may be done with: pods, deployments.apps, pods/log.",
);
const RESOURCE_NAME: Flag = Flag::new(
    "resource-name",
    Takes::List,
    "The only objects that are meant, by name.",
);
const URL: Flag = Flag::new("non-resource-url", Takes::List, "A path of the API server: /healthz.");
const AGGREGATION: Flag = Flag::new(
    "aggregation-rule",
    Takes::List,
    "Labels of the ClusterRoles that are combined: key=value.",
);
const ROLE: Flag = Flag::new("role", Takes::Text, "The Role to bind.");
const CLUSTERROLE: Flag = Flag::new("clusterrole", Takes::Text, "The ClusterRole to bind.");
const GROUP: Flag = Flag::new("group", Takes::List, "A group to bind to the role.");
const SERVICEACCOUNT: Flag = Flag::new(
    "serviceaccount",
    Takes::List,
    "A service account to bind to the role: NAMESPACE:NAME.",
);
const SUBJECTS: &[Flag] = &[USER.takes(Takes::List), GROUP, SERVICEACCOUNT];

const ROLE_FLAGS: Flags = &[&[VERB, RESOURCE, RESOURCE_NAME], EACH, PRINT];
const CLUSTERROLE_FLAGS: Flags = &[&[VERB, RESOURCE, RESOURCE_NAME, URL, AGGREGATION], EACH, PRINT];
const BINDING_FLAGS: Flags = &[&[ROLE, CLUSTERROLE], SUBJECTS, EACH, PRINT];
const CLUSTER_BINDING_FLAGS: Flags = &[&[CLUSTERROLE], SUBJECTS, EACH, PRINT];

pub(super) const GENERATORS: &[Generator] = &[
    Generator {
        path: "create role",
        names: &["role"],
        flags: ROLE_FLAGS,
        make: Make::Named(|run, args, name| role(run, args, Kind::Role, name)),
    },
    Generator {
        path: "create clusterrole",
        names: &["clusterrole"],
        flags: CLUSTERROLE_FLAGS,
        make: Make::Named(|run, args, name| role(run, args, Kind::ClusterRole, name)),
    },
    Generator {
        path: "create rolebinding",
        names: &["rolebinding"],
        flags: BINDING_FLAGS,
        make: Make::Named(binding),
    },
    Generator {
        path: "create clusterrolebinding",
        names: &["clusterrolebinding"],
        flags: CLUSTER_BINDING_FLAGS,
        make: Make::OfWords(|run, args, names, _| cluster_binding(run, args, names)),
    },
];

/// Models: kubectl/pkg/cmd/create/create_role.go validResourceVerbs (v1.36).
const VERBS: [&str; 14] = [
    "*",
    "get",
    "delete",
    "list",
    "create",
    "update",
    "patch",
    "watch",
    "proxy",
    "deletecollection",
    "use",
    "bind",
    "escalate",
    "impersonate",
];

/// Verbs that are known of a few resources only: the verb, the group, and its resources.
///
/// Models: kubectl/pkg/cmd/create/create_role.go specialVerbs (v1.36).
const SPECIAL: [(&str, &str, &[&str]); 6] = [
    ("use", "policy", &["podsecuritypolicies"]),
    ("use", "extensions", &["podsecuritypolicies"]),
    ("bind", "rbac.authorization.k8s.io", &["roles", "clusterroles"]),
    ("escalate", "rbac.authorization.k8s.io", &["roles", "clusterroles"]),
    ("impersonate", "", &["users", "serviceaccounts", "groups"]),
    ("impersonate", "authentication.k8s.io", &["userextras"]),
];

/// A resource as `--resource` names it: `deployments.apps/scale`.
struct Named<'a> {
    resource: &'a str,
    group: &'a str,
    subresource: &'a str,
}

impl<'a> Named<'a> {
    fn read(text: &'a str) -> Self {
        let (name, subresource) = text.split_once('/').unwrap_or((text, ""));
        let (resource, group) = name.split_once('.').unwrap_or((name, ""));
        Self {
            resource,
            group,
            subresource,
        }
    }

    /// The resource and its group as the server names them.
    fn known(&self, mapper: Mapper<'_>) -> Result<(String, String), Failure> {
        let word = match self.group {
            "" => self.resource.to_owned(),
            group => format!("{}.{group}", self.resource),
        };
        Resource::of(mapper, &word)
            .map(|it| (it.plural().to_owned(), it.group().to_owned()))
            .map_err(|_| self.unknown())
    }

    /// Models: kubectl/pkg/cmd/util/helpers.go checkErr, for a NoResourceMatchError (v1.36).
    fn unknown(&self) -> Failure {
        let resource = self.resource;
        Failure::Verbatim(match self.group {
            "" => format!("the server doesn't have a resource type \"{resource}\""),
            group => format!("the server doesn't have a resource type \"{resource}\" in group \"{group}\""),
        })
    }
}

/// Models: kubectl/pkg/cmd/create/create_role.go, create_clusterrole.go Complete, Validate, RunCreateRole (v1.36).
fn role(run: &mut CommandContext<'_>, args: &Args, kind: Kind, name: &str) -> Result<(), Failure> {
    let verbs = match unique(slice(args, "verb")) {
        all if all.contains(&"*") => vec!["*"],
        verbs => verbs,
    };
    let mut resources: Vec<Named<'_>> = Vec::new();
    for text in slice(args, "resource") {
        if text == "*" {
            resources = vec![Named::read(text)];
            break;
        }
        resources.push(Named::read(text));
    }
    let names = unique(args.all("resource-name").iter().map(String::as_str));
    let urls = unique(slice(args, "non-resource-url"));
    let mut value = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind.name(), "metadata": {"name": name},
    });
    let labels = slice(args, "aggregation-rule").map(|pair| {
        let wrong = || {
            let (given, what) = (api::go::quote(pair), "malformed pair, expect string=string");
            Failure::own(format!(
                "invalid argument {given} for \"--aggregation-rule\" flag: {what}\nSee 'kubectl create clusterrole --help' for usage."
            ))
        };
        pair.split_once('=').ok_or_else(wrong)
    });
    let labels = labels.collect::<Result<BTreeMap<&str, &str>, Failure>>()?;
    if labels.is_empty() {
        check_rule(run, kind, &verbs, &resources, &urls)?;
        value["rules"] = rules(run.mapper(), &verbs, &resources, &names, &urls);
    } else if [verbs.len(), resources.len(), names.len(), urls.len()] == [0; 4] {
        value["aggregationRule"] = json!({"clusterRoleSelectors": [{"matchLabels": labels}]});
        value["rules"] = Value::Null;
    } else {
        return Err(Failure::own(
            "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames",
        ));
    }
    create(run, args, (kind, name), value, Failure::from)
}

fn check_rule(
    run: &mut CommandContext<'_>,
    kind: Kind,
    verbs: &[&str],
    resources: &[Named<'_>],
    urls: &[&str],
) -> Result<(), Failure> {
    if verbs.is_empty() {
        return Err(Failure::own("at least one verb must be specified"));
    }
    let of_cluster = kind == Kind::ClusterRole;
    if of_cluster && resources.is_empty() && urls.is_empty() {
        return Err(Failure::own("one of resource or nonResourceURL must be specified"));
    }
    if !(of_cluster && resources.is_empty()) {
        for verb in verbs.iter().filter(|verb| !VERBS.contains(verb)) {
            let words = format!("Warning: '{verb}' is not a standard resource verb\n");
            run.output.stderr.push_str(&words);
        }
        if resources.is_empty() {
            return Err(Failure::own("at least one resource must be specified"));
        }
        check_resources(run.mapper(), verbs, resources)?;
    }
    check_urls(verbs, urls).map_or(Ok(()), |why| Err(Failure::own(why)))
}

/// Models: kubectl/pkg/cmd/create/create_role.go validateResource (v1.36).
fn check_resources(mapper: Mapper<'_>, verbs: &[&str], resources: &[Named<'_>]) -> Result<(), Failure> {
    for named in resources {
        if named.resource.is_empty() {
            return Err(Failure::own(
                "resource must be specified if apiGroup/subresource specified",
            ));
        }
        if named.resource == "*" {
            return Ok(());
        }
        let known = named.known(mapper);
        let (resource, group) = match &known {
            Ok((resource, group)) => (resource.as_str(), group.as_str()),
            Err(_) => (named.resource, named.group),
        };
        let mut special = false;
        for verb in verbs.iter().filter(|verb| SPECIAL.iter().any(|(of, ..)| of == *verb)) {
            let fits = { SPECIAL.iter() }
                .any(|(of, in_group, all)| of == verb && *in_group == group && all.contains(&resource));
            if !fits {
                return Err(Failure::own(format!(
                    "can not perform '{verb}' on '{resource}' in group '{group}'"
                )));
            }
            special = true;
        }
        if !special {
            known?;
        }
    }
    Ok(())
}

/// Models: kubectl/pkg/cmd/create/create_clusterrole.go Validate (v1.36).
fn check_urls(verbs: &[&str], urls: &[&str]) -> Option<String> {
    if urls.is_empty() {
        return None;
    }
    let known = ["*", "get", "post", "put", "delete", "patch", "head", "options"];
    if let Some(verb) = verbs.iter().find(|verb| !known.contains(verb)) {
        return Some(format!("invalid verb: '{verb}' for nonResourceURL"));
    }
    urls.iter().filter(|url| **url != "*").find_map(|url| {
        if !url.starts_with('/') {
            Some("nonResourceURL should start with /".to_owned())
        } else if url.strip_suffix('*').unwrap_or(url).contains('*') {
            Some("nonResourceURL only supports wildcard matches when '*' is at the end".to_owned())
        } else {
            None
        }
    })
}

/// A rule for each group, and one for the URLs.
///
/// Models: kubectl/pkg/cmd/create/create_role.go generateResourcePolicyRules (v1.36).
fn rules(mapper: Mapper<'_>, verbs: &[&str], resources: &[Named<'_>], names: &[&str], urls: &[&str]) -> Value {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for named in resources {
        let known = named
            .known(mapper)
            .unwrap_or_else(|_| (named.resource.to_owned(), named.group.to_owned()));
        let (mut resource, group) = known;
        if !named.subresource.is_empty() {
            resource = format!("{resource}/{}", named.subresource);
        }
        let of_group = groups.entry(group).or_default();
        if !of_group.contains(&resource) {
            of_group.push(resource);
        }
    }
    let mut rules: Vec<Value> = Vec::new();
    for (group, resources) in groups {
        let mut rule = json!({"apiGroups": [group], "resources": resources, "verbs": verbs});
        if !names.is_empty() {
            rule["resourceNames"] = json!(names);
        }
        rules.push(rule);
    }
    if !urls.is_empty() {
        rules.push(json!({"nonResourceURLs": urls, "verbs": verbs}));
    }
    rules.into()
}

fn unique<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    for text in texts {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

/// Models: kubectl/pkg/cmd/create/create_rolebinding.go Validate, Run (v1.36).
fn binding(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    let [role, cluster_role] = ["role", "clusterrole"].map(|it| args.text(it).unwrap_or_default());
    let (kind, role) = match (role, cluster_role) {
        (role, "") if !role.is_empty() => ("Role", role),
        ("", role) if !role.is_empty() => ("ClusterRole", role),
        _ => return Err(Failure::own("exactly one of clusterrole or role must be specified")),
    };
    let value = bound(args, Kind::RoleBinding, name, (kind, role))?;
    let explain: Explain = |status| Failure::own(format!("failed to create rolebinding: {}", status.message));
    create(run, args, (Kind::RoleBinding, name), value, explain)
}

/// Models: kubectl/pkg/cmd/create/create_clusterrolebinding.go Run (v1.36).
fn cluster_binding(run: &mut CommandContext<'_>, args: &Args, names: &[String]) -> Result<(), Failure> {
    let Some(role) = args.text("clusterrole") else {
        return Err(Failure::own("required flag(s) \"clusterrole\" not set"));
    };
    let name = exactly_one(names, "create clusterrolebinding")?;
    let value = bound(args, Kind::ClusterRoleBinding, name, ("ClusterRole", role))?;
    let explain: Explain = |status| Failure::own(format!("failed to create clusterrolebinding: {}", status.message));
    create(run, args, (Kind::ClusterRoleBinding, name), value, explain)
}

/// A binding of a role to the users, groups and service accounts of the flags, in this order.
fn bound(args: &Args, kind: Kind, name: &str, (role_kind, role): (&str, &str)) -> Result<Value, Failure> {
    const GROUP: &str = "rbac.authorization.k8s.io";
    let mut subjects: Vec<Value> = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        let all = args.all(flag).iter();
        subjects.extend(all.map(|name| json!({"apiGroup": GROUP, "kind": kind, "name": name})));
    }
    for account in args.all("serviceaccount") {
        let (namespace, name) = { account.split_once(':') }
            .filter(|(namespace, name)| !namespace.is_empty() && !name.is_empty() && !name.contains(':'))
            .ok_or_else(|| Failure::own("serviceaccount must be <namespace>:<name>"))?;
        subjects.push(json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}));
    }
    let mut value = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind.name(), "metadata": {"name": name},
        "roleRef": {"apiGroup": GROUP, "kind": role_kind, "name": role},
    });
    if !subjects.is_empty() {
        value["subjects"] = subjects.into();
    }
    Ok(value)
}
