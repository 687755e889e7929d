//! What a scenario is shared as: a link, a frame, an element, Markdown; and where its length fits.

use crate::say::{self, Language};
use crate::state::{FrameUi, FrameView};
use playground::{Scenario, Traffic};

/// How far a link may be long, in characters, for a place to take it whole.
fn places() -> [(&'static str, usize); 4] {
    [
        (say::fits_qr(), QR_LONGEST),
        ("Outlook", 1_024),
        ("Discord", 2_000),
        ("Slack", 4_000),
    ]
}

/// The longest link that is drawn as a QR code: phones still read it from a slide.
pub const QR_LONGEST: usize = 1_000;

/// The places that take a link of this length, in a sentence.
pub fn fits(length: usize) -> String {
    let (taken, refused): (Vec<_>, Vec<_>) = places().into_iter().partition(|(_, longest)| length <= *longest);
    let words = |places: &[(&'static str, usize)]| {
        let names: Vec<&str> = places.iter().map(|(name, _)| *name).collect();
        match names.as_slice() {
            [] => String::new(),
            [only] => (*only).to_owned(),
            [before @ .., last] => say::and_last(&before.join(", "), &last),
        }
    };
    let count = thousands(length);
    match (taken.is_empty(), refused.is_empty()) {
        (false, true) => say::fits_all(&count, &words(&taken)),
        (true, _) => say::fits_none(&count, &words(&refused)),
        _ => say::fits_some(&count, &words(&taken), &words(&refused)),
    }
}

fn thousands(number: usize) -> String {
    if number < 1_000 {
        number.to_string()
    } else {
        format!("{},{:03}", number / 1_000, number % 1_000)
    }
}

/// What an author chose for a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub view: FrameView,
    pub ui: FrameUi,
    /// `auto`, `light` or `dark`.
    pub theme: &'static str,
    pub readonly: bool,
    pub language: Language,
    /// Whether it waits until the reader plays it.
    pub waits: bool,
    /// In pixels; as wide as the page around if 0.
    pub width: u32,
    pub height: u32,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            view: FrameView::Stage,
            ui: FrameUi::Mini,
            theme: "auto",
            language: Language::default(),
            readonly: false,
            waits: false,
            width: 0,
            height: 420,
        }
    }
}

impl Choice {
    /// What of it stands in an address, beside `embed`: names and values that are not the usual ones.
    fn words(&self) -> Vec<(&'static str, &'static str)> {
        let usual = Self::default();
        let mut words = vec![("view", self.view.word())];
        let more = [
            ("ui", self.ui.word(), self.ui == usual.ui),
            ("theme", self.theme, self.theme == usual.theme),
            ("lang", self.language.code(), self.language.is_first()),
            ("readonly", "1", !self.readonly),
            ("autoplay", "0", !self.waits),
        ];
        words.extend(
            more.into_iter()
                .filter(|(_, _, usual)| !usual)
                .map(|(name, value, _)| (name, value)),
        );
        words
    }

    fn query(&self, between: &str) -> String {
        let words = self
            .words()
            .into_iter()
            .map(|(name, value)| format!("{between}{name}={value}"));
        format!("?embed{}", words.collect::<String>())
    }

    /// The address of a frame.
    pub fn source(&self, address: &str, fragment: &str) -> String {
        format!("{address}{}#{fragment}", self.query("&"))
    }

    /// An iframe element; strict hosts keep all of its attributes.
    pub fn frame(&self, address: &str, fragment: &str) -> String {
        let width = if self.width == 0 {
            "100%".to_owned()
        } else {
            self.width.to_string()
        };
        format!(
            "<iframe src=\"{address}{}#{fragment}\"\n  title=\"{}\" width=\"{width}\" height=\"{}\"\n  style=\"border:0\" sandbox=\"allow-scripts allow-popups allow-popups-to-escape-sandbox\"></iframe>",
            self.query("&amp;"),
            escaped(say::frame_title()),
            self.height
        )
    }

    /// The element that `service-playground.js` defines, with the text inside.
    ///
    /// The empty lines are for Markdown, which else takes the text for its own.
    pub fn element(&self, address: &str, fragment: &str, scenario: &Scenario) -> String {
        let words = self.words().into_iter().map(|(name, value)| {
            if value == "1" {
                format!(" {name}")
            } else {
                format!(" {name}=\"{value}\"")
            }
        });
        let words: String = words.collect();
        // What the text does not say only the link can bring.
        let from = if is_text_alone(scenario) { "" } else { " from=\"link\"" };
        let folder = address.rsplit_once('/').map_or(address, |(folder, _)| folder);
        let text = escaped(scenario.text.trim_end());
        format!(
            "<script src=\"{folder}/service-playground.js\" defer></script>\n<service-playground{words}{from}>\n\n<pre>\n{text}\n</pre>\n\n<a href=\"{address}#{fragment}\">{}</a>\n\n</service-playground>",
            say::frame_link()
        )
    }
}

/// A link in Markdown.
pub fn markdown(link: &str) -> String {
    format!("[{}]({link})", say::frame_title())
}

fn is_text_alone(scenario: &Scenario) -> bool {
    let plain = Scenario {
        text: scenario.text.clone(),
        seed: scenario.seed,
        view: scenario.view.clone(),
        traffic: Traffic::Auto,
        ..Scenario::default()
    };
    *scenario == plain
}

/// Plain text as HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_says_where_it_fits() {
        assert_eq!(fits(448), "448 characters: fits a QR code, Outlook, Discord and Slack.");
        assert_eq!(
            fits(1_530),
            "1,530 characters: fits Discord and Slack; too long for a QR code and Outlook."
        );
        assert_eq!(
            fits(12_007),
            "12,007 characters: too long for a QR code, Outlook, Discord and Slack; browsers open it all the same."
        );
    }

    #[test]
    fn what_is_chosen_stands_in_the_address_and_what_is_usual_does_not() {
        let choice = Choice {
            view: FrameView::Split,
            readonly: true,
            ..Choice::default()
        };
        assert_eq!(
            choice.source("https://host.example/p/", "v1.d.AA"),
            "https://host.example/p/?embed&view=split&readonly=1#v1.d.AA"
        );
        let frame = choice.frame("https://host.example/p/", "v1.d.AA");
        assert!(
            frame.contains("?embed&amp;view=split&amp;readonly=1#v1.d.AA"),
            "{frame}"
        );
        assert!(frame.contains("allow-popups-to-escape-sandbox"), "{frame}");
    }

    #[test]
    fn the_element_holds_the_text_and_takes_the_link_for_what_the_text_does_not_say() {
        let mut scenario = Scenario {
            text: "kind: Pod # <none> & co\n".to_owned(),
            ..Scenario::default()
        };
        let element = |scenario: &Scenario| Choice::default().element("https://host.example/p/", "v1.d.AA", scenario);
        let plain = element(&scenario);
        assert!(
            plain.contains("<pre>\nkind: Pod # &lt;none> &amp; co\n</pre>"),
            "{plain}"
        );
        assert!(
            plain.contains("src=\"https://host.example/p/service-playground.js\""),
            "{plain}"
        );
        assert!(!plain.contains("from="), "{plain}");
        scenario.nodes = 2;
        assert!(element(&scenario).contains(" from=\"link\">"));
    }
}
