//! What a cluster's words mean, in a plain sentence.

/// Words a message contains, and the sentence that explains it; the first that fits is taken.
const SENTENCES: &[(&[&str], &str)] = &[
    (
        &["unknown field"],
        "No such field here: names are exact and case-sensitive, and a cluster refuses what it does not know.",
    ),
    (
        &["cannot unmarshal bool", "of type string"],
        "A text is wanted here. YAML reads yes, no, on, off, true and false as booleans: put quotes around it.",
    ),
    (
        &["cannot unmarshal number", "of type string"],
        "A text is wanted here, and YAML reads this as a number: put quotes around it.",
    ),
    (
        &["cannot unmarshal string", "of type int"],
        "A number is wanted here, without quotes.",
    ),
    (
        &["cannot unmarshal number", "of type int"],
        "A whole number is wanted here, and not too large a one.",
    ),
    (
        &["cannot unmarshal", "of type []"],
        "A list is wanted here: each item on a line of its own, after a dash and a blank.",
    ),
    (
        &["cannot unmarshal", "of type map["],
        "Pairs are wanted here: each on a line of its own, as key: value.",
    ),
    (
        &["cannot unmarshal array"],
        "One value is wanted here, not a list: is there a dash too many?",
    ),
    (
        &["cannot unmarshal object"],
        "A single value is wanted here, not fields below it.",
    ),
    (&["cannot unmarshal"], "This value has another type than the field."),
    (
        &["cannot start any token"],
        "A tab or a special character stands where a value begins. YAML is indented with blanks only, and such text needs quotes.",
    ),
    (
        &["mapping values are not allowed"],
        "A second colon stands on this line, or the line is indented deeper than the one it continues.",
    ),
    (
        &["did not find expected key"],
        "A line here is indented otherwise than its neighbours, or lacks its colon and blank.",
    ),
    (
        &["did not find expected"],
        "Something is opened here and not closed, or indented otherwise than its neighbours.",
    ),
    (
        &["could not find expected ':'"],
        "A key has no colon and blank behind it.",
    ),
    (&["unexpected end of stream"], "A quote is opened and never closed."),
    (
        &["apiVersion not set"],
        "Each document begins with apiVersion: v1 for Services and Pods, apps/v1 for Deployments.",
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
    (
        &["valid range", "ports"],
        "Node ports come from 30000 to 32767. Without nodePort a free one is taken.",
    ),
    (&["must be between 1 and 65535"], "Ports are numbers from 1 to 65535."),
    (
        &["provided port is already allocated"],
        "Another Service has this node port. Each node has it only once.",
    ),
    (
        &["provided IP is already allocated"],
        "Another Service has this cluster IP. Without clusterIP a free one is taken.",
    ),
    (
        &["not in the valid range", "IP"],
        "Cluster IPs come from 10.96.0.0/12. Without clusterIP a free one is taken.",
    ),
    (
        &["the provided IP", "not in"],
        "Cluster IPs come from 10.96.0.0/12. Without clusterIP a free one is taken.",
    ),
    (&["already exists"], "An object of this kind and name is there already."),
    (
        &["`selector` does not match template `labels`"],
        "The pods this makes would not be its own: the labels of the template must include those of the selector.",
    ),
    (
        &["field is immutable"],
        "This cannot be changed once the object is made.",
    ),
    (
        &["namespaces", "not found"],
        "No such namespace: make it in a document before this one.",
    ),
    (&["Required value"], "This has to be given."),
    (
        &["Unsupported value"],
        "Only the values named in the message are allowed.",
    ),
    (
        &["Duplicate value"],
        "The same stands above already; each may stand only once.",
    ),
    (
        &["may not be set when"],
        "This field does not go with another one that is set.",
    ),
    (
        &["DNS-1035"],
        "Such a name begins with a small letter and holds small letters, digits and dashes only.",
    ),
    (
        &["RFC 1123"],
        "Such a name holds small letters, digits and dashes only, and begins and ends with a letter or digit.",
    ),
];

/// The sentence for a cluster's message, where we know one.
pub fn of(message: &str) -> Option<&'static str> {
    let fits = |needles: &[&str]| needles.iter().all(|needle| message.contains(needle));
    SENTENCES
        .iter()
        .find(|(needles, _)| fits(needles))
        .map(|(_, sentence)| *sentence)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_type_mismatch_is_explained_by_what_is_wanted() {
        let boolean = "json: cannot unmarshal bool into Go struct field ServiceSpec.spec.selector of type string";
        assert!(of(boolean).is_some_and(|sentence| sentence.contains("quotes")));
        let text = "json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32";
        assert!(of(text).is_some_and(|sentence| sentence.contains("without quotes")));
    }

    #[test]
    fn an_unknown_message_is_not_explained() {
        assert_eq!(of("something else"), None);
    }
}
