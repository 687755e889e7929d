pub(crate) mod admission;
pub(crate) mod allocate;
pub(crate) mod allocations;
pub(crate) mod registry_strategy;
pub(crate) mod requests;
pub(crate) mod status;
