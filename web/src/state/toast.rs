//! Short notices at the foot of the page.

use super::AppState;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    pub text: String,
    /// Whether it reports an error.
    pub bad: bool,
    pub offer: Option<ToastOffer>,
}

/// The button of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastOffer {
    Earlier,
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
