//! `version`.

use crate::client::KubectlVersion;
use crate::commands::raw;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, Flags, OUTPUT, Takes, Values};
use crate::print;
use api::Value;
use serde_json::json;
use std::fmt::Write;

const CLIENT: Flag = Flag::new("client", Takes::Bool, "Print the version of kubectl alone.");

pub(crate) const FLAGS: Flags = &[&[OUTPUT.values(Values::None), CLIENT]];

/// Models: kubectl/pkg/cmd/version/version.go Validate, Run (v1.36).
pub(crate) fn version(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let wrong = match args.text("output").unwrap_or_default() {
        _ if !args.words.is_empty() => format!("extra arguments: [{}]", args.words.join(" ")),
        "" | "json" | "yaml" => String::new(),
        _ => "--output must be 'yaml' or 'json'".to_owned(),
    };
    if !wrong.is_empty() {
        return Err(vec![Failure::own(wrong)]);
    }
    let version = run.around.version;
    let (client, kustomize) = release(version);
    let format = args.text("output").unwrap_or_default();
    if !format.is_empty() {
        let text = structured(args, &client, kustomize);
        run.output.stdout.push_str(&if format == "json" {
            print::json(&text).replace("    ", "  ")
        } else {
            print::yaml(&text)
        });
        return Ok(());
    }
    let _ = writeln!(
        run.output.stdout,
        "Client Version: {client}\nKustomize Version: {kustomize}"
    );
    if !args.is("client") {
        run.output.stdout.push_str("Server Version: v1.36.2\n");
        if version.minor() + 1 < KubectlVersion::NEWEST.minor() {
            run.output.stderr.push_str(&skew(version));
        }
    }
    Ok(())
}

/// `-o json` and `-o yaml`.
fn structured(args: &Args, client: &str, kustomize: &str) -> Value {
    let server = raw::server_version();
    let mut known = server.clone();
    if let Some(fields) = known.as_object_mut() {
        let minor = client.split('.').nth(1).unwrap_or_default();
        fields.insert("gitVersion".to_owned(), client.into());
        fields.insert("minor".to_owned(), minor.into());
    }
    if args.is("client") {
        json!({"clientVersion": known, "kustomizeVersion": kustomize})
    } else {
        json!({"clientVersion": known, "kustomizeVersion": kustomize, "serverVersion": server})
    }
}

/// The newest release of a minor version, and the kustomize in it.
///
/// Differs: the cluster's own version apart, the patch level is not known, so `.0` stands for it.
fn release(version: KubectlVersion) -> (String, &'static str) {
    let patch = if version == KubectlVersion::NEWEST { 2 } else { 0 };
    let kustomize = match version.minor() {
        ..=27 => "v5.0.1",
        28..=30 => "v5.0.4-0.20230601165947-6ce0bf390ce3",
        31 => "v5.4.2",
        32 => "v5.5.0",
        33 => "v5.6.0",
        34 | 35 => "v5.7.1",
        _ => "v5.8.1",
    };
    (format!("v{}.{patch}", version.word()), kustomize)
}

/// Models: kubectl/pkg/cmd/version/skew_warning.go printVersionSkewWarning (v1.36).
fn skew(version: KubectlVersion) -> String {
    let (client, server) = (version.word(), KubectlVersion::NEWEST.word());
    format!(
        "WARNING: version difference between client ({client}) and server ({server}) exceeds the supported minor version skew of +/-1\n"
    )
}
