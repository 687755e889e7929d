//! `certificate approve` and `certificate deny`: conditions of a request for a certificate.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{FILES, FORCE, Flags, PRINT};
use crate::output::dry_run::DryRun;
use crate::output::report::report;
use crate::targets::{done, manifests};
use api::Kind;
use cluster::{Object, RequestOptions, timestamp};
use serde_json::json;
use std::rc::Rc;

pub(crate) const FLAGS: Flags = &[&[FORCE], FILES, PRINT];

/// What a subcommand notes.
struct Decision {
    condition: &'static str,
    other: &'static str,
    reason: &'static str,
    message: &'static str,
    verb: &'static str,
}

const APPROVE: Decision = Decision {
    condition: "Approved",
    other: "Denied",
    reason: "KubectlApprove",
    message: "This CSR was approved by kubectl certificate approve.",
    verb: "approved",
};
const DENY: Decision = Decision {
    condition: "Denied",
    other: "Approved",
    reason: "KubectlDeny",
    message: "This CSR was denied by kubectl certificate deny.",
    verb: "denied",
};

/// Models: kubectl/pkg/cmd/certificates/certificates.go modifyCertificateCondition (v1.36).
pub(crate) fn certificate(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let (verb, names) = args.words.split_first().unzip();
    let decision = match verb.map_or("", String::as_str) {
        "approve" => APPROVE,
        "deny" => DENY,
        _ => return Err(vec![Failure::unknown_subcommand("kubectl certificate", &args.words)]),
    };
    let names = names.unwrap_or_default();
    if names.is_empty() && !manifests::are_named(args) {
        let words = "one or more CSRs must be specified as <name> or -f <filename>";
        return Err(vec![Failure::own(words)]);
    }
    let (mut names, mut failures) = (names.to_vec(), Vec::new());
    if manifests::are_named(args) {
        for document in run.documents(args) {
            match document {
                Ok(document) => names.push(document.name),
                Err(failure) => failures.push(failure),
            }
        }
    }
    for name in names {
        failures.extend(decide(run, args, &name, &decision).err());
    }
    done(failures)
}

fn decide(run: &mut CommandContext<'_>, args: &Args, name: &str, decision: &Decision) -> Result<(), Failure> {
    let object = run.cluster.get(Kind::CertificateSigningRequest, "", name)?;
    let is = |word: &str| {
        let conditions = object.status().field("conditions");
        conditions.items().any(|it| it.field("type") == word)
    };
    if is(decision.other) {
        return Err(Failure::own(format!(
            "certificate signing request {} is already {}",
            api::go::quote(name),
            decision.other
        )));
    }
    if !is(decision.condition) {
        note(run, &object, decision)?;
    }
    report(run, args, &object, decision.verb, DryRun::No)
}

fn note(run: &mut CommandContext<'_>, object: &Rc<Object>, decision: &Decision) -> Result<(), Failure> {
    let now = timestamp(run.cluster.now());
    let mut conditions = object.status().field("conditions").list().to_vec();
    conditions.push(json!({
        "lastTransitionTime": now, "lastUpdateTime": now, "message": decision.message, "reason": decision.reason,
        "status": "True", "type": decision.condition,
    }));
    let options = RequestOptions::default();
    run.cluster.update_approval(object.name(), conditions, options)?;
    Ok(())
}
