//! The short words at the foot of the page.

use super::AppState;

/// A short word at the foot of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What it says.
    pub text: String,
    /// Whether something went wrong.
    pub bad: bool,
    /// What can be done about it.
    pub offer: Option<ToastOffer>,
}

/// What a toast can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastOffer {
    /// Back to the earlier scenario.
    Earlier,
    /// Take the last act back.
    Undo,
}

impl AppState {
    pub(super) fn say_with(&mut self, text: &str, offer: ToastOffer) {
        self.toast = Some(Toast {
            text: text.to_owned(),
            bad: false,
            offer: Some(offer),
        });
    }

    pub(super) fn say(&mut self, text: String) {
        self.toast = Some(Toast {
            text,
            bad: false,
            offer: None,
        });
    }

    pub(super) fn complain(&mut self, text: String) {
        self.toast = Some(Toast {
            text,
            bad: true,
            offer: None,
        });
    }
}
