//! Flags: their type, and those that several commands share.

/// How a flag takes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// `--flag`, `--flag=false`.
    Bool,
    /// `--flag=value`, `--flag value`.
    Text,
    /// Text, several times.
    List,
    /// The value of `--flag` alone; another one needs `--flag=value`.
    Optional(&'static str),
    /// A whole number of 32 bits.
    Number,
    /// A whole number of 64 bits.
    Long,
    /// A duration such as `30s`.
    Duration,
}

/// What the parser, the help pages and completion know about a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flag {
    pub(crate) name: &'static str,
    pub(crate) short: Option<char>,
    pub(crate) takes: Takes,
    /// Printed on help pages, if the type's empty value is not the default.
    pub(crate) default: &'static str,
    pub(crate) help: &'static str,
    pub(crate) values: Values,
}

/// What completion offers as the value of a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    None,
    Words(&'static [&'static str]),
    Namespaces,
    /// The files that `-f` can name.
    Files,
    /// `key=value` labels of the objects on the line.
    Labels,
    /// Containers of the pod on the line.
    Containers,
    /// `KIND/NAME`.
    Objects,
}

/// The flags of a command, in groups that commands share.
pub(crate) type Flags = &'static [&'static [Flag]];

impl Flag {
    pub(crate) const fn new(name: &'static str, takes: Takes, help: &'static str) -> Self {
        Self {
            name,
            short: None,
            takes,
            default: "",
            help,
            values: Values::None,
        }
    }

    pub(crate) const fn short(self, letter: char) -> Self {
        Self {
            short: Some(letter),
            ..self
        }
    }

    pub(crate) const fn takes(self, takes: Takes) -> Self {
        Self { takes, ..self }
    }

    pub(crate) const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    pub(crate) const fn values(self, values: Values) -> Self {
        Self { values, ..self }
    }
}

pub(crate) const ALL: Flag = Flag::new(
    "all",
    Takes::Bool,
    "Choose all resources of the kinds named, in the namespace.",
);
pub(crate) const ALL_NAMESPACES: Flag = Flag::new(
    "all-namespaces",
    Takes::Bool,
    "Look into all namespaces, whatever --namespace says.",
)
.short('A');
pub(crate) const ALLOW_MISSING_TEMPLATE_KEYS: Flag = Flag::new(
    "allow-missing-template-keys",
    Takes::Bool,
    "Print nothing for a field that a template names and an object lacks, instead of failing.",
)
.default("true");
pub(crate) const CASCADE: Flag = Flag::new(
    "cascade",
    Takes::Optional("background"),
    "What becomes of what a deleted resource owns: background, foreground (deleted too) or orphan (kept).",
)
.default("'background'")
.values(Values::Words(&["background", "foreground", "orphan"]));
pub(crate) const CHUNK_SIZE: Flag = Flag::new(
    "chunk-size",
    Takes::Number,
    "How many objects are read at a time; nothing to be seen here.",
)
.default("500");
pub(crate) const CONTAINER: Flag = Flag::new(
    "container",
    Takes::Text,
    "The container's name; the first where none is given.",
)
.short('c')
.values(Values::Containers);
pub(crate) const DRY_RUN: Flag = Flag::new(
    "dry-run",
    Takes::Optional("unchanged"),
    "Change nothing: client prints what would be sent, server what the server would answer.",
)
.default("'none'")
.values(Values::Words(&["client", "none", "server"]));
pub(crate) const ENV: Flag = Flag::new("env", Takes::List, "Environment variables: NAME=value.");
pub(crate) const FIELD_MANAGER: Flag =
    Flag::new("field-manager", Takes::Text, "Who is noted as manager of the fields.");
pub(crate) const FIELD_SELECTOR: Flag = Flag::new(
    "field-selector",
    Takes::Text,
    "Choose by fields, such as status.phase=Running; which fields depends on the kind.",
)
.values(Values::Words(&[
    "metadata.name=",
    "metadata.namespace=",
    "spec.nodeName=",
    "status.phase=",
]));
pub(crate) const FILENAME: Flag = Flag::new(
    "filename",
    Takes::List,
    "A file, or the directory of files, that names the resources: the editor's files, or - for standard input.",
)
.short('f')
.values(Values::Files);
pub(crate) const FOR: Flag = Flag::new(
    "for",
    Takes::List,
    "What is asked for; wait: create, delete, condition=NAME[=VALUE] or jsonpath='{PATH}'[=VALUE]; events: TYPE/NAME.",
);
pub(crate) const FORCE: Flag = Flag::new(
    "force",
    Takes::Bool,
    "Do not wait for a graceful end; replace: delete and create anew.",
);
pub(crate) const FORCE_CONFLICTS: Flag = Flag::new(
    "force-conflicts",
    Takes::Bool,
    "Take over fields that somebody else manages.",
);
pub(crate) const GRACE_PERIOD: Flag =
    Flag::new("grace-period", Takes::Number, "How many seconds a pod has to end.").default("-1");
