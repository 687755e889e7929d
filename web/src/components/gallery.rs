//! The dialog with all scenarios, in which a learner searches by words.

use super::overlay::Dialog;
use crate::gallery::{self, Entry};
use crate::host;
use crate::prose::prose;
use crate::say;
use crate::scenarios::{self, Lesson};
use crate::state::{Action, Solved};
use std::rc::Rc;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// The current one of those without a scenario document.
    pub lesson: Option<&'static Lesson>,
    /// The name of the current one.
    pub current: Option<&'static str>,
    pub solved: Rc<Solved>,
    /// Where a focused field would open a keyboard on the screen.
    pub narrow: bool,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn Gallery(props: &Props) -> Html {
    let search = use_state(String::new);
    let oninput = {
        let search = search.setter();
        move |event: InputEvent| {
            let field: HtmlInputElement = event.target_unchecked_into();
            search.set(field.value());
        }
    };
    use_effect_with((), |()| || host::focus("scenario"));
    let all = gallery::all();
    let found: Vec<&Entry> = all.iter().filter(|entry| entry.is_found_by(&search)).collect();
    let solved = all.iter().filter(|entry| props.solved.contains(entry.name)).count();
    let count = match (search.trim().is_empty(), found.len()) {
        (true, all) if solved > 0 => say::gallery_solved_of(&all, &solved),
        (true, all) => say::gallery_all(&all),
        (false, 0) => say::gallery_none().to_owned(),
        (false, count) => say::gallery_found(count),
    };
    let groups = found.chunk_by(|one, other| one.heading == other.heading);
    let group = |entries: &[&Entry]| {
        let heading = say::translated(entries.first().map_or("", |entry| entry.heading)).into_owned();
        html! {
            <section class="gallery-group" aria-label={heading.clone()}>
                <h3 class="gallery-heading">{ heading }</h3>
                <ul class="gallery-list">{ for entries.iter().map(|entry| props.entry(entry)) }</ul>
            </section>
        }
    };
    html! {
        <Dialog title={say::gallery_title()} class="gallery" dispatch={props.dispatch.clone()}>
            <div class="gallery-search">
                <input type="search" aria-label={say::gallery_search()} placeholder={say::gallery_search_hint()} autofocus={!props.narrow}
                    value={(*search).clone()} {oninput} />
                <p class="gallery-count" role="status">{ count }</p>
            </div>
            <div class="gallery-groups" {onkeydown}>
                if search.trim().is_empty() {
                    <ul class="gallery-list">{ props.button("texts", say::gallery_your_texts(), say::gallery_your_texts_about(), (false, false), Action::OpenTexts) }</ul>
                }
                { for groups.map(group) }
            </div>
        </Dialog>
    }
}

impl Props {
    fn entry(&self, entry: &Entry) -> Html {
        let plain = self
            .lesson
            .filter(|lesson| !entry.is_lesson && lesson.title == entry.title);
        let is_current = self.current == Some(entry.name) || plain.is_some();
        let action = match scenarios::ALL
            .iter()
            .find(|lesson| !entry.is_lesson && lesson.title == entry.title)
        {
            Some(lesson) => Action::Choose(lesson),
            None => Action::OpenGallery(entry.name),
        };
        let state = (is_current, self.solved.contains(entry.name));
        self.button(entry.name, &entry.title, &entry.about, state, action)
    }

    fn button(
        &self,
        key: &str,
        title: &str,
        about: &str,
        (is_current, is_solved): (bool, bool),
        action: Action,
    ) -> Html {
        let dispatch = self.dispatch.clone();
        html! {
            <li key={key.to_owned()}>
                <button class="gallery-entry" type="button" aria-current={is_current.then_some("true")}
                    onclick={move |_| dispatch.emit(action.clone())}>
                    <span class="gallery-title">{ prose(title) }if is_solved { <span class="gallery-solved">{ say::gallery_solved() }</span> }</span>
                    <span class="gallery-about">{ prose(about) }</span>
                </button>
            </li>
        }
    }
}

/// Arrows lead from one scenario to the next, also across headings.
#[allow(clippy::needless_pass_by_value, reason = "the shape of an event handler")]
pub(super) fn onkeydown(event: KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    event.prevent_default();
    let entry: Element = event.target_unchecked_into();
    host::focus_neighbour(&entry, ".gallery-groups", ".gallery-entry", step);
}
