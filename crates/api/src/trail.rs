use crate::{Path, Segment};
use std::fmt;
use std::rc::Rc;

/// A [`Path`] under construction, for rules that walk an object. Steps are shared with the parent, and text is built
/// only for a finding.
#[derive(Clone, Default)]
pub struct Trail(Option<Rc<Link>>);

struct Link {
    before: Trail,
    step: Step,
}

enum Step {
    Field(&'static str),
    Name(Box<str>),
    Key(Box<str>),
    Index(usize),
}

impl Trail {
    pub fn field(&self, name: &'static str) -> Self {
        self.with(Step::Field(name))
    }

    /// Like `field`, for a name that is known only from the object.
    pub fn named(&self, name: &str) -> Self {
        self.with(Step::Name(name.into()))
    }

    /// The trail without its last step.
    pub fn parent(&self) -> Self {
        self.0.as_ref().map_or_else(Self::default, |link| link.before.clone())
    }

    pub fn key(&self, name: &str) -> Self {
        self.with(Step::Key(name.into()))
    }

    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    fn with(&self, step: Step) -> Self {
        Self(Some(Rc::new(Link {
            before: self.clone(),
            step,
        })))
    }
}

impl From<&Trail> for Path {
    fn from(trail: &Trail) -> Self {
        let mut steps = Vec::new();
        let mut at = trail;
        while let Some(link) = &at.0 {
            steps.push(match &link.step {
                Step::Field(name) => Segment::Field((*name).to_owned()),
                Step::Name(name) => Segment::Field(name.to_string()),
                Step::Key(name) => Segment::Key(name.to_string()),
                Step::Index(index) => Segment::Index(*index),
            });
            at = &link.before;
        }
        steps.reverse();
        steps.into_iter().collect()
    }
}

impl From<Trail> for Path {
    fn from(trail: Trail) -> Self {
        Self::from(&trail)
    }
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Path::from(self).fmt(f)
    }
}
