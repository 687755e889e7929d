//! `set selector`: the selector of a Service.

use super::targets::{LOCAL_NEEDS_FILES, chosen};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::selector::{Operator, Selector};
use crate::output::dry_run::DryRun;
use crate::output::report::report_typed;
use crate::targets::{done, one, store, targets};
use api::{Kind, Value};
use serde_json::json;

/// Models: kubectl/pkg/cmd/set/set_selector.go Complete, Validate, RunSelector (v1.36).
pub(super) fn selector(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    let dry = DryRun::read(args).map_err(one)?;
    let Some((text, named)) = words.split_last() else {
        return Err(one(Failure::own("one selector is required")));
    };
    let (labels, expressions) = parse(text).map_err(one)?;
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

/// A selector as labels, and the expressions that a Service's selector cannot express.
///
/// Models: apimachinery/pkg/apis/meta/v1/helpers.go ParseToLabelSelector (v1.36).
fn parse(text: &str) -> Result<(Value, Vec<String>), Failure> {
    let parsed = Selector::parse(text)
        .map_err(|why| Failure::own(format!("couldn't parse the selector string \"{text}\": {why}")))?;
    let mut labels = json!({});
    let mut expressions = Vec::new();
    for requirement in parsed.requirements() {
        let operator = match requirement.operator {
            Operator::Equals => {
                labels[&requirement.key] = requirement.values.first().cloned().unwrap_or_default().into();
                continue;
            }
            Operator::In => "In",
            Operator::NotIn => "NotIn",
            Operator::Exists => "Exists",
            Operator::Missing => "DoesNotExist",
            Operator::Differs => return Err(not_valid("!=")),
            Operator::Above => return Err(not_valid("gt")),
            Operator::Below => return Err(not_valid("lt")),
        };
        let values = requirement.values.join(" ");
        expressions.push(format!("{{{} {operator} [{values}]}}", requirement.key));
    }
    Ok((labels, expressions))
}

fn not_valid(operator: &str) -> Failure {
    Failure::own(format!("\"{operator}\" is not a valid label selector operator"))
}
