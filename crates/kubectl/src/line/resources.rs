//! The kinds, names and selections that a command line asks for.

use super::field_selector::FieldSelector;
use crate::discovery::Mapper;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::selector::Selector;
use api::{Kind, Served, Value};
use cluster::{Cluster, Object, Reason, Status};
use std::rc::Rc;

/// A resource: one that the cluster stores, or one that is only served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    Kept(Kind),
    Other(&'static Served),
}

impl Resource {
    /// Finds a resource by a word: full names in any case, short names exactly.
    ///
    /// Models: cli-runtime/pkg/resource/builder.go mappingFor, client-go/restmapper/shortcut.go (v1.36).
    pub(crate) fn of(mapper: Mapper<'_>, word: &str) -> Result<Self, Failure> {
        let word = word
            .strip_suffix('.')
            .filter(|word| !word.contains('.'))
            .unwrap_or(word);
        let name = word.split('.').next().unwrap_or_default();
        let unknown = || {
            Failure::own(format!(
                "the server doesn't have a resource type {}",
                api::go::quote(name)
            ))
        };
        let is_short = |kind: Kind| kind.short_names().contains(&name.to_lowercase().as_str());
        let rest = word.get(name.len()..).unwrap_or_default();
        let cluster = mapper.cluster;
        mapper.custom_kinds();
        let served = || {
            let lower = word.to_lowercase();
            api::served().iter().find(|served| is_meant(served, &lower))
        };
        let custom = || mapper.find(&|kind| kind.is_meant(word));
        let in_version = || {
            let (version, group) = rest.strip_prefix('.')?.split_once('.')?;
            let named = format!("{name}.{group}");
            let serves = |kind: &Kind| cluster.custom_versions(*kind).contains(&version);
            { cluster.custom_kinds() }.find(|kind| kind.is_meant(&named) && serves(kind))
        };
        let built_in = Kind::of_word(word);
        if let (None, Some(other)) = (built_in, served()) {
            return Ok(Self::Other(other));
        }
        if let Some(kind) = built_in.or_else(custom).or_else(in_version) {
            if rest == ".v1" && !kind.is_custom() || is_short(kind) && name != name.to_lowercase() {
                return Err(unknown());
            }
            return Ok(Self::Kept(kind));
        }
        Err(unknown())
    }

    pub(crate) fn namespaced(self) -> bool {
        match self {
            Self::Kept(kind) => kind.namespaced(),
            Self::Other(served) => served.namespaced,
        }
    }

    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Kept(kind) => kind.plural(),
            Self::Other(served) => served.plural,
        }
    }

    pub(crate) fn group(self) -> &'static str {
        match self {
            Self::Kept(kind) => kind.group(),
            Self::Other(served) => served.group(),
        }
    }

    pub(crate) fn not_found(self, name: &str) -> Failure {
        match self {
            Self::Kept(kind) => Status::not_found(kind, name).into(),
            Self::Other(served) if !served.verbs.contains(&"get") => not_allowed(),
            Self::Other(served) => {
                let words = format!("{} \"{name}\" not found", served.qualified());
                Status::plain(404, Reason::NotFound, words).into()
            }
        }
    }

    /// The warning of `auth can-i` for resources without namespaces.
    pub(crate) fn unscoped(self) -> String {
        let (group, plural) = (self.group(), self.plural());
        let group = Some(group).filter(|group| !group.is_empty());
        let group = group.map_or_else(String::new, |group| format!(" in group '{group}'"));
        format!("resource '{plural}' is not namespace scoped{group}")
    }

    /// Group, version and resource as Go prints them.
    pub(crate) fn with_version(self) -> String {
        let (group, version, plural) = match self {
            Self::Kept(kind) if kind.is_custom() => (kind.group(), kind.version(), kind.plural()),
            Self::Kept(kind) => (kind.group(), "v1", kind.plural()),
            Self::Other(served) => (served.group(), served.version(), served.plural),
        };
        format!("{group}/{version}, Resource={plural}")
    }
}

