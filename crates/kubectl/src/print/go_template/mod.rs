//! `-o go-template`: the commonly used part of Go's text/template.
//!
//! Models: Go's text/template/{parse,exec,funcs}.go, and cli-runtime/pkg/printers/template.go (v1.36).
//! Differs: no `define`, `template`, `block`, `call`, `slice`, `html`, `js` and `urlquery`; they are told of as unknown to the playground.

mod eval;
mod format;
mod functions;
mod lex;
mod parse;
mod tree;
mod value;

use api::Value;
use value::Val;

/// Why a template failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TemplateError {
    /// The output before the failure, which is printed all the same.
    pub(crate) stdout: String,
    /// kubectl's message behind its `error: `.
    pub(crate) message: String,
}

/// The output of a template for a value.
pub(crate) fn go_template(template: &str, value: &Value, allow_missing_keys: bool) -> Result<String, TemplateError> {
    let nodes = parse::parse(template).map_err(|error| TemplateError {
        stdout: String::new(),
        message: format!("error parsing template {template}, template: output:{error}"),
    })?;
    let data = Val::of(value);
    let shown = data.show();
    let mut run = eval::Run::new(template, allow_missing_keys, data);
    let Err(error) = run.all(&nodes) else {
        return Ok(run.out);
    };
    Err(TemplateError {
        stdout: format!(
            "{}Error executing template: {error}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{template}\n\traw data was:\n\t\t{}\n\tobject given to template engine was:\n\t\t{shown}\n\n",
            run.out,
            api::go::json(value),
        ),
        message: format!("error executing template {}: {error}", api::go::quote(template)),
    })
}

#[cfg(test)]
mod tests;
