//! `-o` and `--template`.

use crate::client::KubectlVersion;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::print;

/// The formats of `get`.
pub(crate) const ALL_FORMATS: &str = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";

/// An output format.
#[derive(Debug)]
pub(crate) enum Format {
    Table { wide: bool },
    Yaml,
    Kyaml,
    Json,
    Name,
    JsonPath { template: String, as_json: bool },
    Columns(String),
    GoTemplate(String),
}

/// The formats of commands that print a changed object.
pub(crate) const CHANGE_FORMATS: &str =
    "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";

impl Format {
    /// The format of `-o` and `--template`; `None` if the command prints its own words.
    pub(crate) fn of_change(args: &Args) -> Result<Option<Self>, Failure> {
        let given = |flag| args.text(flag).is_some_and(|text| !text.is_empty());
        if given("output") || given("template") {
            Self::read(args, CHANGE_FORMATS).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Reads `-o` and `--template`.
    ///
    /// Models: cli-runtime/pkg/genericclioptions ToPrinter of each kind of flags (v1.36).
    pub(crate) fn read(args: &Args, allowed: &str) -> Result<Self, Failure> {
        let output = args.text("output").unwrap_or_default();
        let flag = args.text("template").filter(|template| !template.is_empty());
        let output = if output.is_empty() && flag.is_some() {
            "go-template"
        } else {
            output
        };
        let takes_template = output.starts_with("custom-columns")
            || output.starts_with("go-template")
            || output.starts_with("jsonpath")
            || output.starts_with("template");
        let (name, inline) = output
            .split_once('=')
            .filter(|_| takes_template)
            .map_or((output, None), |(name, rest)| (name, Some(rest)));
        let template = || {
            let given = flag.or(inline).filter(|template| !template.is_empty());
            given
                .map(str::to_owned)
                .ok_or_else(|| Failure::own("template format specified but no template given"))
        };
        let lower = name.to_lowercase();
        let name = match lower.as_str() {
            "yaml" | "kyaml" | "json" | "name" => lower.as_str(),
            _ => name,
        };
        let knows_kyaml = args.version > KubectlVersion::V1_34;
        match name {
            "" => Ok(Self::Table { wide: false }),
            "wide" if allowed == ALL_FORMATS => Ok(Self::Table { wide: true }),
            "yaml" => Ok(Self::Yaml),
            "kyaml" if knows_kyaml => Ok(Self::Kyaml),
            "json" => Ok(Self::Json),
            "name" => Ok(Self::Name),
            "jsonpath" | "jsonpath-as-json" => {
                let template = template()?;
                let parsed = print::JsonPath::parse(&template);
                parsed.map_err(|why| Failure::own(format!("error parsing jsonpath {template}, {why}")))?;
                Ok(Self::JsonPath {
                    template,
                    as_json: name == "jsonpath-as-json",
                })
            }
            "go-template" | "template" => template().map(Self::GoTemplate),
            "custom-columns" if allowed == ALL_FORMATS => {
                let spec = inline.unwrap_or_default();
                print::custom_columns(spec, &[], true).map_err(Failure::own)?;
                Ok(Self::Columns(spec.to_owned()))
            }
            "go-template-file" | "jsonpath-file" | "templatefile" => {
                let file = template()?;
                Err(Failure::own(format!(
                    "error reading --template {file}, open {file}: no such file or directory"
                )))
            }
            "custom-columns-file" if allowed == ALL_FORMATS => Err(Failure::own(match inline.unwrap_or_default() {
                "" => "custom-columns format specified but no custom columns given".to_owned(),
                file => format!("error reading template {file}, open {file}: no such file or directory"),
            })),
            _ => {
                let allowed = if knows_kyaml {
                    allowed.to_owned()
                } else {
                    allowed.replace("kyaml,", "")
                };
                Err(Failure::own(format!(
                    "unable to match a printer suitable for the output format {}, allowed formats are: {allowed}",
                    api::go::quote(output)
                )))
            }
        }
    }
}