fn not_allowed() -> Failure {
    let words = "the server does not allow this method on the requested resource";
    Status::plain(405, Reason::MethodNotAllowed, words.to_owned()).into()
}

/// Whether a word names a resource: its plural, kind or short name, perhaps with version and group.
///
/// Models: apimachinery/pkg/runtime/schema ParseResourceArg (v1.36).
fn is_meant(served: &Served, word: &str) -> bool {
    let (name, rest) = word
        .split_once('.')
        .map_or((word, None), |(name, rest)| (name, Some(rest)));
    let named = name == served.plural || name == served.kind.to_lowercase() || served.short.contains(&name);
    named
        && rest.is_none_or(|rest| {
            let versioned = rest
                .strip_prefix(served.version())
                .and_then(|rest| rest.strip_prefix('.'));
            rest == served.group() || versioned == Some(served.group())
        })
}

/// What the words after a command ask for.
#[derive(Debug)]
pub(crate) enum ResourceArgs {
    /// All objects of these kinds, or those that a selector chooses.
    Kinds(Vec<Resource>),
    /// Objects by name, in the order of the words.
    Names(Vec<(Resource, String)>),
}

impl ResourceArgs {
    /// The kinds, in the order of the words.
    pub(crate) fn resources(&self) -> Vec<Resource> {
        match self {
            Self::Kinds(kinds) => kinds.clone(),
            Self::Names(names) => names.iter().map(|(kind, _)| *kind).collect(),
        }
    }
}

/// What a kind without a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BareKind {
    /// `svc` means all Services.
    All,
    /// `svc` needs a name.
    None,
}

/// Reads `svc,pods`, `svc a b` or `svc/a pod/b`.
///
/// Models: cli-runtime/pkg/resource/builder.go ResourceTypeOrNameArgs (v1.36).
pub(crate) fn read(
    mapper: Mapper<'_>,
    args: &Args,
    words: &[String],
    default: BareKind,
) -> Result<ResourceArgs, Failure> {
    let selected = args.text("selector").is_some() || args.text("field-selector").is_some();
    let default = if args.is("all") { BareKind::All } else { default };
    let asked = read_words(mapper, words, default, selected)?;
    if args.is("all-namespaces") && matches!(asked, ResourceArgs::Names(_)) {
        return Err(Failure::own(
            "a resource cannot be retrieved by name across all namespaces",
        ));
    }
    Ok(asked)
}

/// Reads names for a command whose `--selector` does not select objects.
pub(crate) fn read_names(mapper: Mapper<'_>, words: &[String]) -> Result<ResourceArgs, Failure> {
    read_words(mapper, words, BareKind::None, false)
}

fn read_words(
    mapper: Mapper<'_>,
    words: &[String],
    default: BareKind,
    selected: bool,
) -> Result<ResourceArgs, Failure> {
    if words.iter().any(|word| word.contains('/')) {
        return slashed(mapper, words);
    }
    let Some((types, names)) = words.split_first() else {
        return Ok(ResourceArgs::Kinds(Vec::new()));
    };
    let kinds = kinds(mapper, types)?;
    if names.is_empty() {
        if default == BareKind::None && !selected {
            return Err(Failure::own("resource(s) were provided, but no name was specified"));
        }
        return Ok(ResourceArgs::Kinds(kinds));
    }
    if selected {
        return Err(Failure::own("name cannot be provided when a selector is specified"));
    }
    if types == "all" {
        return Err(Failure::own("you must specify only one resource"));
    }
    if names.iter().any(String::is_empty) {
        return Err(Failure::own("resource name may not be empty"));
    }
    Ok(ResourceArgs::Names(
        kinds
            .iter()
            .flat_map(|kind| names.iter().map(|name| (*kind, name.clone())))
            .collect(),
    ))
}

