//! The dialog that shares a scenario: what it becomes in a page, and the code for it.

use super::picture::SavePicture;
use super::qr::QrCode;
use super::select_all::select_all;
use super::{Glyph, Icon, Pick};
use crate::export::{Export, Format};
use crate::say::{self, Language};
use crate::snippets::{self, Choice, QR_LONGEST};
use crate::state::{Action, FrameUi, FrameView};
use playground::share;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Of the page, without the fragment.
    pub address: AttrValue,
    pub fragment: AttrValue,
    /// Of the page: an author's course is likely in the same one.
    pub language: Language,
    /// Draws the map as it is now.
    pub draw: Callback<Format, Result<Export, &'static str>>,
    pub dispatch: Callback<Action>,
}

/// What the scenario is shared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Frame,
    Element,
    Link,
    Markdown,
    Qr,
    Picture,
}

impl Form {
    fn all() -> [(Self, &'static str); 6] {
        [
            (Self::Frame, say::share_frame()),
            (Self::Element, say::share_element()),
            (Self::Link, say::share_link()),
            (Self::Markdown, say::share_markdown()),
            (Self::Qr, say::share_qr()),
            (Self::Picture, say::share_picture()),
        ]
    }

    /// Whether it shows the scenario in a page.
    const fn embeds(self) -> bool {
        matches!(self, Self::Frame | Self::Element)
    }

    fn about(self) -> &'static str {
        match self {
            Self::Frame => say::share_frame_about(),
            Self::Element => say::share_element_about(),
            Self::Link => say::share_link_about(),
            Self::Markdown => say::share_markdown_about(),
            Self::Qr => say::share_qr_about(),
            Self::Picture => say::share_picture_about(),
        }
    }
}

#[component]
pub fn Embedding(props: &Props) -> Html {
    let form = use_state(|| Form::Frame);
    let choice = use_state(|| Choice {
        language: props.language,
        ..Choice::default()
    });
    let link = format!("{}#{}", props.address, props.fragment);
    let code = match *form {
        Form::Frame => choice.frame(&props.address, &props.fragment),
        Form::Element => {
            let scenario = share::decode(&props.fragment).unwrap_or_default();
            choice.element(&props.address, &props.fragment, &scenario)
        }
        Form::Link | Form::Qr | Form::Picture => link.clone(),
        Form::Markdown => snippets::markdown(&link),
    };
    let forms = Form::all().into_iter().map(|(one, label)| {
        let set = form.setter();
        html! {
            <label class="form-choice"><input type="radio" name="form" checked={*form == one} onchange={move |_| set.set(one)} />
                <span>{ label }</span></label>
        }
    });
    let copy = {
        let (dispatch, code) = (props.dispatch.clone(), code.clone());
        move |_| dispatch.emit(Action::CopySnippet(code.clone()))
    };
    let preview = form.embeds().then(|| preview(&choice, props));
    html! {
        <div class="embedding">
            <div class="embedding-choice">
                <fieldset class="forms"><legend class="unseen">{ say::share_as() }</legend>{ for forms }</fieldset>
                <p class="embedding-about">{ form.about() }</p>
                if form.embeds() { { choices(&choice, *form) } }
            </div>
            { preview.unwrap_or_default() }
            if *form == Form::Qr {
                if link.len() <= QR_LONGEST { <QrCode of={link.clone()} /> }
                else { <p class="note">{ say::share_qr_too_long() }</p> }
            }
            if *form == Form::Picture { <SavePicture draw={props.draw.clone()} dispatch={props.dispatch.clone()} /> }
            else { <div class="embedding-code">
                <textarea class="snippet" readonly=true rows="6" aria-label={say::share_snippet()} value={code} onfocus={select_all} />
                <p class="fits">{ snippets::fits(link.len()) }</p>
                <button class="primary" type="button" onclick={copy}><Icon of={Glyph::Copy} />{ say::share_copy() }</button>
            </div> }
        </div>
    }
}

