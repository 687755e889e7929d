//! What a frame and the page around it tell each other, as plain data. `docs/embedding.md` documents it for authors of pages.

use crate::theme::Theme;
use playground::Micros;
use serde_json::{Value, json};

/// Who tells, in events; who is told, in commands.
pub const NAME: &str = "service-playground";

/// What the page around a frame asks of it.
#[derive(Clone, Debug, PartialEq)]
pub enum HostCommand {
    LoadText(String),
    /// The fragment of a link.
    LoadLink(String),
    Play,
    Pause,
    Seek(Micros),
    /// A line of the terminal.
    Run(String),
    /// `None` is the system's.
    Theme(Option<Theme>),
}

/// Reads a command; `None` for everything that has not the documented form.
pub fn command(message: &Value) -> Option<HostCommand> {
    let word = |name: &str| message.get(name).and_then(Value::as_str);
    if word("target")? != NAME {
        return None;
    }
    Some(match word("type")? {
        "load" => match (word("text"), word("link")) {
            (Some(text), None) => HostCommand::LoadText(text.to_owned()),
            (None, Some(link)) => HostCommand::LoadLink(link.rsplit('#').next()?.to_owned()),
            _ => return None,
        },
        "play" => HostCommand::Play,
        "pause" => HostCommand::Pause,
        "seek" => HostCommand::Seek(micros(message.get("seconds")?.as_f64()?)?),
        "run" => HostCommand::Run(word("command")?.to_owned()),
        "theme" => match word("theme")? {
            "auto" => HostCommand::Theme(None),
            word => HostCommand::Theme(Some(Theme::from_word(word)?)),
        },
        _ => return None,
    })
}

/// Up to a day.
fn micros(seconds: f64) -> Option<Micros> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (0.0..=86_400.0)
        .contains(&seconds)
        .then_some(Micros((seconds * 1e6) as u64))
}

/// What a frame tells the page around it. None of it is the learner's text.
#[derive(Clone, Debug, PartialEq)]
pub enum FrameEvent {
    /// A scenario is opened, and commands are heard.
    Ready,
    /// Whether time passes.
    Playing(bool),
    /// An exercise was checked: what was asked for, and whether it holds.
    Checked(Vec<(String, bool)>),
    /// An exercise was solved for the first time.
    ///
    /// With how many hints, and whether the solution was put in place.
    Completed { hints: usize, solution: bool },
    /// What the learner is told of a failure.
    Error(String),
    /// The height in pixels that shows everything.
    Height(u32),
}

impl FrameEvent {
    pub fn message(&self) -> Value {
        let (kind, mut message) = match self {
            Self::Ready => ("ready", json!({ "version": 1 })),
            Self::Playing(playing) => ("playing", json!({ "playing": playing })),
            Self::Checked(checks) => {
                let passed = checks.iter().all(|(_, passed)| *passed);
                let checks: Vec<Value> = checks
                    .iter()
                    .map(|(say, passed)| json!({ "say": say, "passed": passed }))
                    .collect();
                ("checked", json!({ "passed": passed, "checks": checks }))
            }
            Self::Completed { hints, solution } => ("completed", json!({ "hints": hints, "solution": solution })),
            Self::Error(words) => ("error", json!({ "message": words })),
            Self::Height(height) => ("height", json!({ "height": height })),
        };
        if let Some(fields) = message.as_object_mut() {
            fields.insert("source".to_owned(), NAME.into());
            fields.insert("type".to_owned(), kind.into());
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mut message: Value) -> Option<HostCommand> {
        message["target"] = NAME.into();
        command(&message)
    }

    #[test]
    fn commands_of_the_documented_form_are_heard() {
        let text = || "kind: Pod".to_owned();
        assert_eq!(
            read(json!({ "type": "load", "text": "kind: Pod" })),
            Some(HostCommand::LoadText(text()))
        );
        let link = json!({ "type": "load", "link": "https://host.example/?embed#v1.d.AA" });
        assert_eq!(read(link), Some(HostCommand::LoadLink("v1.d.AA".to_owned())));
        assert_eq!(read(json!({ "type": "play" })), Some(HostCommand::Play));
        assert_eq!(
            read(json!({ "type": "seek", "seconds": 2.5 })),
            Some(HostCommand::Seek(Micros::from_millis(2_500)))
        );
        let theme = |word: &str| read(json!({ "type": "theme", "theme": word }));
        assert_eq!(theme("dark"), Some(HostCommand::Theme(Some(Theme::Dark))));
        assert_eq!(theme("auto"), Some(HostCommand::Theme(None)));
    }

    #[test]
    fn anything_else_is_ignored() {
        for other in [
            json!({ "type": "load", "text": "a", "link": "#v1.d.AA" }),
            json!({ "type": "seek", "seconds": -1 }),
            json!({ "type": "seek", "seconds": "soon" }),
            json!({ "type": "theme", "theme": "sepia" }),
            json!({ "type": "run" }),
            json!({ "type": "submit" }),
        ] {
            assert_eq!(read(other.clone()), None, "{other}");
        }
        assert_eq!(command(&json!({ "type": "play" })), None);
        assert_eq!(command(&json!("play")), None);
    }

    #[test]
    fn an_exercise_is_passed_if_each_of_its_checks_holds() {
        let message =
            FrameEvent::Checked(vec![("It answers".to_owned(), true), ("It scales".to_owned(), false)]).message();
        assert_eq!(message["source"], NAME);
        assert_eq!(
            (&message["type"], &message["passed"]),
            (&json!("checked"), &json!(false))
        );
        assert_eq!(message["checks"][0], json!({ "say": "It answers", "passed": true }));
    }
}
