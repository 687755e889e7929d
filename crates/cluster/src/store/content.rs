use crate::store::events::EventRecord;
use api::Value;
use std::cell::OnceCell;
use std::fmt;
use std::ops::Deref;

/// The JSON of an object. That of an event which nobody has read yet is not written.
#[derive(Default)]
pub struct Content {
    value: OnceCell<Value>,
    event: Option<Box<EventRecord>>,
}

impl Content {
    /// The event as it was told; `None` if it is another object, or a client wrote it.
    pub(crate) fn event(&self) -> Option<&EventRecord> {
        self.event.as_deref()
    }

    /// The same once more. It is no `Clone`, so that a clone of an object's value is that of its JSON.
    pub(crate) fn copy(&self) -> Self {
        Self {
            value: self.value.clone(),
            event: self.event.clone(),
        }
    }
}

impl From<Value> for Content {
    fn from(value: Value) -> Self {
        Self {
            value: value.into(),
            event: None,
        }
    }
}

impl From<Content> for Value {
    fn from(mut content: Content) -> Self {
        let _ = &*content;
        content.value.take().unwrap_or_default()
    }
}

impl From<EventRecord> for Content {
    fn from(event: EventRecord) -> Self {
        Self {
            value: OnceCell::new(),
            event: Some(Box::new(event)),
        }
    }
}

impl Deref for Content {
    type Target = Value;

    fn deref(&self) -> &Value {
        let written = || self.event().map_or(Value::Null, EventRecord::value);
        self.value.get_or_init(written)
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl PartialEq<Value> for Content {
    fn eq(&self, other: &Value) -> bool {
        **self == *other
    }
}

impl PartialEq<Content> for Value {
    fn eq(&self, other: &Content) -> bool {
        *self == **other
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