/// What the frame shows, and how large it is.
fn choices(choice: &UseStateHandle<Choice>, form: Form) -> Html {
    let pick = |label: &'static str, options: Vec<(String, String)>, chosen: &str, set: fn(&mut Choice, &str)| {
        let handle = choice.clone();
        let on_pick = move |word: String| {
            let mut next = (*handle).clone();
            set(&mut next, &word);
            handle.set(next);
        };
        html! { <label class="choice"><span>{ label }</span><Pick class="" {label} {options} chosen={chosen.to_owned()} {on_pick} /></label> }
    };
    let check = |label: &'static str, now: bool, set: fn(&mut Choice, bool)| {
        let handle = choice.clone();
        let onchange = move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let mut next = (*handle).clone();
            set(&mut next, input.checked());
            handle.set(next);
        };
        html! { <label class="check"><input type="checkbox" checked={now} {onchange} /><span>{ label }</span></label> }
    };
    let named = |words: &[(&str, &str)]| {
        words
            .iter()
            .map(|(word, says)| ((*word).to_owned(), (*says).to_owned()))
            .collect()
    };
    let views = named(&[
        ("stage", say::view_map()),
        ("split", say::view_split()),
        ("exercise", say::view_exercise()),
        ("editor", say::view_text()),
        ("describe", "kubectl describe"),
        ("terminal", say::view_terminal()),
    ]);
    let controls = named(&[
        ("full", say::controls_all()),
        ("mini", say::controls_row()),
        ("none", say::controls_none()),
    ]);
    let themes = named(&[
        ("auto", say::theme_around()),
        ("light", say::theme_light()),
        ("dark", say::theme_dark()),
    ]);
    let sizes = named(&[
        ("0x420", say::size_wide_420()),
        ("0x560", say::size_wide_560()),
        ("640x400", "640 × 400"),
        ("960x540", "960 × 540"),
        ("360x480", "360 × 480"),
    ]);
    let languages = Language::all()
        .map(|language| (language.code().to_owned(), language.name().to_owned()))
        .collect();
    let size = format!("{}x{}", choice.width, choice.height);
    html! {
        <div class="choices">
            { pick(say::share_view(), views, choice.view.word(), |choice, word| {
                choice.view = FrameView::ALL.into_iter().find(|view| view.word() == word).unwrap_or_default();
            }) }
            { pick(say::share_controls(), controls, choice.ui.word(), |choice, word| {
                choice.ui = FrameUi::ALL.into_iter().find(|ui| ui.word() == word).unwrap_or_default();
            }) }
            { pick(say::share_theme(), themes, choice.theme, |choice, word| {
                choice.theme = ["light", "dark"].into_iter().find(|theme| *theme == word).unwrap_or("auto");
            }) }
            { pick(say::share_language(), languages, choice.language.code(), |choice, word| {
                choice.language = Language::from_code(word).unwrap_or_default();
            }) }
            if form == Form::Frame {
                { pick(say::share_size(), sizes, &size, |choice, word| {
                    if let Some((width, height)) = word.split_once('x') {
                        choice.width = width.parse().unwrap_or(choice.width);
                        choice.height = height.parse().unwrap_or(choice.height);
                    }
                }) }
            }
            { check(say::share_readonly(), choice.readonly, |choice, on| choice.readonly = on) }
            { check(say::share_waits(), choice.waits, |choice, on| choice.waits = on) }
        </div>
    }
}

/// The frame as it is going to be, made smaller where it is too wide.
fn preview(choice: &Choice, props: &Props) -> Html {
    /// The width of a page of text, and that of the preview, in pixels.
    const PAGE: u32 = 720;
    const ROOM: f64 = 480.0;
    let width = if choice.width == 0 { PAGE } else { choice.width };
    let scale = (ROOM / f64::from(width)).min(1.0);
    let shown = f64::from(choice.height) * scale;
    let source = choice.source(&props.address, &props.fragment);
    html! {
        <div class="preview" style={format!("height:{shown:.0}px")}>
            // A new address is a new frame, so that it leaves no entry in the history.
            <iframe key={source.clone()} src={source} title={say::share_preview()} width={width.to_string()} height={choice.height.to_string()}
                style={format!("scale:{scale:.3}")}></iframe>
        </div>
    }
}
