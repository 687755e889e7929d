//! What a panic says and where, instead of an end of the program.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Once;

/// A panic of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// File and line.
    pub place: String,
    /// Its words.
    pub words: String,
}

thread_local! {
    static LAST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

static HOOK: Once = Once::new();

/// Runs something, and returns its panic if it panics.
pub fn caught(run: impl FnOnce()) -> Option<Panic> {
    HOOK.call_once(|| {
        set_hook(Box::new(|info| {
            let place = info
                .location()
                .map_or_else(String::new, |it| format!("{}:{}", it.file(), it.line()));
            let payload = info.payload();
            let words = payload.downcast_ref::<String>().map(String::as_str);
            let words = words
                .or(payload.downcast_ref::<&str>().copied())
                .unwrap_or_default()
                .to_owned();
            LAST.with(|last| *last.borrow_mut() = Some(Panic { place, words }));
        }));
    });
    catch_unwind(AssertUnwindSafe(run))
        .err()
        .map(|_| LAST.with(|last| last.borrow_mut().take()).expect("the hook ran"))
}
