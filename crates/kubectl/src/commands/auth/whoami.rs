//! `auth whoami`: the cluster's admin, by a certificate as minikube writes it.

use super::table;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::output::format::Format;
use crate::output::objects::written;
use cluster::{ADMIN as USER, ADMIN_GROUPS as GROUPS};
use serde_json::json;
use std::fmt::Write;

const CREDENTIAL: &str = "authentication.kubernetes.io/credential-id";

/// Models: kubectl/pkg/cmd/auth/whoami.go Run (v1.36).
pub(super) fn whoami(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let hash = base::sha256(USER.as_bytes());
    let hash = hash.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let credential = format!("X509SHA256={hash}");
    let text = match Format::of_change(args)? {
        None => {
            let (groups, extra) = (
                format!("[{}]", GROUPS.join(" ")),
                (format!("Extra: {CREDENTIAL}"), format!("[{credential}]")),
            );
            table(&[
                ["ATTRIBUTE", "VALUE"],
                ["Username", USER],
                ["Groups", &groups],
                [&extra.0, &extra.1],
            ])
        }
        Some(Format::Name) => "selfsubjectreview.authentication.k8s.io/\n".to_owned(),
        Some(format) => {
            let now = cluster::timestamp(run.cluster.now());
            let review = json!({
                "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview",
                "metadata": {"creationTimestamp": now},
                "status": {"userInfo": {"extra": {CREDENTIAL: [credential]}, "groups": GROUPS, "username": USER}},
            });
            written(run, args, &format, &review)?
        }
    };
    run.output.stdout.push_str(&text);
    Ok(())
}
