//! `create configmap|secret|serviceaccount|quota|priorityclass`.

use super::generator::{EACH, Generator, Make, create};
use crate::commands::generated::{Explain, is_variable_name};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, Flags, PRINT, Takes};
use api::{Fields, Kind, Value, base64, format};
use serde_json::{Map, json};
use std::fmt::Write;

const FROM_FILE: Flag = Flag::new(
    "from-file",
    Takes::List,
    "A file, or all files of a directory: [KEY=]PATH.",
);
const FROM_LITERAL: Flag = Flag::new("from-literal", Takes::List, "A key and its value: KEY=VALUE.");
const FROM_ENV_FILE: Flag = Flag::new(
    "from-env-file",
    Takes::List,
    "A file with a line KEY=VALUE for each key.",
);
const APPEND_HASH: Flag = Flag::new("append-hash", Takes::Bool, "Append a hash of the content to the name.");
const TYPE: Flag = Flag::new("type", Takes::Text, "The type of the Secret.");
const SOURCES: &[Flag] = &[FROM_FILE, FROM_LITERAL, FROM_ENV_FILE, APPEND_HASH];
const DOCKER: &[Flag] = &[
    Flag::new("docker-username", Takes::Text, "The user of the registry."),
    Flag::new("docker-password", Takes::Text, "The user's password."),
    Flag::new("docker-email", Takes::Text, "The user's address."),
    Flag::new("docker-server", Takes::Text, "The registry.").default(DOCKER_HUB),
    FROM_FILE,
    APPEND_HASH,
];
const TLS: &[Flag] = &[
    Flag::new("cert", Takes::Text, "The file with the certificate."),
    Flag::new("key", Takes::Text, "The file with its private key."),
    APPEND_HASH,
];
const QUOTA: &[Flag] = &[
    Flag::new("hard", Takes::Text, "The limits: RESOURCE=AMOUNT, separated by commas."),
    Flag::new("scopes", Takes::Text, "The scopes, separated by commas."),
];
const PRIORITY: &[Flag] = &[
    Flag::new("value", Takes::Number, "The priority of pods of this class."),
    Flag::new(
        "global-default",
        Takes::Bool,
        "Whether pods that name no class have it.",
    ),
    Flag::new("description", Takes::Text, "When the class should be used."),
    Flag::new("preemption-policy", Takes::Text, "Whether its pods push others aside.").default("PreemptLowerPriority"),
];
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

const CONFIG_MAP_FLAGS: Flags = &[SOURCES, EACH, PRINT];
const SECRET_FLAGS: Flags = &[SOURCES, &[TYPE], EACH, PRINT];
const DOCKER_FLAGS: Flags = &[DOCKER, EACH, PRINT];
const TLS_FLAGS: Flags = &[TLS, EACH, PRINT];
const ACCOUNT_FLAGS: Flags = &[EACH, PRINT];
const QUOTA_FLAGS: Flags = &[QUOTA, EACH, PRINT];
const PRIORITY_FLAGS: Flags = &[PRIORITY, EACH, PRINT];

pub(super) const GENERATORS: &[Generator] = &[
    Generator {
        path: "create configmap",
        names: &["configmap", "cm"],
        flags: CONFIG_MAP_FLAGS,
        make: Make::Named(config_map),
    },
    Generator {
        path: "create secret generic",
        names: &["secret"],
        flags: SECRET_FLAGS,
        make: Make::Named(generic),
    },
    Generator {
        path: "create secret docker-registry",
        names: &["secret"],
        flags: DOCKER_FLAGS,
        make: Make::Named(docker_registry),
    },
    Generator {
        path: "create secret tls",
        names: &["secret"],
        flags: TLS_FLAGS,
        make: Make::Named(tls),
    },
    Generator {
        path: "create secret",
        names: &["secret"],
        flags: &[],
        make: Make::OfWords(|_, _, names, _| {
            let all = names.join(" ");
            Err(Failure::usage(
                &format!("unknown command \"{all}\""),
                "kubectl create secret",
            ))
        }),
    },
    Generator {
        path: "create serviceaccount",
        names: &["serviceaccount", "sa"],
        flags: ACCOUNT_FLAGS,
        make: Make::Named(service_account),
    },
    Generator {
        path: "create quota",
        names: &["quota", "resourcequota"],
        flags: QUOTA_FLAGS,
        make: Make::Named(quota),
    },
    Generator {
        path: "create priorityclass",
        names: &["priorityclass", "pc"],
        flags: PRIORITY_FLAGS,
        make: Make::Named(priority_class),
    },
];

