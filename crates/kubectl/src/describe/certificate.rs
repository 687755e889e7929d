//! Requests for certificates, with what they ask for.

use super::description::Description;
use super::moment::rfc1123z;
use crate::print::{age, inline};
use api::Cursor;
use cluster::Object;
use std::net::IpAddr;

/// The attributes of a subject that a description lists: the last number of their identifier, and their title.
const LISTED: [(u8, &str); 7] = [
    (10, "Organization"),
    (11, "Organizational Unit"),
    (6, "Country"),
    (7, "Locality"),
    (8, "Province"),
    (9, "StreetAddress"),
    (17, "PostalCode"),
];
const COMMON_NAME: u8 = 3;
const SERIAL_NUMBER: u8 = 5;
/// The identifiers 2.5.4 and 2.5.29.17, and the tags of the names in the latter.
const SUBJECT: [u8; 2] = [0x55, 4];
const ALTERNATIVE_NAMES: [u8; 3] = [0x55, 0x1d, 17];
const ALTERNATIVES: [(u8, &str); 4] = [
    (0x82, "DNS Names"),
    (0x81, "Email Addresses"),
    (0x86, "URIs"),
    (0x87, "IP Addresses"),
];

/// Models: kubectl/pkg/describe describeCertificateSigningRequest (v1.36).
pub(super) fn describe_request(out: &mut Description, request: &Object) {
    let (metadata, spec) = (request.field("metadata"), request.field("spec"));
    out.field(0, "Name", request.name());
    out.field(0, "Labels", inline::labels(metadata.field("labels").value));
    out.field(0, "Annotations", inline::labels(metadata.field("annotations").value));
    let created = metadata.field("creationTimestamp").as_text();
    out.field(0, "CreationTimestamp", rfc1123z(created));
    out.field(0, "Requesting User", spec.field("username").text());
    out.text_field(0, "Signer", spec.field("signerName"));
    if let Some(seconds) = spec.field("expirationSeconds").as_number() {
        out.field(0, "Requested Duration", age::human(seconds));
    }
    out.field(0, "Status", inline::certificate_status(request.field("status")));
    let asked = Asked::of(spec.field("request")).unwrap_or_default();
    let first = |number| asked.subject.iter().rev().find(|(it, _)| *it == number);
    let text = |number| first(number).map_or("", |(_, text)| text.as_str());
    out.line(0, "Subject:");
    out.line(0, format_args!("\tCommon Name:\t{}", text(COMMON_NAME)));
    out.line(0, format_args!("\tSerial Number:\t{}", text(SERIAL_NUMBER)));
    listed(out, &LISTED, &asked.subject);
    if !asked.alternatives.is_empty() {
        out.line(0, "Subject Alternative Names:");
        listed(out, &ALTERNATIVES, &asked.alternatives);
    }
}

fn listed(out: &mut Description, titles: &[(u8, &str)], values: &[(u8, String)]) {
    for (number, title) in titles {
        let texts: Vec<&str> = { values.iter() }
            .filter(|(it, _)| it == number)
            .map(|(_, text)| text.as_str())
            .collect();
        if !texts.is_empty() {
            out.line(0, format_args!("\t{title}:\t{}", texts.join("\n\t\t")));
        }
    }
}

/// What a request asks for, each part by the number of its kind.
#[derive(Default)]
struct Asked {
    subject: Vec<(u8, String)>,
    alternatives: Vec<(u8, String)>,
}

impl Asked {
    /// Reads a PKCS #10 request, as in RFC 2986.
    fn of(request: Cursor<'_>) -> Option<Self> {
        let pem = String::from_utf8(api::base64::decode(request.text()).ok()?).ok()?;
        let (_, content) = api::pem_block(&pem)?;
        let bytes = api::base64::decode(&content).ok()?;
        let request = Parts(&bytes).next()?.1;
        let mut info = Parts(Parts(request).next()?.1);
        let (_version, name, _key) = (info.next()?, info.next()?.1, info.next()?);
        let mut asked = Self::default();
        for attribute in Parts(name).flat_map(|(_, set)| Parts(set)) {
            let mut pair = Parts(attribute.1);
            let (kind, value) = (pair.next()?.1, pair.next()?.1);
            if let [first, second, number] = kind
                && [*first, *second] == SUBJECT
            {
                asked
                    .subject
                    .push((*number, String::from_utf8_lossy(value).into_owned()));
            }
        }
        let extensions = info.next().map_or(&[][..], |(_, attributes)| attributes);
        asked.alternatives = alternatives(extensions).unwrap_or_default();
        Some(asked)
    }
}

/// The alternative names among the attributes of a request.
fn alternatives(attributes: &[u8]) -> Option<Vec<(u8, String)>> {
    let lists = Parts(attributes).filter_map(|(_, attribute)| Parts(attribute).nth(1));
    let extensions = lists.flat_map(|(_, set)| Parts(set)).flat_map(|(_, list)| Parts(list));
    let mut extensions = extensions.map(|(_, extension)| Parts(extension));
    let names = extensions.find_map(|mut it| (it.next()?.1 == ALTERNATIVE_NAMES).then_some(it)?.last())?;
    let names = Parts(Parts(names.1).next()?.1);
    Some(
        names
            .filter_map(|(tag, bytes)| Some((tag, alternative(tag, bytes)?)))
            .collect(),
    )
}

fn alternative(tag: u8, bytes: &[u8]) -> Option<String> {
    if tag != 0x87 {
        return Some(String::from_utf8_lossy(bytes).into_owned());
    }
    let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    let ip = four.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from));
    ip.ok().map(|it| it.to_string())
}

/// The elements of a DER text: each one's tag and content.
struct Parts<'a>(&'a [u8]);

impl<'a> Iterator for Parts<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (tag, rest) = self.0.split_first()?;
        let (length, rest) = rest.split_first()?;
        let (length, rest) = if *length < 0x80 {
            (usize::from(*length), rest)
        } else {
            let (bytes, rest) = rest.split_at_checked(usize::from(*length & 0x7f).min(4))?;
            (bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, content))
    }
}
