pub(crate) mod facts;
pub(crate) mod remembered;
pub(crate) mod settled;