/// Creates an object, with a hash behind its name if that is asked for.
fn create_hashed(
    run: &mut CommandContext<'_>,
    args: &Args,
    (kind, name): (Kind, &str),
    mut value: Value,
    explain: Explain,
) -> Result<(), Failure> {
    let mut name = name.to_owned();
    if args.is("append-hash") {
        let _ = write!(name, "-{}", content_hash(kind, &value));
        value["metadata"]["name"] = name.as_str().into();
    }
    create(run, args, (kind, &name), value, explain)
}

/// What `--append-hash` appends.
///
/// Models: kubectl/pkg/util/hash/hash.go ConfigMapHash, SecretHash (v1.36).
fn content_hash(kind: Kind, value: &Value) -> String {
    let data = value.get("data").cloned().unwrap_or_else(|| json!({}));
    let mut hashed = json!({"data": data, "kind": kind.name(), "name": value.metadata().field("name").value});
    if kind == Kind::Secret {
        hashed["type"] = value.field("type").text().into();
    }
    let digest = base::sha256(api::go::json(&hashed).as_bytes());
    let hex = digest.iter().take(5).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let without_vowels = |letter| match letter {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        other => other,
    };
    hex.chars().map(without_vowels).collect()
}

/// Models: kubectl/pkg/cmd/create/create_configmap.go (v1.36).
fn config_map(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    let mut data = Map::new();
    for (key, text) in sources(run, args, "config")? {
        let wrong = format::config_map_key(&key);
        if !wrong.is_empty() {
            let words = format::words(&wrong, ",");
            return Err(Failure::own(format!(
                "{} is not a valid key name for a ConfigMap: {words}",
                api::go::quote(&key)
            )));
        }
        if data.insert(key.clone(), text.into()).is_some() {
            return Err(Failure::own(format!(
                "cannot add key \"{key}\", another key by that name already exists in Data for ConfigMap \"{name}\""
            )));
        }
    }
    let mut value = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
    if !data.is_empty() {
        value["data"] = data.into();
    }
    let explain: Explain = |status| Failure::own(format!("failed to create configmap: {}", status.message));
    create_hashed(run, args, (Kind::ConfigMap, name), value, explain)
}

/// Models: kubectl/pkg/cmd/create/create_secret.go (v1.36).
fn generic(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    let entries = sources(run, args, "secret")?;
    secret(run, args, name, args.text("type").unwrap_or_default(), entries)
}

fn secret(
    run: &mut CommandContext<'_>,
    args: &Args,
    name: &str,
    kind: &str,
    entries: Vec<(String, String)>,
) -> Result<(), Failure> {
    let mut data = Map::new();
    for (key, text) in entries {
        let wrong = format::config_map_key(&key);
        if !wrong.is_empty() {
            let words = format::words(&wrong, ";");
            return Err(Failure::own(format!(
                "{} is not valid key name for a Secret {words}",
                api::go::quote(&key)
            )));
        }
        if data
            .insert(key.clone(), base64::encode(text.as_bytes()).into())
            .is_some()
        {
            return Err(Failure::own(format!(
                "cannot add key {key}, another key by that name already exists"
            )));
        }
    }
    let mut value = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}});
    if !data.is_empty() {
        value["data"] = data.into();
    }
    if !kind.is_empty() {
        value["type"] = kind.into();
    }
    let explain: Explain = |status| Failure::own(format!("failed to create secret {}", status.message));
    create_hashed(run, args, (Kind::Secret, name), value, explain)
}

