//! What can happen, and what is then left to do outside.

use super::{Divider, Layout, Overlay, Pane};
use crate::scenarios::Lesson;
use crate::selection::Selection;
use crate::stage::{MapAction, Zoom};
use crate::theme::Theme;
use playground::{Client, Fix, FlowSpec, Micros, ObjectKey, Proxy, Scenario, TimedAct, Traffic, Workload};
use std::rc::Rc;

/// All that can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The text was changed by hand.
    Edit(String),
    /// A diagnostic's fix was taken.
    ApplyFix(Fix),
    /// Show this place of the text, in bytes.
    Reveal(usize),
    /// A scenario of the menu was chosen.
    Choose(&'static Lesson),
    /// Back to what was worked on before.
    Earlier,
    /// The fragment of the address is now this.
    OpenLink(String),
    /// All is played anew with another seed.
    Reseed,

    /// Play or pause.
    TogglePlay,
    /// To the next event.
    Step,
    /// To the event before.
    StepBack,
    /// To a moment.
    Seek(Micros),
    /// The scrubber was taken hold of.
    ScrubStart,
    /// The scrubber was let go.
    ScrubEnd,
    /// How fast to play, in percent.
    Speed(u32),
    /// To the next change of the cluster or failure.
    NextMark,
    /// To the change or failure before.
    MarkBefore,
    /// To the beginning.
    Start,
    /// To the latest moment there was.
    End,
    /// What can be read changed because time passed.
    Moved,

    /// A tab was chosen.
    Show(Pane),
    /// A Service was chosen to be described.
    Describe(ObjectKey),
    /// Something was selected, or nothing.
    Select(Option<Selection>),
    /// The pointer is on something, or on nothing.
    Point(Option<Selection>),
    /// The editor's cursor was moved there, in bytes of the text, or left.
    Cursor(Option<usize>),

    /// Delete this pod.
    Delete(ObjectKey),
    /// Make this pod ready, or not.
    SetReady(ObjectKey, bool),
    /// Let this client ask a Service again and again: the one it asks, or else the one that is described.
    SendFrom(Client),
    /// Let it send so many requests at once.
    Send(Client, u32),
    /// Let a flow send so many requests at once beside what is on the stage, and count what becomes of them.
    SendAtOnce(FlowSpec, u64),
    /// Make this pod slow to answer, or as quick as it was.
    Slow(ObjectKey),
    /// Write a label of this pod anew: its key, none for a new one, and what is written, nothing to take it off.
    Label(ObjectKey, Option<String>, String),
    /// Let this keep so many pods running.
    Scale(Workload, i64),
    /// What a key or a control on the map asks for.
    Map(Selection, MapAction),
    /// Let the cluster have so many nodes.
    Nodes(usize),
    /// Let kube-proxy work so on every node.
    Proxy(Proxy),
    /// Take the last act back.
    UndoAct,
    /// Take this act back.
    TakeBack(TimedAct),
    /// Run what was typed or pasted into the terminal: one command or several.
    Run(String),
    /// What was typed is given up.
    Abandon(String),
    /// Empty the terminal.
    ClearTerminal,
    /// Who asks whom.
    SetTraffic(Traffic),

    /// Show more or less of the map.
    Zoom(Zoom),
    /// The map's zoom is so many percent.
    Zoomed(u32),
    /// A border was moved to so many percent.
    Divide(Divider, f64),
    /// The other theme.
    ToggleTheme,
    /// What the system prefers changed.
    SystemTheme(Theme),
    /// The reader wants less motion, or not.
    Reduced(bool),
    /// The page became narrow, or wide.
    Narrow(bool),
    /// Open this.
    Open(Overlay),
    /// How to embed.
    OpenEmbed,
    /// Close what lies over the page.
    Close,
    /// Copy the link.
    CopyLink,
    /// Copy what the embed dialog shows.
    CopySnippet(String),
    /// Copy a command or what it printed.
    CopyText(String),
    /// Copying this worked, or not.
    Copied(Copying, bool),
    /// The toast was read.
    DismissToast,
    /// Typing rests: keep the draft.
    KeepNow,
    /// The page may never be seen again.
    Leaving,
}

/// What is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copying {
    /// The link; its fragment.
    Link(String),
    /// The iframe.
    Snippet,
    /// A command or what it printed.
    Text,
}

/// What has to be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Put the link with this fragment onto the clipboard.
    CopyLink(String),
    /// Put this onto the clipboard.
    CopySnippet(String),
    /// Put this onto the clipboard.
    CopyText(String),
    /// Keep which commands were typed.
    KeepHistory(Rc<Vec<String>>),
    /// Keep what is worked on, soon.
    KeepDraft,
    /// Keep what was worked on before.
    KeepEarlier(Rc<Scenario>),
    /// Keep how the page is divided.
    KeepLayout(Layout),
    /// Keep the chosen theme.
    KeepTheme(Theme),
    /// Show this theme.
    ShowTheme(Theme),
    /// Take the fragment off the address: it no longer says what is shown.
    ClearFragment,
    /// Scroll the editor to this byte of the text and put the cursor there.
    Reveal(usize),
    /// Put the focus on the first label of the card.
    FocusLabels,
    Zoom(Zoom),
}
