//! The documents that `-f` names: standard input or files.

use super::documents::sketch;
use crate::admit::{Document, document};
use crate::commands::unsupported;
use crate::context::CommandContext;
use crate::discovery::Mapper;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::resources::{self, FoundObjects, Resource};
use crate::line::selector::Selector;
use api::{Fields, Rule, Value};
use cluster::FieldValidation;
use std::collections::BTreeSet;

/// The file extensions of manifests in a directory.
const EXTENSIONS: [&str; 3] = [".json", ".yaml", ".yml"];

/// kubectl's message if both words and files are given.
pub(crate) const AND_WORDS: &str =
    "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well";

/// A text, and how kubectl names its source.
struct ManifestText<'a> {
    name: String,
    text: &'a str,
}

/// The documents of a text as kubectl sends them, or its message behind `error parsing SOURCE: `.
pub(crate) fn read(text: &str) -> Vec<Result<Value, String>> {
    let documents = yaml::parse(text).into_iter();
    let contents = documents.map(|document| {
        document
            .content
            .as_ref()
            .map(yaml::resolve)
            .map_err(yaml::SyntaxError::as_kubectl)
    });
    contents.collect()
}

/// Whether the command line names manifests.
pub(crate) fn are_named(args: &Args) -> bool {
    !args.all("filename").is_empty() || args.text("kustomize").is_some_and(|path| !path.is_empty())
}

/// How the server treats unknown fields, by `--validate`.
///
/// Models: kubectl/pkg/cmd/util/helpers.go GetValidationDirective (v1.36).
pub(crate) fn validation(args: &Args) -> Result<FieldValidation, Failure> {
    match args.text("validate") {
        None | Some("strict" | "true" | "1" | "t" | "T" | "TRUE" | "True") => Ok(FieldValidation::Strict),
        Some("warn") => Ok(FieldValidation::Warn),
        Some("ignore" | "false" | "0" | "f" | "F" | "FALSE" | "False") => Ok(FieldValidation::Ignore),
        Some(other) => Err(Failure::own(format!(
            "invalid - validate option {}; must be one of: strict (or true), warn, ignore (or false)",
            api::go::quote(other)
        ))),
    }
}

/// The documents of `-f` that the selector chooses, with the failures of others.
pub(crate) fn chosen(run: &CommandContext<'_>, args: &Args) -> Result<Vec<Result<Document, Failure>>, Failure> {
    let selector = Selector::parse(args.text("selector").unwrap_or_default()).map_err(Failure::own)?;
    let mut documents = run.documents(args);
    documents.retain(|document| {
        let fits = |document: &Document| selector.matches(&sketch(document).value);
        document.as_ref().map_or(true, fits)
    });
    Ok(documents)
}

/// The failures of a command over documents.
pub(crate) struct Failures {
    /// Of documents that kubectl cannot read.
    unread: Vec<Failure>,
    /// Of what was done with the others.
    refused: Vec<Failure>,
}

impl Failures {
    /// As commands print them that act while they read.
    ///
    /// Models: cli-runtime/pkg/resource/visitor.go ContinueOnErrorVisitor around an EagerVisitorList (v1.36).
    pub(crate) fn while_read(self) -> Vec<Failure> {
        [self.refused, self.unread].concat()
    }

    /// As commands print them that read everything before they act.
    ///
    /// Models: cli-runtime/pkg/resource/result.go Infos (v1.36).
    pub(crate) fn after_reading(self) -> Vec<Failure> {
        [self.unread, self.refused].concat()
    }
}

