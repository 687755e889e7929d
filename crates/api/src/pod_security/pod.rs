//! A pod as the checks read it, and whom they blame.

use crate::at::At;
use crate::pod_security::Objection;
use crate::trail::Trail;

/// A pod, with the lists that checks go through.
pub(super) struct Pod<'a> {
    pub metadata: At<'a>,
    pub spec: At<'a>,
    /// Init containers first, ephemeral containers last.
    pub containers: Vec<At<'a>>,
    /// The minor version whose checks count.
    pub minor: i64,
}

impl<'a> Pod<'a> {
    pub fn new(pod: &At<'a>, minor: i64) -> Self {
        let spec = pod.field("spec");
        let lists = ["initContainers", "containers", "ephemeralContainers"].map(|it| spec.field(it));
        Self {
            metadata: pod.field("metadata"),
            containers: lists.iter().flat_map(At::items).collect(),
            spec,
            minor,
        }
    }

    /// A pod that says it is for Windows, where these settings do not exist.
    pub fn is_for_windows(&self) -> bool {
        self.minor >= 25 && self.spec.field("os").field("name").text() == "windows"
    }

    /// Models: relaxPolicyForUserNamespacePod (v1.36).
    pub fn has_own_users(&self) -> bool {
        let host_users = self.spec.field("hostUsers");
        self.minor >= 35 && host_users.is_set() && !host_users.flag()
    }

    /// Blames the containers in which a check finds something.
    pub fn blame(&self, find: &mut dyn FnMut(&At<'a>) -> Option<At<'a>>) -> Blamed<'a> {
        let mut blamed = Blamed::default();
        for container in &self.containers {
            if let Some(found) = find(container) {
                blamed.containers.push(container.field("name").text());
                blamed.at.get_or_insert(found.path);
            }
        }
        blamed
    }

    /// Blames the pod and the containers in whose security context a check finds something.
    pub fn blame_contexts(&self, find: &mut dyn FnMut(&At<'a>) -> Option<At<'a>>) -> Blamed<'a> {
        let of_pod = find(&self.spec.field("securityContext"));
        let mut blamed = self.blame(&mut |container| find(&container.field("securityContext")));
        if let Some(found) = of_pod {
            blamed.is_pod = true;
            blamed.at = Some(found.path);
        }
        blamed
    }

    /// Blames the containers that leave a field of their security context out, unless what the pod says of it is enough.
    pub fn blame_silent(&self, field: &'static str, is_enough: fn(&At<'a>) -> bool) -> Blamed<'a> {
        if is_enough(&self.spec.field("securityContext").field(field)) {
            return Blamed::default();
        }
        self.blame(&mut |container| {
            let own = container.field("securityContext").field(field);
            (!own.is_set()).then_some(own)
        })
    }
}

/// Whom a check blames.
#[derive(Default)]
pub(super) struct Blamed<'a> {
    pub is_pod: bool,
    pub containers: Vec<&'a str>,
    /// The first field to blame.
    pub at: Option<Trail>,
}

impl Blamed<'_> {
    /// `pod`, `container "a"`, `pod and containers "a", "b"`.
    pub fn names(&self) -> String {
        self.parts().join(" and ")
    }

    pub fn parts(&self) -> Vec<String> {
        let pod = self.is_pod.then(|| "pod".to_owned());
        let containers = (!self.containers.is_empty()).then(|| named("container", &self.containers));
        pod.into_iter().chain(containers).collect()
    }

    /// The objection, if anybody is to blame.
    pub fn objection(&self, reason: &'static str, detail: impl FnOnce(&str) -> String) -> Option<Objection> {
        let at = self.at.clone()?;
        let detail = detail(&self.names());
        Some(Objection { reason, detail, at })
    }
}

/// `container "a"`, `containers "a", "b"`.
pub(super) fn named(title: &str, names: &[&str]) -> String {
    format!("{} {}", plural(title, names.len()), quoted(names))
}

pub(super) fn plural(word: &str, count: usize) -> String {
    if count == 1 {
        word.to_owned()
    } else {
        format!("{word}s")
    }
}

/// Models: joinQuote (v1.36), which escapes nothing.
pub(super) fn quoted(names: &[&str]) -> String {
    format!("\"{}\"", names.join("\", \""))
}
