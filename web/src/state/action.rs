//! The messages of the page ([`Action`]) and what they leave to do outside ([`Effect`]).

use super::{Divider, FirstStoryAction, Layout, LessonAction, Overlay, Pane, Solved};
use crate::dropped::Dropped;
use crate::messages::HostCommand;
use crate::saved::{SavedTextRow, Saving};
use crate::say::Language;
use crate::scenarios::Lesson;
use crate::selection::Selection;
use crate::stage::{MapAction, Zoom};
use crate::theme::Theme;
use playground::{
    Client, Fix, FlowSpec, IpFamily, Micros, NetworkPolicies, ObjectKey, Proxy, Scenario, TimedAct, Traffic, Workload,
};
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The whole text after an edit.
    Edit(String),
    /// Read the text that was not read.
    ReadAgain,
    /// End what the reader works on.
    StopReading,
    ApplyFix(Fix),
    /// Scroll the editor to this byte.
    Reveal(usize),
    Choose(&'static Lesson),
    /// The scenario of the gallery with this name.
    OpenGallery(&'static str),
    Lesson(LessonAction),
    FirstStory(FirstStoryAction),
    /// Show or hide the line with the next thing to do.
    OfferNext(bool),
    /// Back to the earlier scenario.
    Earlier,
    /// Open the list of saved texts.
    OpenTexts,
    /// What it lists.
    Texts(Vec<SavedTextRow>),
    /// Show the saved text with this id.
    Restore(String),
    /// The saved text, if it is still there.
    Restored(Option<Box<Scenario>>),
    /// What came of saving.
    Saved(Saving),
    /// Files were dropped on the page.
    Drop(Dropped),
    /// The fragment of the address.
    OpenLink(String),
    /// Start again with another seed.
    Reseed,

    TogglePlay,
    Step,
    StepBack,
    /// The next step of what is told, or the one before it.
    Turn(bool),
    Seek(Micros),
    ScrubStart,
    ScrubEnd,
    /// In percent.
    Speed(u32),
    /// Seek to the next change of the cluster or failed request.
    NextMark,
    /// Seek to the previous one.
    PreviousMark,
    Start,
    /// Seek to the latest moment so far.
    End,
    /// Time passed, so text on the page is outdated.
    Moved,
    /// The reader told something.
    Heard,

    Show(Pane),
    Describe(ObjectKey),
    Select(Option<Selection>),
    /// What the pointer is on.
    Point(Option<Selection>),
    /// The byte that the editor's cursor is at; `None` if the editor lost the focus.
    Cursor(Option<usize>),

    Delete(ObjectKey),
    SetReady(ObjectKey, bool),
    /// Add a flow from this client to the Service it already asks, else to the described one.
    SendFrom(Client),
    Send(Client, u32),
    /// Send one request to this port of a Service, or of a name that no Service has.
    Ask(Client, ObjectKey, u16),
    /// Count what would become of so many requests of a flow, without showing them.
    SendAtOnce(FlowSpec, u64),
    /// Toggles whether the pod is slow.
    Slow(ObjectKey),
    /// Edit a label of a pod: its key (`None` for a new label) and the new `key=value` (empty to remove it).
    Label(ObjectKey, Option<String>, String),
    /// Set the number of replicas.
    Scale(Workload, i64),
    /// A key or a control on the map.
    Map(Selection, MapAction),
    Nodes(usize),
    Proxy(Proxy),
    NetworkPolicies(NetworkPolicies),
    IpFamilies(Vec<IpFamily>),
    /// As `1.30`.
    KubectlVersion(String),
    UndoAct,
    /// Undo this act.
    TakeBack(TimedAct),
    /// One or more commands from the terminal.
    Run(String),
    /// Tab in the terminal; the line before the cursor.
    Complete(String),
    /// Save what `kubectl edit` opened: the text.
    SaveObject(String),
    /// Close it without saving.
    CancelObject,
    /// Ctrl+C in the terminal; the line so far.
    Abandon(String),
    ClearTerminal,
    SetTraffic(Traffic),

    Zoom(Zoom),
    /// The zoom in percent, as the stage reports it.
    Zoomed(u32),
    /// Move a border to this percentage.
    Divide(Divider, f64),
    ToggleTheme,
    /// Speak this language.
    Language(Language),
    /// Whether it is spoken from now on.
    Speaks(Language, bool),
    /// The system's preference changed.
    SystemTheme(Theme),
    /// The page is printed from now on, or was.
    Print(bool),
    /// Whether the reader prefers less motion.
    Reduced(bool),
    /// Whether the page is narrow.
    Narrow(bool),
    Open(Overlay),
    OpenEmbed,
    /// Show another scenario beside this one, of those that there are by its place.
    Compare(usize),
    /// Close the overlay, else clear the selection.
    Close,
    CopyLink,
    CopySnippet(String),
    CopyText(String),
    /// Whether copying worked.
    Copied(Copying, bool),
    DismissToast,
    /// The page around the frame asks for something.
    Host(HostCommand),
    /// The frame may not open a window.
    NoWayOut,
    /// Save the draft now, as the learner stopped typing.
    SaveDraft,
    /// The page is being closed or hidden for good.
    Leaving,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copying {
    /// The fragment of the link.
    Link(String),
    /// The iframe element.
    Snippet,
    /// A command or its output.
    Text,
}

/// What only the browser can do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Copy the link with this fragment.
    CopyLink(String),
    CopySnippet(String),
    CopyText(String),
    SaveHistory(Rc<Vec<String>>),
    /// Save the draft once typing rests.
    SaveDraft,
    /// Another text comes in place of this one, which is to be found among the saved ones.
    LeaveText(Rc<Scenario>),
    /// List the saved texts.
    ListTexts,
    /// Get the saved text with this id.
    TakeText(String),
    SaveLayout(Layout),
    SaveSolved(Rc<Solved>),
    /// The first story has begun, and does not come by itself again.
    SaveStoryTold,
    /// Whether the line with the next thing to do is shown.
    SaveOffersNext(bool),
    /// Show this fragment in the address, as a new entry of the history.
    ShowFragment(String),
    SaveTheme(Theme),
    SaveLanguage(Language),
    /// Get the sentences of this language, and speak it.
    Speak(Language),
    /// Show this theme.
    ShowTheme(Theme),
    /// Remove the fragment from the address, as it no longer describes what is shown.
    ClearFragment,
    /// Scroll the editor to this byte of the text and put the cursor there.
    Reveal(usize),
    FocusLabels,
    Zoom(Zoom),
}