/// Applies a function to each document and collects the failures.
pub(crate) fn each(
    run: &mut CommandContext<'_>,
    documents: Vec<Result<Document, Failure>>,
    mut act: impl FnMut(&mut CommandContext<'_>, &Document) -> Result<(), Failure>,
) -> Failures {
    let (mut unread, mut refused) = (Vec::new(), Vec::new());
    for document in documents {
        match document {
            Ok(document) => refused.extend(act(run, &document).err()),
            Err(failure) => unread.push(failure),
        }
    }
    Failures { unread, refused }
}

pub(crate) fn needs_file(args: &Args) -> Result<(), Failure> {
    let is_empty = args.all("filename").iter().all(String::is_empty);
    if are_named(args) && !(is_empty && args.text("kustomize").is_none_or(str::is_empty)) {
        Ok(())
    } else {
        Err(Failure::own("must specify one of -f and -k"))
    }
}

/// Refuses `--raw`, which is not simulated, in kubectl's words where it would refuse it itself.
///
/// Models: kubectl/pkg/cmd/create/create.go Validate, kubectl/pkg/cmd/replace/replace.go Validate (v1.36).
pub(crate) fn check_raw(args: &Args, command: &str) -> Result<(), Failure> {
    let Some(path) = args.text("raw").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let words = if args.all("filename").len() != 1 {
        "--raw can only use a single local file or stdin".to_owned()
    } else if args.is("recursive") {
        "--raw and --recursive are mutually exclusive".to_owned()
    } else if args.text("output").is_some_and(|output| !output.is_empty()) {
        "--raw and --output are mutually exclusive".to_owned()
    } else if path.starts_with('/') {
        return unsupported::listed(&format!("{command} --raw")).map_or(Ok(()), Err);
    } else {
        let quoted = api::go::quote(path);
        format!("--raw must be a valid URL path: parse {quoted}: invalid URI for request")
    };
    Err(Failure::own(words))
}

impl<'a> CommandContext<'a> {
    /// The documents of `-f`, each read or failed; a text is read up to its first document that is no object.
    /// If a file is missing, nothing is read.
    ///
    /// Models: cli-runtime/pkg/resource/builder.go FilenameParam, visitor.go StreamVisitor, FlattenListVisitor (v1.36).
    pub(crate) fn documents(&self, args: &Args) -> Vec<Result<Document, Failure>> {
        let sources = match self.sources(args) {
            Ok(sources) => sources,
            Err(failures) => return failures.into_iter().map(Err).collect(),
        };
        let mut found = Vec::new();
        for source in sources {
            match source {
                Ok(source) => stream(self.mapper(), args, &source, &mut found),
                Err(failure) => found.push(Err(failure)),
            }
        }
        found
    }

    /// The stored objects that the documents of `-f` name.
    pub(crate) fn objects_of_files(&self, args: &Args) -> FoundObjects {
        self.objects_of_files_by(args, resources::lookup)
    }

    /// The same for a command that asks for each object by its kind and name alone.
    pub(crate) fn objects_of_files_by(&self, args: &Args, lookup: resources::Lookup) -> FoundObjects {
        let mut found = FoundObjects::default();
        for document in self.documents(args) {
            let object = document.and_then(|it| {
                let resource = Resource::Kept(it.kind);
                lookup(self.cluster, resource, &it.namespace, &it.name)
            });
            match object {
                Ok(object) => found.objects.push(object),
                Err(failure) => found.failures.push(failure),
            }
        }
        found
    }

    /// The texts to read, or why each is out of reach.
    fn sources(&self, args: &Args) -> Result<Vec<Result<ManifestText<'a>, Failure>>, Vec<Failure>> {
        let files = args.all("filename");
        if args.text("kustomize").is_some_and(|path| !path.is_empty()) {
            return Err(vec![if files.is_empty() {
                let instead = "put what \"kubectl kustomize DIR\" prints into the editor and name it with -f";
                unsupported::not_here("-k", instead)
            } else {
                Failure::own("only one of -f or -k can be specified")
            }]);
        }
        let (mut sources, mut failures) = (Vec::new(), Vec::new());
        if files.iter().filter(|file| *file == "-").count() > 1 {
            let words = "standard input cannot be used for multiple arguments";
            return Err(vec![Failure::own(words)]);
        }
        for file in files {
            if file == "-" {
                sources.push(Ok(ManifestText {
                    name: "STDIN".to_owned(),
                    text: self.around.stdin,
                }));
            } else if file.starts_with("http://") || file.starts_with("https://") {
                let words = format!(
                    "unable to read URL {}: there is no network here; put the manifest into the editor and name it with -f",
                    api::go::quote(file)
                );
                sources.push(Err(Failure::own(words)));
            } else {
                match self.expand(file, args.is("recursive")) {
                    Ok(expanded) => sources.extend(expanded.into_iter().map(Ok)),
                    Err(failure) => failures.push(failure),
                }
                if sources.is_empty() && failures.is_empty() {
                    failures.push(Failure::own(format!(
                        "error reading [{file}]: recognized file extensions are [{}]",
                        EXTENSIONS.join(" ")
                    )));
                }
            }
        }
        if failures.is_empty() {
            Ok(sources)
        } else {
            Err(failures)
        }
    }

    /// The files of a path: the file itself, a directory's files, or those that match a pattern.
    fn expand(&self, path: &str, recursive: bool) -> Result<Vec<ManifestText<'a>>, Failure> {
        let clean = clean(path);
        if let Some(text) = self.around.files.get(clean) {
            let name = path.to_owned();
            return Ok(vec![ManifestText { name, text }]);
        }
        if let Some(inside) = self.directory(clean, recursive) {
            return Ok(inside);
        }
        let bad = || {
            Failure::own(format!(
                "pattern {} is not valid: syntax error in pattern",
                api::go::quote(path)
            ))
        };
        let pattern = Pattern::read(clean).ok_or_else(bad)?;
        let named = self.around.files.iter().filter(|(name, _)| pattern.fits(name));
        let fitting: Vec<_> = named.map(source).collect();
        if fitting.is_empty() {
            return Err(Failure::own(format!(
                "the path {} does not exist",
                api::go::quote(path)
            )));
        }
        Ok(fitting)
    }

    /// The manifests of a directory; `None` if there is no such directory.
    fn directory(&self, clean: &str, recursive: bool) -> Option<Vec<ManifestText<'a>>> {
        let prefix = if clean.is_empty() {
            String::new()
        } else {
            format!("{clean}/")
        };
        let mut inside = self
            .around
            .files
            .iter()
            .filter(|(name, _)| name.starts_with(&prefix))
            .peekable();
        if !prefix.is_empty() {
            inside.peek()?;
        }
        let wanted = |(name, _): &(&'a String, &'a String)| {
            let rest = name.get(prefix.len()..).unwrap_or_default();
            (recursive || !rest.contains('/')) && EXTENSIONS.iter().any(|extension| rest.ends_with(extension))
        };
        Some(inside.filter(wanted).map(source).collect())
    }
}