/// Models: kubectl/pkg/cmd/create/create_secret_docker.go (v1.36).
fn docker_registry(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    const KEY: &str = ".dockerconfigjson";
    let text = |flag: &str| args.text(flag).unwrap_or_default();
    let (user, password, email) = (text("docker-username"), text("docker-password"), text("docker-email"));
    let server = args.text("docker-server").unwrap_or(DOCKER_HUB);
    let mut entries = Vec::new();
    if args.all("from-file").is_empty() {
        if user.is_empty() || password.is_empty() || server.is_empty() {
            return Err(Failure::own(
                "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
            ));
        }
        // Go writes the fields in this order, and JSON as HTML may hold it.
        let quoted = |text: &str| api::go::json(&text.into());
        let email = if email.is_empty() {
            String::new()
        } else {
            format!("\"email\":{},", quoted(email))
        };
        let auth = base64::encode(format!("{user}:{password}").as_bytes());
        let config = format!(
            "{{\"auths\":{{{}:{{\"username\":{},\"password\":{},{email}\"auth\":\"{auth}\"}}}}}}",
            quoted(server),
            quoted(user),
            quoted(password),
        );
        entries.push((KEY.to_owned(), config));
    }
    for source in args.all("from-file").iter().flat_map(|it| it.split(',')) {
        let source = if source.contains('=') {
            source.to_owned()
        } else {
            format!("{KEY}={source}")
        };
        entries.extend(from_file(run, &source)?);
    }
    secret(run, args, name, "kubernetes.io/dockerconfigjson", entries)
}

/// Models: kubectl/pkg/cmd/create/create_secret_tls.go (v1.36).
/// Differs: of certificate and key it is only seen whether they are PEM at all.
fn tls(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    let (cert, key) = (
        args.text("cert").unwrap_or_default(),
        args.text("key").unwrap_or_default(),
    );
    if cert.is_empty() || key.is_empty() {
        return Err(Failure::own("key and cert must be specified"));
    }
    let read = |path: &str| {
        let text = run.around.files.get(path.trim_start_matches("./"));
        text.cloned().ok_or_else(|| {
            Failure::own(format!(
                "Cannot read file {path}, open {path}: no such file or directory"
            ))
        })
    };
    let (cert, key) = (read(cert)?, read(key)?);
    for (text, what) in [(&cert, "certificate"), (&key, "key")] {
        if !text.contains("-----BEGIN ") {
            return Err(Failure::own(format!(
                "tls: failed to find any PEM data in {what} input"
            )));
        }
    }
    let entries = vec![("tls.crt".to_owned(), cert), ("tls.key".to_owned(), key)];
    secret(run, args, name, "kubernetes.io/tls", entries)
}

/// The keys and texts that flags give: literals, then files, then files of variables.
fn sources(run: &CommandContext<'_>, args: &Args, what: &str) -> Result<Vec<(String, String)>, Failure> {
    let (literals, files, envs) = (
        args.all("from-literal"),
        args.all("from-file"),
        args.all("from-env-file"),
    );
    if !envs.is_empty() && (!files.is_empty() || !literals.is_empty()) {
        return Err(Failure::own(
            "from-env-file cannot be combined with from-file or from-literal",
        ));
    }
    let mut entries = Vec::new();
    for literal in literals {
        let (key, text) = literal
            .split_once('=')
            .filter(|(key, _)| !key.is_empty())
            .ok_or_else(|| Failure::own(format!("invalid literal source {literal}, expected key=value")))?;
        entries.push((key.to_owned(), text.to_owned()));
    }
    for source in files.iter().flat_map(|it| it.split(',')) {
        entries.extend(from_file(run, source)?);
    }
    for path in envs.iter().flat_map(|it| it.split(',')) {
        entries.extend(from_env_file(run, path, what)?);
    }
    Ok(entries)
}

fn absent(path: &str) -> Failure {
    Failure::own(format!("error reading {path}: no such file or directory"))
}

