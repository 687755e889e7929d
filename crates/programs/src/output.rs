/// What a program printed, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramOutput {
    pub stdout: String,
    pub stderr: String,
    pub exit: i32,
    /// For how many virtual seconds it ran.
    pub seconds: i64,
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
