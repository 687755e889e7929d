//! The components. They get plain data and report what was done through one callback.

mod at_once;
mod divider;
mod embedding;
mod gallery;
mod header;
mod icon;
pub mod inspector;
mod labels;
mod languages;
mod lesson_panel;
mod log;
mod next_line;
mod object_editor;
mod output;
mod overlay;
mod pick;
mod picture;
pub mod playback;
mod problems;
mod qr;
mod select_all;
mod tabs;
mod terminal;
mod texts;
mod toast;
pub mod traffic;
mod twin;
mod unread;

pub use at_once::ManyAtOnce;
pub use divider::DividerHandle;
pub use header::Header;
pub use icon::{Glyph, Icon};
pub use inspector::Inspector;
pub use lesson_panel::LessonPanel;
pub use log::{Log, Shares};
pub use next_line::NextLine;
pub use object_editor::ObjectEditor;
pub use output::Output;
pub use overlay::{Dialog, Overlays};
pub use pick::{Pick, number_options};
pub use playback::Playback;
pub use problems::Problems;
pub use tabs::{Panel, Tabs};
pub use terminal::TerminalPane;
pub use toast::ToastBar;
pub use traffic::TrafficPane;
pub use twin::StageText;
pub use unread::UnreadNotice;

/// As `00:12.480`.
fn time(micros: u64) -> String {
    playground::Micros(micros).to_string()
}