/// The kinds of `svc,pods`, or of a category such as `all`.
///
/// Models: client-go/restmapper/category_expansion.go Expand (v1.36).
pub(crate) fn kinds(mapper: Mapper<'_>, types: &str) -> Result<Vec<Resource>, Failure> {
    let mut kinds = Vec::new();
    for word in types.split(',') {
        let all = Kind::ALL.into_iter().chain(mapper.custom_kinds());
        let before = kinds.len();
        kinds.extend(all.filter(|kind| kind.is_in(word)).map(Resource::Kept));
        if kinds.len() == before {
            let kind = Resource::of(mapper, word)?;
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
    }
    Ok(kinds)
}

fn slashed(mapper: Mapper<'_>, words: &[String]) -> Result<ResourceArgs, Failure> {
    let mut names = Vec::new();
    for word in words {
        let parts: Vec<&str> = word.split('/').collect();
        let [kind, name] = parts.as_slice() else {
            if parts.len() == 1 {
                return Err(Failure::own(
                    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
                ));
            }
            return Err(Failure::own(
                "arguments in resource/name form may not have more than one slash",
            ));
        };
        let first = kind.split(',').next();
        let several = kind.split(',').any(|other| Some(other) != first);
        if kind.is_empty() || name.is_empty() || several {
            return Err(Failure::own(
                "arguments in resource/name form must have a single resource and name",
            ));
        }
        names.push((Resource::of(mapper, kind)?, (*name).to_owned()));
    }
    Ok(ResourceArgs::Names(names))
}

/// The objects found, and the failures of others.
#[derive(Debug, Default)]
pub(crate) struct FoundObjects {
    pub(crate) objects: Vec<Rc<Object>>,
    pub(crate) failures: Vec<Failure>,
}

pub(crate) fn find(cluster: &Cluster, args: &Args, asked: &ResourceArgs) -> FoundObjects {
    find_to("get", cluster, args, asked)
}

/// The same for a command that asks for named objects with another verb.
pub(crate) fn find_to(verb: &str, cluster: &Cluster, args: &Args, asked: &ResourceArgs) -> FoundObjects {
    let mut found = FoundObjects::default();
    match asked {
        ResourceArgs::Names(names) => {
            for (resource, name) in names {
                let looked_up = lookup_to(verb, cluster, *resource, args.namespace(), name);
                match part_of(looked_up, cluster, args, *resource) {
                    Ok(object) => found.objects.push(object),
                    Err(failure) => found.failures.push(failure),
                }
            }
        }
        ResourceArgs::Kinds(kinds) => {
            for resource in kinds {
                match select(cluster, args, *resource) {
                    Ok(objects) => found.objects.extend(objects),
                    Err(failure) => found.failures.push(failure),
                }
            }
        }
    }
    found
}

/// With `--subresource`, only what serves it is found.
///
/// Models: cli-runtime/pkg/resource/visitor.go Info.Get, with a subresource (v1.36).
fn part_of(
    found: Result<Rc<Object>, Failure>,
    cluster: &Cluster,
    args: &Args,
    resource: Resource,
) -> Result<Rc<Object>, Failure> {
    let Some(part) = args.text("subresource").filter(|part| !part.is_empty()) else {
        return found;
    };
    let is_served = match (resource, part) {
        (Resource::Kept(kind), "status") => cluster.serves_status(kind),
        (Resource::Kept(kind), "scale") => cluster.scale_paths(kind).is_some(),
        _ => false,
    };
    if is_served || resource.namespaced() && is_no_namespace(cluster, args.namespace()) {
        return found;
    }
    let words = "the server could not find the requested resource".to_owned();
    Err(Status::plain(404, Reason::NotFound, words).into())
}

/// Finds an object by its resource, namespace and name.
pub(crate) type Lookup = fn(&Cluster, Resource, &str, &str) -> Result<Rc<Object>, Failure>;

/// As commands that begin with the objects that they are about.
pub(crate) fn lookup(
    cluster: &Cluster,
    resource: Resource,
    namespace: &str,
    name: &str,
) -> Result<Rc<Object>, Failure> {
    lookup_to("get", cluster, resource, namespace, name)
}

/// As commands that ask for an object by its kind and name alone.
pub(crate) fn lookup_alone(
    cluster: &Cluster,
    resource: Resource,
    namespace: &str,
    name: &str,
) -> Result<Rc<Object>, Failure> {
    let found = lookup_to("get", cluster, resource, namespace, name);
    let absent = found.is_err() && matches!(resource, Resource::Kept(kind) if cluster.has_kind(kind));
    if absent { Err(resource.not_found(name)) } else { found }
}

pub(crate) fn lookup_to(
    verb: &str,
    cluster: &Cluster,
    resource: Resource,
    namespace: &str,
    name: &str,
) -> Result<Rc<Object>, Failure> {
    let namespace = if resource.namespaced() { namespace } else { "" };
    let nowhere = || {
        if verb == "get" && is_no_namespace(cluster, namespace) {
            return Status::not_found(Kind::Namespace, namespace).into();
        }
        resource.not_found(name)
    };
    match resource {
        Resource::Kept(kind) if !cluster.has_kind(kind) => Err(Status::not_served(verb, kind, name).into()),
        Resource::Kept(kind) => cluster.find(kind, namespace, name).cloned().ok_or_else(nowhere),
        Resource::Other(_) => Err(nowhere()),
    }
}

/// Whoever gets an object by name and does not find it asks whether there is its namespace.
///
/// Models: cli-runtime/pkg/resource/visitor.go Info.Get (v1.36).
fn is_no_namespace(cluster: &Cluster, namespace: &str) -> bool {
    !matches!(namespace, "" | "default") && cluster.find(Kind::Namespace, "", namespace).is_none()
}

/// The objects of a kind that the selectors choose.
pub(crate) fn select(cluster: &Cluster, args: &Args, resource: Resource) -> Result<Vec<Rc<Object>>, Failure> {
    let kind = match resource {
        Resource::Kept(kind) if !cluster.has_kind(kind) => return Err(not_listed(args, resource, kind)),
        Resource::Kept(kind) => kind,
        Resource::Other(served) if !served.verbs.contains(&"list") => return Err(not_allowed()),
        Resource::Other(_) => return Ok(Vec::new()),
    };
    let selection = ObjectSelection::read(args, resource)?;
    let namespace = if args.is("all-namespaces") {
        None
    } else {
        Some(args.namespace())
    };
    let mut objects = cluster.list(kind, namespace);
    objects.retain(|object| selection.contains(&object.value));
    Ok(objects)
}

/// The answer where kubectl remembers a kind that the cluster no longer serves.
///
/// Models: cli-runtime/pkg/resource/selector.go Selector.Visit (v1.36).
fn not_listed(args: &Args, resource: Resource, kind: Kind) -> Failure {
    let status = Status::not_served("get", kind, "");
    let (labels, fields) = selectors(args);
    let resource = resource.with_version();
    let before = if labels.is_empty() && fields.is_empty() {
        format!("Unable to list \"{resource}\"")
    } else {
        unable_to_find(&resource, labels, fields)
    };
    let message = format!("{before}: {}", status.message);
    Status { message, ..status }.into()
}

fn selectors(args: &Args) -> (&str, &str) {
    (
        args.text("selector").unwrap_or_default(),
        args.text("field-selector").unwrap_or_default(),
    )
}

fn unable_to_find(resource: &str, labels: &str, fields: &str) -> String {
    format!("Unable to find \"{resource}\" that match label selector \"{labels}\", field selector \"{fields}\"")
}

/// `--selector` and `--field-selector`.
pub(crate) struct ObjectSelection {
    labels: Selector,
    fields: FieldSelector,
}

impl ObjectSelection {
    pub(crate) fn read(args: &Args, resource: Resource) -> Result<Self, Failure> {
        let (labels, fields) = selectors(args);
        let bad = |why: String| -> Failure {
            let before = unable_to_find(&resource.with_version(), labels, fields);
            Status::bad_request(format!("{before}: {why}")).into()
        };
        let kind = match resource {
            Resource::Kept(kind) => Some(kind),
            Resource::Other(_) => None,
        };
        Ok(Self {
            labels: Selector::parse(labels).map_err(bad)?,
            fields: FieldSelector::parse(kind, fields).map_err(bad)?,
        })
    }

    pub(crate) fn contains(&self, object: &Value) -> bool {
        self.labels.matches(object) && self.fields.matches(object)
    }
}
