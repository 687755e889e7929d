/// What a program printed, its exit code and duration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramOutput {
    pub stdout: String,
    pub stderr: String,
    pub exit: i32,
    /// The duration in virtual seconds.
    pub seconds: i64,
    /// Whether it has not ended by the last second that is known: what it printed by then.
    pub goes_on: bool,
    /// Of a script: the bytes of its output at which time had passed, with the seconds since its beginning.
    pub stamps: Vec<(usize, i64)>,
}

impl ProgramOutput {
    pub(crate) fn printed(stdout: impl Into<String>) -> Self {
        Self {
            stdout: stdout.into(),
            ..Self::default()
        }
    }

    pub(crate) fn failed(exit: i32, stderr: impl Into<String>) -> Self {
        Self {
            stderr: stderr.into(),
            exit,
            ..Self::default()
        }
    }
}
