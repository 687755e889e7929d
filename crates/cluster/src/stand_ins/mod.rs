pub(crate) mod answers;
pub(crate) mod pods;
