//! `set selector`: the selector of a Service.

use super::targets::{LOCAL_NEEDS_FILES, chosen};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::selector::label_selector;
use crate::output::dry_run::DryRun;
use crate::output::report::report_typed;
use crate::targets::{done, one, store, targets};
use api::{Cursor, Fields, Kind, Value};
use serde_json::json;

/// Models: kubectl/pkg/cmd/set/set_selector.go Complete, Validate, RunSelector (v1.36).
pub(super) fn selector(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    let dry = DryRun::read(args).map_err(one)?;
    let Some((text, named)) = words.split_last() else {
        return Err(one(Failure::own("one selector is required")));
    };
    let parsed = label_selector(text).map_err(|why| one(Failure::own(why)))?;
    let labels = parsed.get("matchLabels").cloned().unwrap_or_else(|| json!({}));
    let expressions: Vec<String> = parsed
        .field("matchExpressions")
        .items()
        .map(|it| printed(it.value))
        .collect();
    let (objects, mut failures) = if args.is("local") {
        if !named.is_empty() {
            return Err(one(Failure::own(LOCAL_NEEDS_FILES)));
        }
        (chosen(run, args, named)?, Vec::new())
    } else {
        let found = targets(run, args, named)?;
        (found.objects, found.failures)
    };
    for object in objects {
        if object.kind != Kind::Service {
            failures.push(Failure::own("setting a selector is only supported for Services"));
            continue;
        }
        if !expressions.is_empty() {
            let expressions = expressions.join(" ");
            failures.push(Failure::own(format!(
                "match expression [{expressions}] not supported on this object"
            )));
            continue;
        }
        let mut value = object.value.clone();
        value["spec"]["selector"] = labels.clone();
        if let Some(version) = args.text("resource-version").filter(|version| !version.is_empty()) {
            value["metadata"]["resourceVersion"] = version.into();
        }
        match store(run, args, &object, value) {
            Ok(object) => report_typed(run, args, &object, "selector updated", dry).map_err(one)?,
            Err(status) => failures.push(status.into()),
        }
    }
    done(failures)
}

/// An expression as Go prints the struct.
fn printed(expression: &Value) -> String {
    let values: Vec<&str> = expression.field("values").items().map(Cursor::text).collect();
    format!(
        "{{{} {} [{}]}}",
        expression.field("key").text(),
        expression.field("operator").text(),
        values.join(" ")
    )
}
