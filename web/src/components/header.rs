//! The row at the top: name, scenario, link, theme.

use super::languages::languages;
use super::{Glyph, Icon};
use crate::saved::Saving;
use crate::say::{self, Language};
use crate::scenarios::Lesson;
use crate::state::{Action, Overlay};
use crate::theme::Theme;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// As long as its text is unchanged.
    pub lesson: Option<&'static Lesson>,
    /// Of the scenario document.
    pub title: Option<AttrValue>,
    pub menu: bool,
    pub seed: u64,
    pub saving: Saving,
    pub theme: Theme,
    pub language: Language,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn Header(props: &Props) -> Html {
    let on = |action: Action| {
        let dispatch = props.dispatch.clone();
        move |_: MouseEvent| dispatch.emit(action.clone())
    };
    let plain = props.lesson.map_or(say::header_my_scenario(), |lesson| lesson.title);
    let title = say::translated(props.title.as_deref().unwrap_or(plain)).into_owned();
    let (saved, saved_meaning) = props.saving.words();
    let seed = say::header_reseed(&props.seed);
    let (theme, glyph) = match props.theme {
        Theme::Light => (say::header_dark(), Glyph::Moon),
        Theme::Dark => (say::header_light(), Glyph::Sun),
    };
    html! {
        <header class="header">
            <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
                <path class="mark-in" d="M2 16h10" />
                <path class="mark-out" d="M20 16h10M20 15c1-6 4-8.500 9.500-8.500M20 17c1 6 4 8.500 9.500 8.500" />
                <rect class="mark-service" x="9.700" y="6.700" width="9.600" height="18.600" rx="4.800" />
            </svg>
            <h1 class="name">{ "Service Playground" }</h1>
            <button id="scenario" class="quiet scenario" type="button" aria-haspopup="dialog" aria-expanded={props.menu.to_string()}
                aria-label={say::header_scenario(&title)} onclick={on(Action::Open(Overlay::Scenarios))}>
                <span class="scenario-title">{ title }</span><Icon of={Glyph::Down} />
            </button>
            <span class="header-gap"></span>
            <button class="quiet seed" type="button" title={seed} onclick={on(Action::Reseed)}>
                { say::header_reshuffle() }
            </button>
            <button id="texts" class={classes!("quiet", "saved", (props.saving != Saving::Works).then_some("bad"))} type="button"
                aria-haspopup="dialog" aria-label={say::header_your_texts(&saved)} title={saved_meaning} onclick={on(Action::OpenTexts)}>{ saved }</button>
            <button class="quiet embed" type="button" aria-haspopup="dialog" onclick={on(Action::OpenEmbed)}>
                <Icon of={Glyph::Embed} /><span class="wide-only">{ say::header_embed() }</span><span class="unseen narrow-only">{ say::header_embed() }</span>
            </button>
            <button id="copy-link" class="primary" type="button" aria-label={say::header_copy_link()} onclick={on(Action::CopyLink)}>
                <Icon of={Glyph::Link} /><span class="wide-only">{ say::header_copy_link() }</span>
            </button>
            { languages(props.language, "quiet language", &props.dispatch) }
            <button class="quiet help" type="button" aria-haspopup="dialog" aria-label={say::header_help()} title={say::header_help_title()}
                onclick={on(Action::Open(Overlay::Help))}><Icon of={Glyph::Help} /></button>
            <button class="quiet theme" type="button" aria-label={theme} title={theme} onclick={on(Action::ToggleTheme)}>
                <Icon of={glyph} />
            </button>
        </header>
    }
}
