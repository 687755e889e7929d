//! Names that BusyBox' `nslookup` does not find as they are written.

use super::context::{Context, at};
use super::templates::Template;
use crate::diagnostic::{Advice, Diagnostic};
use crate::written::change;
use cluster::{LookupProgram, lookup_program};
use std::ops::Range;
use yaml::Step;

/// Advice for each script that asks for a short name by an `nslookup` which fails for it.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut advice = Vec::new();
    for template in &context.templates.all {
        for list in ["initContainers", "containers"] {
            for (index, container) in template.pod.spec().field(list).items().enumerate() {
                if lookup_program(container.field("image").text()) != LookupProgram::BusyBox {
                    continue;
                }
                for field in ["command", "args"] {
                    for place in 0..container.field(field).list().len() {
                        let steps = [
                            Step::Name("spec"),
                            Step::Name(list),
                            Step::Index(index),
                            Step::Name(field),
                            Step::Index(place),
                        ];
                        advice.extend(of_script(context, template, &steps));
                    }
                }
            }
        }
    }
    advice
}

fn of_script(context: &Context<'_>, template: &Template<'_>, steps: &[Step<'_>]) -> Option<Diagnostic> {
    let script = template.object.value_at(&template.steps(steps));
    let name = short_name(context.text.get(script.clone())?)?;
    let range = script.start + name.start..script.start + name.end;
    let short = context.text.get(range.clone())?;
    let namespace = &template.object.key.namespace;
    let full = if short.contains('.') {
        format!("{short}.svc.cluster.local")
    } else {
        format!("{short}.{namespace}.svc.cluster.local")
    };
    let meaning = "It asks for a name without a dot in all search domains at once and fails as soon as one of them lacks it; \
                   a name with a dot it asks for as it is. Only the full name succeeds; BusyBox up to 1.28, and programs that \
                   connect, find short names.";
    Some(Diagnostic {
        meaning: Some(meaning.to_owned()),
        fixes: vec![change(range.clone(), full)],
        ..at(
            template.object,
            range,
            Advice::ShortLookup,
            format!("nslookup of BusyBox fails for {short}, even where the Service exists"),
        )
    })
}

/// Where a script names what `nslookup` looks up, if that is a plain name of one or two labels.
fn short_name(script: &str) -> Option<Range<usize>> {
    const PROGRAM: &str = "nslookup ";
    let start = script.find(PROGRAM)? + PROGRAM.len();
    let rest = script.get(start..)?;
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
    let name = rest.get(..end)?;
    let labels = name.split('.').count();
    let is_followed_plainly =
        rest.get(end..)?.starts_with([' ', ';', '\n', '"', '\'', '&', '|', ')']) || end == rest.len();
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.ends_with('.');
    (is_name && labels <= 2 && is_followed_plainly).then_some(start..start + end)
}