pub(crate) const IGNORE_NOT_FOUND: Flag = Flag::new(
    "ignore-not-found",
    Takes::Bool,
    "Print nothing for what is not there, instead of failing.",
);
pub(crate) const IMAGE: Flag = Flag::new("image", Takes::List, "The image of the container.");
pub(crate) const KUSTOMIZE: Flag =
    Flag::new("kustomize", Takes::Text, "A kustomization directory (not simulated).").short('k');
pub(crate) const LABELS: Flag = Flag::new(
    "labels",
    Takes::Text,
    "Labels of what is made, in pairs such as app=web,tier=front.",
);
pub(crate) const LIST: Flag = Flag::new("list", Takes::Bool, "Print what there is; auth: all that one may do.");
pub(crate) const LOCAL: Flag = Flag::new("local", Takes::Bool, "Change what is given, without the server.");
pub(crate) const NAMESPACE: Flag = Flag::new("namespace", Takes::Text, "The namespace; default where none is given.")
    .short('n')
    .values(Values::Namespaces);
pub(crate) const NO_HEADERS: Flag = Flag::new("no-headers", Takes::Bool, "Print no column titles.");
pub(crate) const OUTPUT: Flag = Flag::new("output", Takes::Text, "The format to print in; see kubectl get.")
    .short('o')
    .values(Values::Words(&["go-template=", "json", "jsonpath=", "name", "yaml"]));
