//! The controllers: each brings what is in the store in line with what is asked for, given the store's [`Tools`] alone.
//!
//! [`Tools`]: crate::store::tools::Tools

pub(crate) mod api_extensions;
pub(crate) mod autoscaler;
pub(crate) mod conditions;
pub(crate) mod cron_job;
pub(crate) mod daemon_set;
pub(crate) mod definitions;
pub(crate) mod deployment;
pub(crate) mod disruption;
pub(crate) mod endpoints;
pub(crate) mod garbage;
pub(crate) mod job;
pub(crate) mod job_tracking;
pub(crate) mod kubernetes_service;
pub(crate) mod namespace_defaults;
pub(crate) mod namespaces;
pub(crate) mod node_fit;
pub(crate) mod pod_limits;
pub(crate) mod replica_set;
pub(crate) mod resource_quotas;
pub(crate) mod service_ranges;
pub(crate) mod stateful_set;
pub(crate) mod volumes;
pub(crate) mod workload;
