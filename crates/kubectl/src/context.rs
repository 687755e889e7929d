//! What a running command holds: the cluster, its surroundings, what it printed so far.

use crate::client::KubectlVersion;
use crate::discovery::Mapper;
use crate::failure::Failure;
use crate::surroundings::{Output, Surroundings};
use api::{Finding, Kind, Value};
use cluster::{Cluster, RequestOptions};
use std::fmt::Write;

/// A running command.
pub(crate) struct CommandContext<'a> {
    pub(crate) cluster: &'a mut Cluster,
    pub(crate) around: Surroundings<'a>,
    pub(crate) output: Output,
    warned: Vec<String>,
    /// The command line, if `--record` asks to note it.
    pub(crate) cause: Option<String>,
    /// How many objects the one YAML printer of the command has printed; `None` where each object has a printer of its own.
    pub(crate) yaml_printed: Option<usize>,
}

/// The annotation that holds the cause of a change.
pub(crate) const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

impl<'a> CommandContext<'a> {
    pub(crate) fn new(cluster: &'a mut Cluster, around: Surroundings<'a>) -> Self {
        Self {
            cluster,
            around,
            output: Output::default(),
            warned: Vec::new(),
            cause: None,
            yaml_printed: None,
        }
    }

    /// Finds the kinds that words and documents mean.
    pub(crate) fn mapper(&self) -> Mapper<'_> {
        Mapper {
            cluster: self.cluster,
            memory: self.around.discovery,
        }
    }

    /// The cluster when the command began.
    pub(crate) fn before(&self) -> &Cluster {
        self.around.before.unwrap_or(self.cluster)
    }

    /// Virtual seconds since the command began.
    pub(crate) fn elapsed(&self) -> i64 {
        self.cluster.now().saturating_sub(self.before().now())
    }

    /// Marks the command as running until so many virtual seconds after it began.
    pub(crate) fn waits(&mut self, seconds: i64) {
        self.output.waits_until = Some(self.before().now().saturating_add(seconds));
    }

    /// Separates YAML documents of one printer.
    ///
    /// Models: cli-runtime/pkg/printers/yaml.go PrintObj (v1.36).
    pub(crate) fn separate_yaml(&mut self) {
        let Some(count) = &mut self.yaml_printed else {
            return;
        };
        if *count > 0 {
            self.output.stdout.push_str("---\n");
        }
        *count += 1;
    }

    /// Notes the command line in an object, if `--record` is set.
    ///
    /// Models: cli-runtime/pkg/genericclioptions/record_flags.go ChangeCauseRecorder.Record (v1.36).
    pub(crate) fn record(&self, value: &mut Value) {
        let (Some(cause), Some(metadata)) = (&self.cause, value.get_mut("metadata")) else {
            return;
        };
        if !metadata["annotations"].is_object() {
            metadata["annotations"] = serde_json::json!({});
        }
        metadata["annotations"][CHANGE_CAUSE] = cause.as_str().into();
    }

    /// As [`Self::record`], for a stored object.
    pub(crate) fn record_later(&mut self, kind: Kind, namespace: &str, name: &str) -> Result<(), Failure> {
        let Some(object) = self
            .cluster
            .find(kind, namespace, name)
            .filter(|_| self.cause.is_some())
            .cloned()
        else {
            return Ok(());
        };
        let mut value = object.value.clone();
        self.record(&mut value);
        self.cluster
            .update(kind, namespace, name, &value, RequestOptions::default())?;
        Ok(())
    }

    /// Prints a warning of the API server, each only once.
    pub(crate) fn warn(&mut self, message: &str) {
        if !self.warned.iter().any(|known| known == message) {
            let _ = writeln!(self.output.stderr, "Warning: {message}");
            self.warned.push(message.to_owned());
        }
    }

    pub(crate) fn warn_all(&mut self, findings: &[Finding]) {
        for finding in findings {
            self.warn(&finding.to_string());
            self.output.rules.push(finding.rule);
        }
    }

    /// Warns if a kind is deprecated.
    pub(crate) fn warn_of(&mut self, kind: Kind) {
        if let Some(message) = deprecation(kind).filter(|_| self.around.version > KubectlVersion::V1_32) {
            self.warn(message);
        }
    }
}

/// The deprecation warning of a kind.
pub(crate) fn deprecation(kind: Kind) -> Option<&'static str> {
    (kind == Kind::Endpoints).then_some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
}