pub(crate) const OVERRIDES: Flag = Flag::new("overrides", Takes::Text, "JSON that is merged into what is made.");
pub(crate) const OVERRIDE_TYPE: Flag = Flag::new(
    "override-type",
    Takes::Text,
    "How --overrides changes what is made: json, merge or strategic.",
)
.default("'merge'")
.values(Values::Words(&["json", "merge", "strategic"]));
pub(crate) const OVERWRITE: Flag = Flag::new(
    "overwrite",
    Takes::Bool,
    "Let values be replaced that are there already.",
);
pub(crate) const POD_RUNNING_TIMEOUT: Flag = Flag::new(
    "pod-running-timeout",
    Takes::Duration,
    "How long to wait for a pod that runs: 20s for logs, 1m for exec.",
);
pub(crate) const PORT: Flag = Flag::new(
    "port",
    Takes::Number,
    "The port: of the Service, or that the container is said to listen on.",
);
pub(crate) const PREFIX: Flag = Flag::new(
    "prefix",
    Takes::Bool,
    "logs: print before each line where it comes from; set env: what the names of the variables begin with.",
);
pub(crate) const PRUNE: Flag = Flag::new(
    "prune",
    Takes::Bool,
    "Delete what was applied before and is no longer named.",
);
pub(crate) const PRUNE_ALLOWLIST: Flag = Flag::new(
    "prune-allowlist",
    Takes::List,
    "Which kinds --prune deletes: GROUP/VERSION/KIND, such as core/v1/Service.",
);
pub(crate) const QUIET: Flag = Flag::new("quiet", Takes::Bool, "Print only what is asked for.").short('q');
pub(crate) const RAW: Flag = Flag::new("raw", Takes::Text, "The path of the API server to ask.");
pub(crate) const RECORD: Flag = Flag::new(
    "record",
    Takes::Bool,
    "Note the command line in an annotation; deprecated.",
);
pub(crate) const RECURSIVE: Flag = Flag::new(
    "recursive",
    Takes::Bool,
    "Look into directories below, too; explain: list the fields of fields.",
)
.short('R');
pub(crate) const REPLICAS: Flag = Flag::new("replicas", Takes::Number, "How many pods.");
pub(crate) const RESOURCE_VERSION: Flag = Flag::new(
    "resource-version",
    Takes::Text,
    "Change only where this is the version.",
);
pub(crate) const SAVE_CONFIG: Flag = Flag::new(
    "save-config",
    Takes::Bool,
    "Keep what is sent in an annotation, for a later apply.",
);
pub(crate) const SELECTOR: Flag = Flag::new("selector", Takes::Text, "Choose by labels, such as app=web,tier!=front or 'app in (web, api)'; expose and set: the selector of the Service.").short('l').values(Values::Labels);
pub(crate) const SERVER_SIDE: Flag = Flag::new("server-side", Takes::Bool, "Let the server merge what is applied.");
pub(crate) const SHOW_MANAGED_FIELDS: Flag = Flag::new(
    "show-managed-fields",
    Takes::Bool,
    "Keep metadata.managedFields in JSON and YAML.",
);
pub(crate) const SORT_BY: Flag = Flag::new(
    "sort-by",
    Takes::Text,
    "Order by a field, such as .metadata.creationTimestamp.",
)
.values(Values::Words(&[
    ".metadata.creationTimestamp",
    ".metadata.name",
    ".metadata.namespace",
]));
pub(crate) const STDIN: Flag = Flag::new("stdin", Takes::Bool, "Pass standard input on.").short('i');
pub(crate) const SUBRESOURCE: Flag = Flag::new(
    "subresource",
    Takes::Text,
    "Work on a part of the resource, such as status or scale.",
)
.values(Values::Words(&["scale", "status"]));
pub(crate) const TEMPLATE: Flag = Flag::new("template", Takes::Text, "The template for -o go-template.");
pub(crate) const TIMEOUT: Flag = Flag::new(
    "timeout",
    Takes::Duration,
    "How long to wait before giving up; wait: 30s where not given, 0 looks once.",
);
pub(crate) const TTY: Flag = Flag::new("tty", Takes::Bool, "Give the program a terminal.").short('t');
pub(crate) const TYPE: Flag = Flag::new(
    "type",
    Takes::Text,
    "The kind of patch: strategic, merge or json; expose: the type of Service.",
);
pub(crate) const USER: Flag = Flag::new(
    "user",
    Takes::Text,
    "The user of the kubeconfig to use, there is one here; set subject: a user to bind to the role.",
);
pub(crate) const VALIDATE: Flag = Flag::new(
    "validate",
    Takes::Optional("strict"),
    "What to do about unknown fields: strict (refuse), warn or ignore.",
)
.default("'strict'")
.values(Values::Words(&["ignore", "strict", "warn"]));
pub(crate) const WAIT: Flag = Flag::new("wait", Takes::Bool, "Wait until it is done.");
pub(crate) const WATCH: Flag = Flag::new("watch", Takes::Bool, "Go on printing what changes.").short('w');
pub(crate) const WINDOWS_LINE_ENDINGS: Flag = Flag::new(
    "windows-line-endings",
    Takes::Bool,
    "Which line ends the editor is given; nothing to be seen here.",
);

/// Flags of commands that read manifests.
pub(crate) const FILES: &[Flag] = &[FILENAME, KUSTOMIZE, RECURSIVE];
/// Flags of commands that print objects.
pub(crate) const PRINT: &[Flag] = &[OUTPUT, TEMPLATE, ALLOW_MISSING_TEMPLATE_KEYS, SHOW_MANAGED_FIELDS];
/// Flags of all commands.
pub(crate) const GLOBAL: &[Flag] = &[
    NAMESPACE,
    Flag::new(
        "context",
        Takes::Text,
        "The context of the kubeconfig to use; there is one here.",
    ),
    Flag::new(
        "cluster",
        Takes::Text,
        "The cluster of the kubeconfig to use; there is one here.",
    ),
    USER,
    Flag::new(
        "kubeconfig",
        Takes::Text,
        "The kubeconfig file to use; there is one here.",
    ),
    Flag::new(
        "request-timeout",
        Takes::Text,
        "How long to wait for the server; it answers at once here.",
    )
    .default("0"),
    Flag::new("warnings-as-errors", Takes::Bool, "Fail where the server warns."),
    Flag::new(
        "v",
        Takes::Text,
        "How much kubectl tells of what it does; nothing to be seen here.",
    )
    .short('v'),
    Flag::new("help", Takes::Bool, "").short('h'),
];
