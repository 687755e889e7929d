//! A command with its output.

use crate::components::{Glyph, Icon};
use crate::say;
use crate::state::{Action, TerminalEntry};
use playground::Output;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub entry: TerminalEntry,
    /// For a change of the cluster: false if it was undone.
    pub standing: Option<bool>,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn EntryView(props: &Props) -> Html {
    let TerminalEntry {
        command, output, plain, ..
    } = &props.entry;
    let printed = format!("{}{}", output.stdout, output.stderr);
    html! {
        <div class="entry" role="group" aria-label={command.clone()}>
            <div class="entry-head">
                <pre class="entry-command"><span class="prompt" aria-hidden="true">{ format!("{} ", props.entry.prompt) }</span>{ command }</pre>
                { undo(props) }
                <span class="entry-tools">
                    { copy(props, Glyph::Copy, say::entry_copy_command(), command) }
                    if !printed.is_empty() { { copy(props, Glyph::CopyLines, say::entry_copy_output(), &printed) } }
                </span>
            </div>
            { stream(&output.stdout, "entry-out") }
            { stream(&output.stderr, "entry-out entry-error") }
            { for plain.iter().map(|words| html! { <p class="entry-plain">{ &*say::translated(words) }</p> }) }
            if output.waits_until.is_some() { <p class="entry-exit">{ waiting(output) }</p> }
            if output.exit != 0 { <p class="entry-exit">{ say::entry_exit(&output.exit) }</p> }
        </div>
    }
}

fn waiting(output: &Output) -> &'static str {
    if !output.goes_on_behind() {
        say::entry_waits()
    } else if output.proxy.is_some() {
        say::entry_serves()
    } else {
        say::entry_forwards()
    }
}

fn stream(text: &str, class: &'static str) -> Html {
    let text = text.strip_suffix('\n').unwrap_or(text);
    if text.is_empty() {
        return Html::default();
    }
    html! { <pre {class}>{ text.to_owned() }</pre> }
}

fn copy(props: &Props, glyph: Glyph, label: &'static str, text: &str) -> Html {
    let (dispatch, text) = (props.dispatch.clone(), text.to_owned());
    html! {
        <button class="entry-tool" type="button" aria-label={format!("{label}: {}", props.entry.command)} title={label}
            onclick={move |_| dispatch.emit(Action::CopyText(text.clone()))}><Icon of={glyph} /></button>
    }
}

/// The button to undo a change of the cluster, or a note that it was undone.
fn undo(props: &Props) -> Html {
    let (Some(act), Some(standing)) = (props.entry.act.clone(), props.standing) else {
        return Html::default();
    };
    if !standing {
        return html! { <span class="entry-time">{ say::entry_undone() }</span> };
    }
    let dispatch = props.dispatch.clone();
    html! {
        <>
            <span class="entry-time">{ say::with_own_decimal(&props.entry.at) }</span>
            <button class="entry-undo" type="button" onclick={move |_| dispatch.emit(Action::TakeBack(act.clone()))}>
                <Icon of={Glyph::Undo} />{ say::undo() }
            </button>
        </>
    }
}
