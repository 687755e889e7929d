//! A port of a Service, with the pods to which it sends.

use super::listening::listens_fix;
use super::templates::Template;
use crate::diagnostic::Fix;
use crate::documents::TextObject;
use crate::written::{change, field, scalar, with_first};
use api::view::ServicePort;
use cluster::ListeningPort;
use std::collections::BTreeSet;
use yaml::{Node, Step};

/// A port of a Service of the text, and the pods that the Service selects.
pub struct Sent<'a> {
    pub object: &'a TextObject<'a>,
    pub index: usize,
    pub port: ServicePort<'a>,
    /// With the number to which the Service sends there; those without a port of that name are left out.
    pub pods: Vec<(&'a Template<'a>, i64)>,
}

impl Sent<'_> {
    pub fn steps(&self) -> [Step<'static>; 3] {
        [Step::Name("spec"), Step::Name("ports"), Step::Index(self.index)]
    }

    /// The place of `targetPort`, or of `port` where there is none.
    pub fn place(&self) -> std::ops::Range<usize> {
        let field = |name| -> Vec<Step<'_>> { self.steps().into_iter().chain([Step::Name(name)]).collect() };
        let target = field("targetPort");
        match self.object.node.find(target.iter().copied()) {
            Some(_) => self.object.value_at(&target),
            None => self.object.value_at(&field("port")),
        }
    }

    /// What the pods do listen on.
    pub fn said(&self, protocol: &str) -> String {
        let mut said: Vec<String> = self.pods.iter().map(|(pod, _)| pod.said(protocol)).collect();
        said.truncate(3);
        capitalized(&said.join(", "))
    }

    /// What the pods do listen on, and what that means for `targetPort`.
    pub fn meaning(&self, protocol: &str, is_alone: bool) -> String {
        let said = self.said(protocol);
        if is_alone {
            format!(
                "{said}: a program that listens on 127.0.0.1 is reached from its own pod alone; let it listen on 0.0.0.0."
            )
        } else {
            format!("{said}. targetPort is the port on which the program in the container listens.")
        }
    }

    /// The port on which the pods are reached, if it is the only one of the protocol.
    pub fn only_port(&self) -> Option<String> {
        let protocol = self.port.protocol_word();
        let open = self.pods.iter().flat_map(|(pod, _)| &pod.listening);
        let open = open.filter(|it| it.protocol == protocol && !it.loopback_only);
        let ports: BTreeSet<u16> = open.map(|it| it.port).collect();
        match ports.len() {
            1 => ports.first().map(ToString::to_string),
            _ => None,
        }
    }

    pub fn fixes(&self, text: &str) -> Vec<Fix> {
        let to = self.only_port().and_then(|port| self.to_port(text, &port));
        let said = { self.pods.iter() }.find(|(pod, _)| pod.is_guess);
        let said = said.and_then(|(pod, number)| {
            let known = pod.listening.iter().map(ListeningPort::annotation);
            let ports: Vec<String> = known.chain([number.to_string()]).collect();
            listens_fix(
                (text, pod.object),
                &pod.steps(&[Step::Name("metadata")]),
                &ports.join(","),
            )
        });
        to.into_iter().chain(said).collect()
    }

    /// The change that sends to another port.
    fn to_port(&self, text: &str, port: &str) -> Option<Fix> {
        let written: &Node = self.object.node.find(self.steps())?;
        if field(written, &["targetPort"]).and_then(scalar).is_some() {
            return Some(change(self.place(), port));
        }
        with_first(text, self.object, written, "targetPort", port)
    }
}

pub fn capitalized(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
