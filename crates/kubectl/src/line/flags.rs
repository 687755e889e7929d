//! The flags that commands share.

/// How a flag takes its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// `--flag`, `--flag=false`.
    Bool,
    /// `--flag=value`, `--flag value`.
    Text,
    /// As text, several times.
    List,
    /// `--flag` alone stands for this value; another only as `--flag=value`.
    Optional(&'static str),
    /// As text, a whole number of 32 bits.
    Number,
    /// As text, a whole number of 64 bits.
    Long,
    /// As text, a span of time such as `30s`.
    Duration,
}

/// A flag: its name, its letter if it has one, how it takes its value.
pub(crate) type Flag = (&'static str, Option<char>, Takes);

/// The flags that all commands take.
pub(crate) const GLOBAL: &[Flag] = &[
    ("namespace", Some('n'), Takes::Text),
    ("context", None, Takes::Text),
    ("cluster", None, Takes::Text),
    ("user", None, Takes::Text),
    ("kubeconfig", None, Takes::Text),
    ("request-timeout", None, Takes::Text),
    ("warnings-as-errors", None, Takes::Bool),
    ("v", Some('v'), Takes::Text),
    ("help", Some('h'), Takes::Bool),
];

/// The flags of output.
pub(crate) const OUTPUT: Flag = ("output", Some('o'), Takes::Text);
/// The flag of rehearsal.
pub(crate) const DRY_RUN: Flag = ("dry-run", None, Takes::Optional("unchanged"));
/// The flag that selects by labels.
pub(crate) const SELECTOR: Flag = ("selector", Some('l'), Takes::Text);
/// The flag that selects by fields.
pub(crate) const FIELD_SELECTOR: Flag = ("field-selector", None, Takes::Text);
/// The flag that selects all.
pub(crate) const ALL: Flag = ("all", None, Takes::Bool);
/// The flag that names files.
pub(crate) const FILENAME: Flag = ("filename", Some('f'), Takes::List);
/// The flag that looks into all namespaces.
pub(crate) const ALL_NAMESPACES: Flag = ("all-namespaces", Some('A'), Takes::Bool);
/// The flag that looks into directories below.
pub(crate) const RECURSIVE: Flag = ("recursive", Some('R'), Takes::Bool);
/// The flag that keeps managedFields.
pub(crate) const SHOW_MANAGED_FIELDS: Flag = ("show-managed-fields", None, Takes::Bool);
/// The flag of `-o go-template`.
pub(crate) const TEMPLATE: Flag = ("template", None, Takes::Text);
/// The flag that lets templates name what is missing.
pub(crate) const ALLOW_MISSING_TEMPLATE_KEYS: Flag = ("allow-missing-template-keys", None, Takes::Bool);
/// The flag that names a kustomization.
pub(crate) const KUSTOMIZE: Flag = ("kustomize", Some('k'), Takes::Text);
/// The flag that names who changes fields.
pub(crate) const FIELD_MANAGER: Flag = ("field-manager", None, Takes::Text);
/// The flag that leaves column titles out.
pub(crate) const NO_HEADERS: Flag = ("no-headers", None, Takes::Bool);
/// The flag that says how long to wait.
pub(crate) const TIMEOUT: Flag = ("timeout", None, Takes::Duration);
/// The flag that names a part of the resource.
pub(crate) const SUBRESOURCE: Flag = ("subresource", None, Takes::Text);
/// The flag that lets values be replaced.
pub(crate) const OVERWRITE: Flag = ("overwrite", None, Takes::Bool);
/// The flag that asks no server.
pub(crate) const LOCAL: Flag = ("local", None, Takes::Bool);
/// The flag that says how many are read at a time.
pub(crate) const CHUNK_SIZE: Flag = ("chunk-size", None, Takes::Number);
/// The flag that goes on as things change.
pub(crate) const WATCH: Flag = ("watch", Some('w'), Takes::Bool);
/// The flag that notes what is sent.
pub(crate) const SAVE_CONFIG: Flag = ("save-config", None, Takes::Bool);
/// The flag that names the version to change.
pub(crate) const RESOURCE_VERSION: Flag = ("resource-version", None, Takes::Text);
/// The flag that names a path of the server.
pub(crate) const RAW: Flag = ("raw", None, Takes::Text);
/// The flag that prints less.
pub(crate) const QUIET: Flag = ("quiet", Some('q'), Takes::Bool);
/// The flag that only lists.
pub(crate) const LIST: Flag = ("list", None, Takes::Bool);
/// The flag that says how long a pod has to end.
pub(crate) const GRACE_PERIOD: Flag = ("grace-period", None, Takes::Number);
/// The flag that does not wait, or makes anew.
pub(crate) const FORCE: Flag = ("force", None, Takes::Bool);
/// The flag that notes the command line as the cause of a change.
pub(crate) const RECORD: Flag = ("record", None, Takes::Bool);
