//! Tabs and their panels, by the WAI-ARIA pattern: one stop for the Tab key, arrows move between them.

use crate::glossary::meaning;
use crate::host;
use crate::state::Pane;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// For screen readers.
    pub label: AttrValue,
    pub panes: &'static [Pane],
    pub open: Pane,
    pub on_pick: Callback<Pane>,
    #[prop_or_default]
    pub short: bool,
    /// At the end of the row.
    #[prop_or_default]
    pub children: Html,
}

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
                aria-controls={format!("pane-{}", pane.word())} tabindex={if selected { "0" } else { "-1" }} title={meaning(pane)}
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

#[derive(Properties, PartialEq)]
pub struct PanelProps {
    pub pane: Pane,
    pub open: bool,
    pub children: Html,
}

/// The panel of a tab.
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
