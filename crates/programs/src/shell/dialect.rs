//! The words of three shells.

use super::tokens::SyntaxError;

/// Which shell it is: they complain in different words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// BusyBox' `ash`.
    #[default]
    Ash,
    /// Debian's `sh`.
    Dash,
    Bash,
}

impl Dialect {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ash | Self::Dash => "sh",
            Self::Bash => "bash",
        }
    }

    pub(super) fn complaint(self, words: &str) -> String {
        match self {
            Self::Ash => format!("sh: {words}\n"),
            Self::Dash => format!("sh: 1: {words}\n"),
            Self::Bash => format!("bash: {words}\n"),
        }
    }

    pub(super) fn cannot_create(self, path: &str, why: &str) -> String {
        match self {
            Self::Ash | Self::Dash => self.complaint(&format!("can't create {path}: {why}")),
            Self::Bash => self.complaint(&format!("{path}: {why}")),
        }
    }

    pub(super) fn not_found(self, name: &str) -> String {
        match self {
            Self::Ash | Self::Dash => self.complaint(&format!("{name}: not found")),
            Self::Bash if name.contains('/') => self.complaint(&format!("{name}: No such file or directory")),
            Self::Bash => self.complaint(&format!("{name}: command not found")),
        }
    }

    pub(super) fn syntax_error(self, error: &SyntaxError) -> String {
        match (self, error) {
            (_, SyntaxError::NotHere(what)) => format!(
                "{}: {what} is not simulated: there is a smaller shell here\n",
                self.name()
            ),
            (Self::Ash, SyntaxError::Unfinished) => self.complaint("syntax error: unexpected end of file"),
            (Self::Ash, SyntaxError::Unexpected(token)) => {
                self.complaint(&format!("syntax error: unexpected \"{token}\""))
            }
            (Self::Dash, SyntaxError::Unfinished) => self.complaint("Syntax error: end of file unexpected"),
            (Self::Dash, SyntaxError::Unexpected(token)) => {
                self.complaint(&format!("Syntax error: \"{token}\" unexpected"))
            }
            (Self::Bash, SyntaxError::Unfinished) => self.complaint("-c: line 2: syntax error: unexpected end of file"),
            (Self::Bash, SyntaxError::Unexpected(token)) => {
                self.complaint(&format!("syntax error near unexpected token `{token}'"))
            }
        }
    }
}
