//! The API server: requests, admission, allocation, and what it answers.

pub(crate) mod admission;
pub(crate) mod allocate;
pub(crate) mod allocations;
pub(crate) mod custom_objects;
pub(crate) mod default_class;
mod ephemeral;
pub(crate) mod first_objects;
pub(crate) mod limit_ranger;
pub(crate) mod managed_fields;
pub(crate) mod pod_security;
pub(crate) mod qos;
pub(crate) mod quota;
pub(crate) mod registry_strategy;
pub(crate) mod requests;
pub(crate) mod service_account;
pub(crate) mod status;
