//! `api-resources` and `api-versions`.

use crate::context::CommandContext;
use crate::discovery::Mapper;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, Flags, NO_HEADERS, OUTPUT, SHOW_MANAGED_FIELDS, SORT_BY, Takes, Values};
use crate::print;
use api::{Kind, Served, Value};
use base::Order;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write;

const API_GROUP: Flag = Flag::new(
    "api-group",
    Takes::Text,
    "Only resources of this group; the core group where empty.",
);
const CACHED: Flag = Flag::new(
    "cached",
    Takes::Bool,
    "Print what kubectl remembers, without asking the cluster.",
);
const CATEGORIES: Flag = Flag::new("categories", Takes::List, "Only resources of these sets, such as all.");
const NAMESPACED: Flag = Flag::new(
    "namespaced",
    Takes::Bool,
    "Only resources whose objects live in namespaces; false: only the others.",
)
.default("true");
const VERBS: Flag = Flag::new(
    "verbs",
    Takes::List,
    "Only resources that can all of this be done with, such as list,watch.",
)
.values(Values::Words(&[
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
]));

pub(crate) const RESOURCES: Flags = &[&[
    OUTPUT.values(Values::Words(&["json", "kyaml", "name", "wide", "yaml"])),
    API_GROUP,
    CACHED,
    CATEGORIES,
    NAMESPACED,
    NO_HEADERS,
    SHOW_MANAGED_FIELDS,
    SORT_BY,
    VERBS,
]];

/// A served version beside the preferred one.
const OLDER: &str = "autoscaling/v1";

fn refuse_words(args: &Args, command: &str) -> Result<(), Failure> {
    if args.words.is_empty() {
        return Ok(());
    }
    let words = format!("unexpected arguments: [{}]", args.words.join(" "));
    Err(Failure::usage(&words, command))
}

/// Models: kubectl/pkg/cmd/apiresources/apiversions.go RunAPIVersions (v1.36).
pub(crate) fn versions(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    refuse_words(args, "kubectl api-versions").map_err(|failure| vec![failure])?;
    run.around.discovery.borrow_mut().ask_groups(run.cluster);
    let served = api::served().iter().map(|it| it.api_version);
    let of_kind = |kind: Kind| {
        let versions = run.cluster.custom_versions(kind).into_iter();
        versions.map(move |it| format!("{}/{it}", kind.group()))
    };
    let custom: Vec<String> = run.cluster.custom_kinds().flat_map(of_kind).collect();
    let custom = custom.iter().map(String::as_str);
    let versions: BTreeSet<&str> = served.chain([OLDER]).chain(custom).collect();
    for version in versions {
        let _ = writeln!(run.output.stdout, "{version}");
    }
    Ok(())
}

/// Models: kubectl/pkg/cmd/apiresources/apiresources.go RunAPIResources (v1.36).
pub(crate) fn resources(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    if !args.is("cached") {
        run.around.discovery.borrow_mut().ask(run.cluster);
    }
    let text = list(run.mapper(), args).map_err(|failure| vec![failure])?;
    run.output.stdout.push_str(&text);
    Ok(())
}

fn list(mapper: Mapper<'_>, args: &Args) -> Result<String, Failure> {
    refuse_words(args, "kubectl api-resources")?;
    let output = args.text("output").unwrap_or_default();
    match output {
        "" | "wide" | "name" | "json" | "yaml" | "kyaml" => {}
        other => {
            return Err(Failure::own(format!(
                "unable to match a printer suitable for the output format {}, allowed formats are: json,kyaml,name,wide,yaml",
                api::go::quote(other)
            )));
        }
    }
    let custom = mapper.custom_kinds().into_iter().filter_map(|kind| match kind {
        Kind::Custom(served) => Some(served),
        _ => None,
    });
    let all = api::served().iter().chain(custom);
    let mut found: Vec<&Served> = all.filter(|served| is_asked(args, served)).collect();
    match args.text("sort-by").unwrap_or_default() {
        "" => {}
        "name" => found.order_by_key(|served| served.plural),
        "kind" => found.order_by_key(|served| served.kind),
        _ => return Err(Failure::own("--sort-by accepts only name or kind")),
    }
    match output {
        "json" => return Ok(print::struct_json("APIResourceList", &resource_list(&found))),
        "yaml" => return Ok(print::yaml(&resource_list(&found))),
        "kyaml" => return Ok(print::kyaml(&resource_list(&found))),
        _ => {}
    }
    if output == "name" {
        return Ok(found.iter().map(|served| served.qualified() + "\n").collect());
    }
    let wide = output == "wide";
    let mut rows = Vec::new();
    if !args.is("no-headers") {
        let headers = [
            "NAME",
            "SHORTNAMES",
            "APIVERSION",
            "NAMESPACED",
            "KIND",
            "VERBS",
            "CATEGORIES",
        ];
        let shown = headers.iter().take(if wide { 7 } else { 5 });
        rows.push(shown.map(|header| (*header).to_owned()).collect());
    }
    rows.extend(found.into_iter().map(|served| row(served, wide)));
    Ok(print::lay_out(&rows))
}

/// Models: apimachinery/pkg/apis/meta/v1/types.go APIResourceList (v1.36).
fn resource_list(found: &[&Served]) -> Value {
    let resources = match found {
        [] => Value::Null,
        found => found.iter().map(|served| resource(served)).collect(),
    };
    json!({"apiVersion": "v1", "groupVersion": "", "kind": "APIResourceList", "resources": resources})
}

fn resource(served: &Served) -> Value {
    let mut resource = json!({
        "kind": served.kind, "name": served.plural, "namespaced": served.namespaced,
        "singularName": served.singular, "verbs": served.verbs, "version": served.version(),
    });
    let lists = [("shortNames", &served.short), ("categories", &served.categories)];
    for (name, words) in lists.into_iter().filter(|(_, words)| !words.is_empty()) {
        resource[name] = json!(words);
    }
    if !served.group().is_empty() {
        resource["group"] = served.group().into();
    }
    if is_stored(served) {
        resource["storageVersionHash"] = storage_version_hash(served).into();
    }
    resource
}

fn is_stored(served: &Served) -> bool {
    served.verbs.contains(&"list") && served.verbs.contains(&"create")
}

/// Models: apiserver/pkg/endpoints/discovery/storageversionhash.go StorageVersionHash (v1.36).
fn storage_version_hash(served: &Served) -> String {
    // Events of both groups are kept as those of the core group.
    let group = Some(served.group())
        .filter(|_| served.kind != "Event")
        .unwrap_or_default();
    let of = format!("{group}/{}/{}", served.version(), served.kind);
    let hash = base::sha256(of.as_bytes());
    api::base64::encode(hash.get(..8).unwrap_or_default())
}

fn is_asked(args: &Args, served: &Served) -> bool {
    let all = |flag: &str, known: &[&str]| {
        let mut asked = args.all(flag).iter().flat_map(|list| list.split(','));
        asked.all(|word| known.contains(&word))
    };
    all("verbs", &served.verbs)
        && all("categories", &served.categories)
        && args.text("api-group").is_none_or(|group| group == served.group())
        && (args.text("namespaced").is_none() || args.is("namespaced") == served.namespaced)
}

fn row(served: &Served, wide: bool) -> Vec<String> {
    let mut row = vec![
        served.plural.to_owned(),
        served.short.join(","),
        served.api_version.to_owned(),
        served.namespaced.to_string(),
        served.kind.to_owned(),
    ];
    if wide {
        row.extend([served.verbs.join(","), served.categories.join(",")]);
    }
    row
}
