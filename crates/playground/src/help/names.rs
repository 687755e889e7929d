//! The forms of names, labels and namespaces.

use super::Sentence;

const KEY: &str = "A key is a name of letters, digits, dashes, underscores and dots, at most 63, alone or behind a domain and a slash: app, example.com/tier.";
const PORT: &str = "The name of a container's port has at most 15 small letters, digits and single dashes, a letter among them: http, metrics-2.";

pub(super) const SENTENCES: &[Sentence] = &[
    (
        &["name or generateName is required"],
        "Each object needs a name: metadata.name.",
    ),
    (
        &["namespaces", "not found"],
        "No such namespace: make it before what is to be in it.",
    ),
    (
        &["not allowed on this type"],
        "Objects of this kind belong to no namespace: leave metadata.namespace out.",
    ),
    (
        &["must not contain dots"],
        "No dots may stand in this name: use dashes.",
    ),
    (
        &["RFC 1123 label"],
        "Such a name holds small letters, digits and dashes only, and begins and ends with a letter or digit.",
    ),
    (
        &["RFC 1123 subdomain", "'_'"],
        "Such a name holds small letters, digits, dashes, underscores and dots only.",
    ),
    (
        &["RFC 1123 subdomain"],
        "Such a name holds small letters, digits, dashes and dots only, and begins and ends with a letter or digit.",
    ),
    (&["name part must"], KEY),
    (&["prefix part"], KEY),
    (&["a valid label key"], KEY),
    (
        &["a valid label must be an empty string"],
        "The value of a label holds letters, digits, dashes, underscores and dots only, and begins and ends with a letter or digit.",
    ),
    (&["must be no more than 15 characters"], PORT),
    (&["must contain only alpha-numeric characters (a-z"], PORT),
    (&["must contain at least one letter (a-z)"], PORT),
    (&["must not contain consecutive hyphens"], PORT),
    (&["must not begin or end with a hyphen"], PORT),
    (
        &["environment variable name must"],
        "The name of an environment variable is not empty and holds no =.",
    ),
    (
        &["must be no more than"],
        "This is longer than Kubernetes allows: shorten it to what the message says.",
    ),
];
