//! `set`: changes one field of a resource.

mod env;
mod selector;
mod subject;
mod targets;
mod template;
mod variables;

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    ALL, DRY_RUN, ENV, FIELD_MANAGER, FILES, Flag, Flags, LIST, LOCAL, OVERWRITE, PREFIX, PRINT, RECORD,
    RESOURCE_VERSION, SELECTOR, Takes, USER, Values,
};
use crate::targets::one;

const CONTAINERS: Flag = Flag::new(
    "containers",
    Takes::Text,
    "The containers to change, by name or pattern.",
)
.short('c')
.default("'*'")
.values(Values::Containers);
const FROM: Flag = Flag::new(
    "from",
    Takes::Text,
    "The ConfigMap or Secret whose keys become variables: configmap/NAME or secret/NAME.",
);
const RESOLVE: Flag = Flag::new("resolve", Takes::Bool, "Print with --list what references come to.");
const KEYS: Flag = Flag::new("keys", Takes::List, "Which keys of --from become variables.");
const LIMITS: Flag = Flag::new(
    "limits",
    Takes::Text,
    "The most a container may use: cpu=200m,memory=512Mi.",
);
const REQUESTS: Flag = Flag::new(
    "requests",
    Takes::Text,
    "What a container is given at least: cpu=100m,memory=256Mi.",
);
const GROUP: Flag = Flag::new("group", Takes::List, "A group to bind to the role.");
const SERVICEACCOUNT: Flag = Flag::new(
    "serviceaccount",
    Takes::List,
    "A service account to bind to the role: NAMESPACE:NAME.",
);

/// The flags of all subcommands.
const EACH: &[Flag] = &[ALL, LOCAL, DRY_RUN, FIELD_MANAGER];
const ENV_ONLY: &[Flag] = &[
    ENV.short('e'),
    FROM,
    KEYS,
    PREFIX.takes(Takes::Text),
    LIST,
    RESOLVE,
    OVERWRITE.default("true"),
];

/// Flags in front of a subcommand, when it is not known yet.
pub(crate) const FLAGS: Flags = &[
    EACH,
    ENV_ONLY,
    &[
        RECORD,
        SELECTOR,
        RESOURCE_VERSION,
        CONTAINERS,
        LIMITS,
        REQUESTS,
        USER.takes(Takes::List),
        GROUP,
        SERVICEACCOUNT,
    ],
    FILES,
    PRINT,
];
pub(crate) const ENV_FLAGS: Flags = &[EACH, &[SELECTOR, CONTAINERS], ENV_ONLY, FILES, PRINT];
pub(crate) const IMAGE_FLAGS: Flags = &[EACH, &[RECORD, SELECTOR], FILES, PRINT];
pub(crate) const RESOURCES_FLAGS: Flags = &[EACH, &[RECORD, SELECTOR, CONTAINERS, LIMITS, REQUESTS], FILES, PRINT];
pub(crate) const SELECTOR_FLAGS: Flags = &[EACH, &[RECORD, RESOURCE_VERSION], FILES, PRINT];
pub(crate) const SERVICE_ACCOUNT_FLAGS: Flags = &[EACH, &[RECORD], FILES, PRINT];
pub(crate) const SUBJECT_FLAGS: Flags = &[
    EACH,
    &[SELECTOR, USER.takes(Takes::List), GROUP, SERVICEACCOUNT],
    FILES,
    PRINT,
];

/// Models: kubectl/pkg/cmd/set (v1.36).
pub(crate) fn set(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let (what, words) = args.words.split_first().unzip();
    let words = words.unwrap_or_default();
    match what.map_or("", String::as_str) {
        "image" => template::image(run, args, words),
        "resources" => template::resources(run, args, words),
        "serviceaccount" | "sa" => template::service_account(run, args, words),
        "env" => env::env(run, args, words),
        "selector" => selector::selector(run, args, words),
        "subject" => subject::subject(run, args, words),
        _ => Err(one(Failure::unknown_subcommand("kubectl set", &args.words))),
    }
}
