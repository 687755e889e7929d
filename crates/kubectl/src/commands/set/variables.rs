//! Variables that refer to something: `set env --from`, `--list`, `--resolve`.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::resources::{self, BareKind};
use crate::targets::manifests;
use crate::targets::{one, registered};
use api::{Cursor, Fields, Kind, Value, base64, quantity};
use cluster::Object;
use serde_json::json;

/// A variable with its value, or with where its value comes from.
#[derive(Clone, PartialEq)]
pub(super) enum Source {
    Text(String),
    From(Value),
}

/// The variables that `--from` brings: one for each key of a ConfigMap or Secret.
///
/// Models: kubectl/pkg/cmd/set/set_env.go RunEnv, keyToEnvName (v1.36).
/// Differs: variables come in the order of the keys, where kubectl's order changes from call to call.
pub(super) fn imported(
    run: &mut CommandContext<'_>,
    args: &Args,
    source: &str,
) -> Result<Vec<(String, Source)>, Vec<Failure>> {
    if manifests::are_named(args) {
        return Err(one(Failure::own(manifests::AND_WORDS)));
    }
    let words = [source.to_owned()];
    let asked = resources::read(run.mapper(), args, &words, BareKind::None).map_err(one)?;
    let found = registered(resources::find(run.cluster, args, &asked));
    if !found.failures.is_empty() {
        return Err(found.failures);
    }
    let wanted: Vec<&str> = args.all("keys").iter().flat_map(|keys| keys.split(',')).collect();
    let mut variables = Vec::new();
    for object in found.objects {
        let field = match object.kind {
            Kind::ConfigMap => "configMapKeyRef",
            Kind::Secret => "secretKeyRef",
            _ => return Err(one(Failure::own("unsupported resource specified in --from"))),
        };
        for (key, _) in object.field("data").entries() {
            if wanted.is_empty() || wanted.contains(&key) {
                let name = name_of_key(run, key);
                let from = json!({field: {"key": key, "name": object.name()}});
                variables.push((name, Source::From(from)));
            }
        }
    }
    Ok(variables)
}

/// The variable's name for a key; warns if it is another one.
fn name_of_key(run: &mut CommandContext<'_>, key: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name: String = key.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    let name = name.to_uppercase();
    if name != key {
        run.warn(&format!("key {key} transferred to {name}"));
    }
    name
}

/// Models: kubectl/pkg/cmd/set/env/env_resolve.go GetEnvVarRefString (v1.36).
pub(super) fn reference(source: Cursor<'_>) -> String {
    let of = |kind: &str, field: &str| source.field(kind).field(field).text();
    if source.field("configMapKeyRef").is_set() {
        let (map, key) = (of("configMapKeyRef", "name"), of("configMapKeyRef", "key"));
        format!("configmap {map}, key {key}")
    } else if source.field("secretKeyRef").is_set() {
        let (secret, key) = (of("secretKeyRef", "name"), of("secretKeyRef", "key"));
        format!("secret {secret}, key {key}")
    } else if source.field("fieldRef").is_set() {
        format!("field path {}", of("fieldRef", "fieldPath"))
    } else if source.field("resourceFieldRef").is_set() {
        let container = of("resourceFieldRef", "containerName");
        let slash = if container.is_empty() { "" } else { "/" };
        format!(
            "resource field {container}{slash}{}",
            of("resourceFieldRef", "resource")
        )
    } else {
        "invalid valueFrom".to_owned()
    }
}

/// What a reference comes to.
///
/// Models: kubectl/pkg/cmd/set/env/env_resolve.go GetEnvVarRefValue (v1.36).
pub(super) fn resolved(
    run: &CommandContext<'_>,
    args: &Args,
    source: Cursor<'_>,
    object: &Object,
    container: &Value,
) -> Result<String, String> {
    let kept = |kind: Kind, field: &str, words: &str| {
        let (name, key) = (
            source.field(field).field("name").text(),
            source.field(field).field("key").text(),
        );
        let found = run.cluster.get(kind, args.namespace(), name);
        let found = found.map_err(|status| status.message)?;
        let text = found.field("data").field(key).as_text().map(str::to_owned);
        text.ok_or_else(|| format!("key {key} not found in {words} {name}"))
    };
    if source.field("secretKeyRef").is_set() {
        let text = kept(Kind::Secret, "secretKeyRef", "secret")?;
        let bytes = base64::decode(&text).unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    } else if source.field("configMapKeyRef").is_set() {
        kept(Kind::ConfigMap, "configMapKeyRef", "config map")
    } else if source.field("fieldRef").is_set() {
        field(object, source.field("fieldRef").field("fieldPath").text())
    } else if source.field("resourceFieldRef").is_set() {
        amount(container, source.field("resourceFieldRef"))
    } else {
        Err("invalid valueFrom".to_owned())
    }
}

/// Models: kubectl/pkg/cmd/set/env/env_resolve.go extractFieldPathAsString (v1.36).
fn field(object: &Object, path: &str) -> Result<String, String> {
    let map = |name: &str| {
        let entries = object.metadata().field(name).text_entries();
        let lines: Vec<String> = entries
            .map(|(key, text)| format!("{key}={}", api::go::quote(text)))
            .collect();
        lines.join("\n")
    };
    match path {
        "metadata.name" => Ok(object.name().to_owned()),
        "metadata.namespace" => Ok(object.namespace().to_owned()),
        "metadata.annotations" | "metadata.labels" => Ok(map(path.trim_start_matches("metadata."))),
        other => Err(format!("unsupported fieldPath: {other}")),
    }
}

/// Models: kubectl/pkg/cmd/set/env/env_resolve.go extractContainerResourceValue (v1.36).
fn amount(container: &Value, reference: Cursor<'_>) -> Result<String, String> {
    let name = reference.field("resource").text();
    let unsupported = || format!("unsupported container resource : {name}");
    let (list, resource) = name.split_once('.').ok_or_else(unsupported)?;
    if !["limits", "requests"].contains(&list) || !["cpu", "memory", "ephemeral-storage"].contains(&resource) {
        return Err(unsupported());
    }
    let amount = container.field("resources").field(list).field(resource).text();
    let divisor = match reference.field("divisor").text() {
        "" | "0" => "1",
        given => given,
    };
    let (amount, divisor) = (
        quantity::nanos(amount).unwrap_or(0),
        quantity::nanos(divisor).unwrap_or(1),
    );
    let divisor = divisor.max(1);
    Ok(((amount + divisor - 1) / divisor).to_string())
}
