//! Tabs and their panels, by the WAI-ARIA pattern: one stop for the Tab key, arrows move between them.

use crate::host;
use crate::state::Pane;
use yew::prelude::*;

/// Properties of a row of tabs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the row is about.
    pub label: AttrValue,
    /// The panes, in order.
    pub panes: &'static [Pane],
    /// The one that is open.
    pub open: Pane,
    /// Called with the pane that was chosen.
    pub on_pick: Callback<Pane>,
    /// Whether there is little room.
    #[prop_or_default]
    pub short: bool,
    /// At the end of the row.
    #[prop_or_default]
    pub children: Html,
}

/// A row of tabs.
#[component]
pub fn Tabs(props: &Props) -> Html {
    let tab = |pane: Pane| {
        let selected = pane == props.open;
        let on_pick = props.on_pick.clone();
        let panes = props.panes;
        let onkeydown = {
            let on_pick = on_pick.clone();
            move |event: KeyboardEvent| {
                let Some(next) = neighbour(panes, pane, &event.key()) else {
                    return;
                };
                event.prevent_default();
                on_pick.emit(next);
                host::focus(&id(next));
            }
        };
        let label = if props.short && pane == Pane::Yaml {
            "yaml"
        } else {
            pane.label()
        };
        html! {
            <button key={pane.word()} id={id(pane)} class="tab" role="tab" type="button" aria-selected={selected.to_string()}
                aria-controls={format!("pane-{}", pane.word())} tabindex={if selected { "0" } else { "-1" }}
                onclick={move |_| on_pick.emit(pane)} {onkeydown}>{ label }</button>
        }
    };
    html! {
        <div class="tabs">
            <div class="tabs-row" role="tablist" aria-label={props.label.clone()}>
                { for props.panes.iter().copied().map(tab) }
            </div>
            { props.children.clone() }
        </div>
    }
}

fn id(pane: Pane) -> String {
    format!("tab-{}", pane.word())
}

fn neighbour(panes: &[Pane], pane: Pane, key: &str) -> Option<Pane> {
    let index = panes.iter().position(|other| *other == pane)?;
    let count = panes.len();
    let index = match key {
        "ArrowRight" => (index + 1) % count,
        "ArrowLeft" => (index + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return None,
    };
    panes.get(index).copied()
}

/// Properties of a panel.
#[derive(Properties, PartialEq)]
pub struct PanelProps {
    /// The pane in it.
    pub pane: Pane,
    /// Whether it is to be seen.
    pub open: bool,
    /// What is in it.
    pub children: Html,
}

/// What a tab opens.
#[component]
pub fn Panel(props: &PanelProps) -> Html {
    let word = props.pane.word();
    html! {
        <div id={format!("pane-{word}")} class={classes!("panel", format!("panel-{word}"))} role="tabpanel"
            aria-labelledby={format!("tab-{word}")} hidden={!props.open}>
            { props.children.clone() }
        </div>
    }
}
