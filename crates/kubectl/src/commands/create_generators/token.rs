//! `create token`.

use super::generator::{Generator, Make};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::duration::Span;
use crate::line::flags::{Flag, Flags, PRINT, Takes};
use crate::output::format::Format;
use crate::output::objects::written;
use api::{Fields, Kind, Value, base64};
use cluster::{Object, Status};
use serde_json::json;

const FLAGS: Flags = &[
    &[
        Flag::new(
            "audience",
            Takes::List,
            "Whom the token is for; the API server where none is given.",
        ),
        Flag::new(
            "duration",
            Takes::Duration,
            "How long the token holds; an hour where 0.",
        ),
        Flag::new(
            "bound-object-kind",
            Takes::Text,
            "The token ends with an object of this kind: Node, Pod or Secret.",
        ),
        Flag::new("bound-object-name", Takes::Text, "The name of that object."),
        Flag::new(
            "bound-object-uid",
            Takes::Text,
            "The uid of that object; that of the one there is where empty.",
        ),
    ],
    PRINT,
];

pub(super) const GENERATORS: &[Generator] = &[Generator {
    path: "create token",
    names: &["token"],
    flags: FLAGS,
    make: Make::Named(token),
}];

/// The kinds that a token can be bound to.
const BINDABLE: [Kind; 3] = [Kind::Node, Kind::Pod, Kind::Secret];
/// Whom a token is for where nothing is said, and who issues it.
const ISSUER: &str = "https://kubernetes.default.svc.cluster.local";
/// The seconds that a token holds where nothing is said, and at least.
const LIFETIME: i64 = 60 * 60;
const SHORTEST: i64 = 10 * 60;

/// Models: kubectl/pkg/cmd/create/create_token.go Validate, Run (v1.36).
///
/// Differs: nobody signed the token; its signature is a hash of the rest.
fn token(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    let format = Format::of_change(args)?;
    check(args).map_err(Failure::own)?;
    let failed = |status: Status| Failure::own(format!("failed to create token: {}", status.message));
    let account = run.cluster.get(Kind::ServiceAccount, args.namespace(), name);
    let account = account.map_err(failed)?;
    let bound = bound_object(run, args).map_err(failed)?;
    let seconds = args.span("duration").map_or(0, Span::whole_seconds);
    if seconds != 0 && seconds < SHORTEST {
        return Err(Failure::own(format!(
            "failed to create token: TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: {seconds}: may not specify a duration less than 10 minutes"
        )));
    }
    let seconds = if seconds == 0 { LIFETIME } else { seconds };
    let token = signed(run, args, &account, bound.as_ref(), seconds);
    let Some(format) = format else {
        run.output.stdout.push_str(&token);
        run.output.stdout.push('\n');
        return Ok(());
    };
    let request = request(run, args, &account, bound.as_ref(), seconds, &token);
    let text = match format {
        Format::Name => format!("tokenrequest.authentication.k8s.io/{name}\n"),
        format => written(run, args, &format, &request)?,
    };
    run.output.stdout.push_str(&text);
    Ok(())
}

fn check(args: &Args) -> Result<(), &'static str> {
    let text = |flag: &str| args.text(flag).unwrap_or_default();
    let kind = text("bound-object-kind");
    let duration = args.span("duration");
    if duration.is_some_and(Span::is_negative) {
        Err("--duration must be greater than or equal to 0")
    } else if duration.is_some_and(|span| !span.is_whole()) {
        Err("--duration cannot be expressed in units less than seconds")
    } else if args.all("audience").iter().any(String::is_empty) {
        Err("--audience must not be an empty string")
    } else if kind.is_empty() && !text("bound-object-name").is_empty() {
        Err("--bound-object-name can only be set if --bound-object-kind is provided")
    } else if kind.is_empty() && !text("bound-object-uid").is_empty() {
        Err("--bound-object-uid can only be set if --bound-object-kind is provided")
    } else if !kind.is_empty() && !BINDABLE.iter().any(|it| it.name() == kind) {
        Err("supported --bound-object-kind values are Node, Pod, Secret")
    } else if !kind.is_empty() && text("bound-object-name").is_empty() {
        Err("--bound-object-name is required if --bound-object-kind is provided")
    } else {
        Ok(())
    }
}

/// The object that the token is bound to, as the answer names it.
///
/// Models: pkg/registry/core/serviceaccount/storage/token.go Create (v1.36).
fn bound_object(run: &CommandContext<'_>, args: &Args) -> Result<Option<Value>, Status> {
    let text = |flag: &str| args.text(flag).unwrap_or_default();
    let named = BINDABLE.into_iter().find(|it| it.name() == text("bound-object-kind"));
    let Some(kind) = named else {
        return Ok(None);
    };
    let namespace = if kind.namespaced() { args.namespace() } else { "" };
    let object = run.cluster.get(kind, namespace, text("bound-object-name"))?;
    let uid = text("bound-object-uid");
    if !uid.is_empty() && uid != object.uid() {
        let (name, is) = (object.name(), object.uid());
        let why = format!(
            "the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated: {is}"
        );
        return Err(Status::conflict(kind, name, &why));
    }
    Ok(Some(
        json!({"apiVersion": "v1", "kind": kind.name(), "name": object.name(), "uid": object.uid()}),
    ))
}

fn audiences(args: &Args) -> Vec<&str> {
    let given: Vec<&str> = args.all("audience").iter().map(String::as_str).collect();
    if given.is_empty() { vec![ISSUER] } else { given }
}

/// A JSON Web Token.
///
/// Models: pkg/serviceaccount/claims.go Claims (v1.36).
fn signed(run: &CommandContext<'_>, args: &Args, account: &Object, bound: Option<&Value>, seconds: i64) -> String {
    let now = cluster::unix(run.cluster.now());
    let (namespace, name) = (account.namespace(), account.name());
    let mut about = json!({"namespace": namespace, "serviceaccount": {"name": name, "uid": account.uid()}});
    if let Some(bound) = bound {
        let kind = bound.field("kind").text().to_lowercase();
        about[kind] = json!({"name": bound["name"], "uid": bound["uid"]});
    }
    let claims = json!({
        "aud": audiences(args), "exp": now + seconds, "iat": now, "iss": ISSUER, "kubernetes.io": about, "nbf": now,
        "sub": format!("system:serviceaccount:{namespace}:{name}"),
    });
    let header = json!({"alg": "RS256", "kid": url_base64(&base::sha256(ISSUER.as_bytes()))});
    let content = [header, claims].map(|part| url_base64(api::go::json(&part).as_bytes()));
    let content = content.join(".");
    // As long as a signature by a key of 2,048 bits.
    let mut signature = Vec::new();
    while signature.len() < 256 {
        signature.extend(base::sha256(format!("{content}{}", signature.len()).as_bytes()));
    }
    format!("{content}.{}", url_base64(&signature))
}

/// Base 64 as it stands in addresses, without padding.
fn url_base64(bytes: &[u8]) -> String {
    let text = base64::encode(bytes);
    text.trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// The server's answer.
fn request(
    run: &CommandContext<'_>,
    args: &Args,
    account: &Object,
    bound: Option<&Value>,
    seconds: i64,
    token: &str,
) -> Value {
    let now = run.cluster.now();
    json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "metadata": {
            "creationTimestamp": cluster::timestamp(now), "name": account.name(), "namespace": account.namespace(),
        },
        "spec": {"audiences": audiences(args), "boundObjectRef": bound, "expirationSeconds": seconds},
        "status": {"expirationTimestamp": cluster::timestamp(now + seconds), "token": token},
    })
}