/// Reads the documents of a text.
fn stream(mapper: Mapper<'_>, args: &Args, source: &ManifestText<'_>, found: &mut Vec<Result<Document, Failure>>) {
    let asked = args.text("namespace");
    let validation = validation(args).unwrap_or_default();
    let read = read(source.text);
    if read.iter().all(|text| matches!(text, Ok(Value::Null))) {
        return;
    }
    for text in read {
        let value = match text {
            Ok(Value::Null) => continue,
            Ok(value) => value,
            Err(why) => {
                found.push(Err(Failure::own(format!("error parsing {}: {why}", source.name))));
                return;
            }
        };
        let items = items_of(&value);
        let is_list = items.is_some();
        for item in items.unwrap_or_else(|| vec![value]) {
            let read = document(mapper, &item, &source.name, (asked, args.namespace()), validation);
            let read = read.map_err(|wrong| if is_list { of_list(&item, wrong.0) } else { wrong.0 });
            let ends = matches!(&read, Err(Failure::Unread(finding)) if finding.rule.is_about_type());
            found.push(read);
            if ends {
                return;
            }
        }
    }
}

/// The objects of a list, of any kinds or of one; `None` if the object is no list.
///
/// Models: apimachinery/pkg/apis/meta/v1/unstructured/helpers.go decodeToList (v1.36).
fn items_of(value: &Value) -> Option<Vec<Value>> {
    let kind = value.get("kind")?.as_str()?.strip_suffix("List")?;
    let items = match value.get("items")? {
        Value::Null => &[] as &[Value],
        items => items.as_array()?,
    };
    let complete = |item: &Value| {
        let mut item = item.clone();
        if let Some(fields) = item.as_object_mut().filter(|_| !kind.is_empty()) {
            let version = value.get("apiVersion").cloned().unwrap_or_default();
            fields.entry("apiVersion").or_insert(version);
            fields.entry("kind").or_insert_with(|| kind.into());
        }
        item
    };
    Some(items.iter().map(complete).collect())
}

