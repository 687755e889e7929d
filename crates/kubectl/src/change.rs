//! What commands that change objects share.

use crate::command::Run;
use crate::create::DryRun;
use crate::failure::Failure;
use crate::flags::Args;
use crate::manifests;
use crate::resources::{self, Default};
use api::Value;
use cluster::{Object, Status};
use std::rc::Rc;

pub(crate) fn one(failure: Failure) -> Vec<Failure> {
    vec![failure]
}

pub(crate) fn done(failures: Vec<Failure>) -> Result<(), Vec<Failure>> {
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// What kubectl says when it is told of nothing.
pub(crate) const NOTHING_GIVEN: &str = "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

/// The objects that arguments or files name.
pub(crate) fn targets(run: &mut Run<'_>, args: &Args, words: &[String]) -> Result<resources::Found, Vec<Failure>> {
    if !manifests::are_named(args) {
        if words.is_empty() {
            let selected = args.is("all") || args.text("selector").is_some();
            let words = if selected {
                "at least one resource must be specified to use a selector"
            } else {
                NOTHING_GIVEN
            };
            return Err(one(Failure::own(words)));
        }
        let asked = resources::read(args, words, Default::None).map_err(one)?;
        run.warn_of_all(&asked);
        return Ok(resources::find(run.cluster, args, &asked));
    }
    if !words.is_empty() {
        return Err(one(Failure::own(manifests::AND_WORDS)));
    }
    Ok(run.objects_of_files(args))
}

/// Sends an object as it is to be, or only makes a sketch of it where the server is not to know.
pub(crate) fn store(run: &mut Run<'_>, args: &Args, object: &Object, mut value: Value) -> Result<Rc<Object>, Status> {
    run.record(&mut value);
    let dry = DryRun::read(args).unwrap_or(DryRun::Client);
    if args.is("local") || dry == DryRun::Client {
        let mut sketch = object.clone();
        sketch.value = value;
        return Ok(Rc::new(sketch));
    }
    let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
    let admitted = run.cluster.update(kind, namespace, name, &value, dry.options())?;
    for warning in &admitted.warnings {
        run.warn(warning);
    }
    Ok(admitted.object)
}