/// Models: kubectl/pkg/util/util.go ParseFileSource, create_configmap.go handleConfigMapFromFileSources (v1.36).
fn from_file(run: &CommandContext<'_>, source: &str) -> Result<Vec<(String, String)>, Failure> {
    let (key, path) = match source.split_once('=') {
        None => (None, source),
        Some((_, path)) if path.contains('=') => {
            return Err(Failure::own("key names or file paths cannot contain '='"));
        }
        Some(("", path)) => return Err(Failure::own(format!("key name for file path {path} missing"))),
        Some((key, "")) => return Err(Failure::own(format!("file path for key name {key} missing"))),
        Some((key, path)) => (Some(key), path),
    };
    let clean = path.trim_start_matches("./").trim_end_matches('/');
    let base = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    if let Some(text) = run.around.files.get(clean) {
        let key = key.map_or_else(|| base(clean), str::to_owned);
        return Ok(vec![(key, text.clone())]);
    }
    let within = |name: &str| match clean {
        "" | "." => !name.contains('/'),
        folder => name
            .strip_prefix(folder)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|it| !it.contains('/')),
    };
    let found: Vec<_> = run.around.files.iter().filter(|(name, _)| within(name)).collect();
    if found.is_empty() {
        return Err(absent(path));
    }
    if key.is_some() {
        return Err(Failure::own("cannot give a key name for a directory path"));
    }
    Ok(found
        .into_iter()
        .map(|(name, text)| (base(name), text.clone()))
        .collect())
}

/// Models: kubectl/pkg/cmd/util/env_file.go AddFromEnvFile (v1.36).
fn from_env_file(run: &CommandContext<'_>, path: &str, what: &str) -> Result<Vec<(String, String)>, Failure> {
    let clean = path.trim_start_matches("./");
    let Some(text) = run.around.files.get(clean) else {
        let folder = format!("{}/", clean.trim_end_matches('/'));
        let is_folder = run.around.files.keys().any(|name| name.starts_with(&folder));
        return Err(if is_folder {
            Failure::own(format!("env {what} file cannot be a directory"))
        } else {
            absent(path)
        });
    };
    let mut entries = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        if !is_variable_name(key) {
            return Err(Failure::own(format!(
                "{} is not a valid key name: {ENV_NAME}",
                api::go::quote(key)
            )));
        }
        entries.push((key.to_owned(), value.to_owned()));
    }
    Ok(entries)
}

const ENV_NAME: &str = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";

fn service_account(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    let value = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}});
    let explain: Explain = |status| Failure::own(format!("failed to create serviceaccount: {}", status.message));
    create(run, args, (Kind::ServiceAccount, name), value, explain)
}

/// Models: kubectl/pkg/cmd/create/create_quota.go (v1.36).
fn quota(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    let mut spec = Map::new();
    let mut hard = Map::new();
    let given = args.text("hard").filter(|it| !it.is_empty());
    for statement in given.iter().flat_map(|it| it.split(',')) {
        let parts: Vec<&str> = statement.split('=').collect();
        let [resource, amount] = parts.as_slice() else {
            return Err(Failure::own(format!(
                "Invalid argument syntax {statement}, expected <resource>=<value>"
            )));
        };
        let amount = api::quantity::canonical(&Value::from(*amount)).map_err(|it| Failure::own(it.words))?;
        hard.insert((*resource).to_owned(), amount.into());
    }
    if !hard.is_empty() {
        spec.insert("hard".to_owned(), hard.into());
    }
    if let Some(scopes) = args.text("scopes").filter(|it| !it.is_empty()) {
        let scopes: Vec<&str> = scopes.split(',').collect();
        if scopes.contains(&"") {
            return Err(Failure::own("invalid resource quota scope \"\""));
        }
        spec.insert("scopes".to_owned(), scopes.into());
    }
    let value =
        json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": spec, "status": {}});
    let explain: Explain = |status| Failure::own(format!("failed to create quota: {}", status.message));
    create(run, args, (Kind::ResourceQuota, name), value, explain)
}

/// Models: kubectl/pkg/cmd/create/create_priorityclass.go (v1.36).
fn priority_class(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    let mut value = json!({
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name},
        "preemptionPolicy": args.text("preemption-policy").unwrap_or("PreemptLowerPriority"),
        "value": args.number("value").unwrap_or(0),
    });
    if args.is("global-default") {
        value["globalDefault"] = true.into();
    }
    if let Some(description) = args.text("description").filter(|it| !it.is_empty()) {
        value["description"] = description.into();
    }
    let explain: Explain = |status| Failure::own(format!("failed to create priorityclass: {}", status.message));
    create(run, args, (Kind::PriorityClass, name), value, explain)
}
