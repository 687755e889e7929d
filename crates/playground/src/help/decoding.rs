//! What no object can be made of: another type, an unknown field or kind.

use super::Sentence;

const FIELDS: &str =
    "Fields are wanted here, each on a line of its own below, as key: value with a blank behind the colon.";
const TEXT: &str = "A text is wanted here, and YAML reads this as a number: put quotes around it.";
const TRUTH: &str =
    "A text is wanted here. YAML reads yes, no, on, off, true and false as booleans: put quotes around it.";
const WORD: &str = "One of a few words is wanted here: write it as text.";

pub(super) const SENTENCES: &[Sentence] = &[
    (
        &["unknown field"],
        "No such field here: names are exact and case-sensitive, and a cluster refuses what it does not know.",
    ),
    (&["cannot unmarshal bool", "of type string"], TRUTH),
    (&["cannot unmarshal number", "of type string"], TEXT),
    (
        &["cannot unmarshal string", "of type int"],
        "A number is wanted here, without quotes.",
    ),
    (
        &["cannot unmarshal number", "of type int"],
        "A whole number is wanted here, and not too large a one.",
    ),
    (
        &["cannot unmarshal bool", "of type int"],
        "A number is wanted here; YAML reads yes, no, on, off, true and false as booleans.",
    ),
    (
        &["cannot unmarshal", "of type bool"],
        "true or false is wanted here, without quotes.",
    ),
    (
        &["cannot unmarshal", "of type []"],
        "A list is wanted here: each item on a line of its own, after a dash and a blank.",
    ),
    (
        &["cannot unmarshal", "of type map["],
        "Pairs are wanted here: each on a line of its own, as key: value.",
    ),
    (&["cannot unmarshal number", "of type v1.Protocol"], WORD),
    (&["cannot unmarshal number", "of type v1.ServiceType"], WORD),
    (&["cannot unmarshal string", "of type v1."], FIELDS),
    (
        &["cannot unmarshal array"],
        "One value or map is wanted here, not a list: is there a dash too many?",
    ),
    (
        &["cannot unmarshal object"],
        "A single value is wanted here, not fields below it.",
    ),
    (&["cannot unmarshal"], "This value has another type than the field."),
    (
        &["quantities must match"],
        "An amount is a number with a unit: 500m or 0.5 for CPU, 64Mi or 1Gi for memory.",
    ),
    (
        &["unable to parse quantity's suffix"],
        "The unit of this amount is unknown: m for thousandths, Ki, Mi and Gi for memory, with their capital letters.",
    ),
    (&["parsing time"], "A time is written as 2026-01-31T12:00:00Z."),
    (
        &["apiVersion not set", "kind not set"],
        "Each document begins with apiVersion and kind: v1 and Service, apps/v1 and Deployment …",
    ),
    (
        &["apiVersion not set"],
        "Each document begins with apiVersion: v1 for Services and Pods, apps/v1 for Deployments.",
    ),
    (
        &["kind not set"],
        "Each document names its kind: Service, Pod, Deployment …",
    ),
    (
        &["isn't string type"],
        "apiVersion and kind are texts: v1 and Service, apps/v1 and Deployment …",
    ),
    (
        &["unexpected GroupVersion string"],
        "apiVersion is a version, or a group, a slash and a version: v1 for Services and Pods, apps/v1 for Deployments.",
    ),
    (
        &["invalid object to validate"],
        "A document is a map that begins with apiVersion and kind: something else stands here.",
    ),
    (
        &["'Kind' is missing"],
        "Each document names its kind: Service, Pod, Deployment …",
    ),
    (
        &["no kind", "is registered"],
        "Kinds are written with their capital letters: Service, Pod, Deployment …",
    ),
    (
        &["could not find the requested resource"],
        "An empty apiVersion leads nowhere: v1 for Services and Pods, apps/v1 for Deployments.",
    ),
    (
        &["no matches for kind"],
        "A cluster knows no such kind in this apiVersion: v1 has Service and Pod, apps/v1 has Deployment.",
    ),
];