/// How kubectl says that it does not know the kind of an object in a list.
///
/// Models: cli-runtime/pkg/resource/mapper.go infoForObject (v1.36).
fn of_list(item: &Value, failure: Failure) -> Failure {
    match &failure {
        Failure::Unread(finding) if finding.rule == Rule::KindUnknown => {
            let text = |field| item.field(field).text();
            let (kind, version) = (text("kind"), text("apiVersion"));
            Failure::Verbatim(format!(
                "unable to recognize no matches for kind \"{kind}\" in version \"{version}\""
            ))
        }
        _ => failure,
    }
}

fn source<'a>((name, text): (&'a String, &'a String)) -> ManifestText<'a> {
    ManifestText {
        name: name.clone(),
        text,
    }
}

/// A path without `./` in front and slashes behind.
fn clean(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    let path = path.strip_prefix("./").unwrap_or(path);
    if path == "." { "" } else { path }
}

/// A file name pattern.
///
/// Models: path/filepath Match (Go 1.26).
struct Pattern(Vec<Piece>);

enum Piece {
    /// `*`: any characters but a slash.
    Any,
    /// `?`: one character but a slash.
    One,
    /// `[a-z]`, `[^a-z]`, or a character that stands for itself.
    Of { ranges: Vec<(char, char)>, negated: bool },
}

impl Pattern {
    /// `None` if a bracket or an escape is left open.
    fn read(text: &str) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut chars = text.chars();
        while let Some(first) = chars.next() {
            let itself = |c: char| Piece::Of {
                ranges: vec![(c, c)],
                negated: false,
            };
            tokens.push(match first {
                '*' => Piece::Any,
                '?' => Piece::One,
                '\\' => itself(chars.next()?),
                '[' => {
                    let (inside, rest) = chars.as_str().split_once(']')?;
                    chars = rest.chars();
                    let (inside, negated) = inside
                        .strip_prefix('^')
                        .map_or((inside, false), |inside| (inside, true));
                    let ranges = ranges(inside)?;
                    Piece::Of { ranges, negated }
                }
                plain => itself(plain),
            });
        }
        Some(Self(tokens))
    }

    fn fits(&self, name: &str) -> bool {
        let mut reached = self.with_skipped([0].into());
        for c in name.chars() {
            let next = reached.iter().filter_map(|at| match self.0.get(*at)? {
                Piece::Any => (c != '/').then_some(*at),
                Piece::One => (c != '/').then_some(*at + 1),
                Piece::Of { ranges, negated } => {
                    let inside = ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
                    (inside != *negated && (c != '/' || !negated)).then_some(*at + 1)
                }
            });
            reached = self.with_skipped(next.collect());
        }
        reached.contains(&self.0.len())
    }

    /// The states reached, and those behind each `*`, which may match nothing.
    fn with_skipped(&self, mut reached: BTreeSet<usize>) -> BTreeSet<usize> {
        let mut open: Vec<usize> = reached.iter().copied().collect();
        while let Some(at) = open.pop() {
            if matches!(self.0.get(at), Some(Piece::Any)) && reached.insert(at + 1) {
                open.push(at + 1);
            }
        }
        reached
    }
}

/// The ranges within brackets; `None` if there are none or one is left open.
fn ranges(inside: &str) -> Option<Vec<(char, char)>> {
    let mut ranges = Vec::new();
    let mut chars = inside.chars().peekable();
    while let Some(from) = chars.next() {
        let to = if chars.next_if_eq(&'-').is_some() {
            chars.next()?
        } else {
            from
        };
        ranges.push((from, to));
    }
    (!ranges.is_empty()).then_some(ranges)
}
