//! What is known of a pod's containers and their programs.

use crate::Cluster;
use crate::stand_ins::environment::Environment;
use crate::stand_ins::listening::started;
use crate::stand_ins::missing::{Unmounted, unmounted};
use crate::stand_ins::peers::peers;
use crate::stand_ins::program::{Moment, Program, exit_code_of, moment, program};
use crate::stand_ins::served::{Asked, Served, access_line, served};
use crate::store::Object;
use api::Cursor;

impl Cluster {
    /// The names of hosts that a pod's containers are set up to ask, as they write them: by environment variables,
    /// command, arguments, or what is known of the image.
    pub fn peers(&self, pod: &Object) -> Vec<String> {
        peers(&self.tools.store, pod)
    }

    /// The environment of a container, or kubelet's words for what it lacks; `None` if there is no such container.
    pub fn environment(&self, pod: &Object, container: &str) -> Option<Result<Environment, String>> {
        let container = container_of(pod, container)?;
        Some(Environment::complete(&self.tools.store, pod, container))
    }

    /// What a container runs; `None` if there is no such container, or it lacks what its environment names.
    pub fn program(&self, pod: &Object, container: &str) -> Option<Program> {
        let (container, environment) = self.known(pod, container)?;
        let (started, _) = self.span(pod, container);
        Some(program(&self.tools.store, pod, container, &environment, started))
    }

    /// What a container printed that started and ended, or is asked, at these virtual seconds, and which files it left.
    pub fn moment(&self, pod: &Object, container: &str, (started, ended): (i64, i64)) -> Option<Moment> {
        let (container, environment) = self.known(pod, container)?;
        let span = (started, ended - started);
        Some(moment(&self.tools.store, pod, container, &environment, span))
    }

    /// The virtual seconds of a container's last start and of its end, which is now for one that runs.
    pub fn span_of(&self, pod: &Object, container: &str) -> Option<(i64, i64)> {
        let (container, _) = self.known(pod, container)?;
        Some(self.span(pod, container))
    }

    /// The words of the program that a container starts, or its arguments where the image alone decides what it starts.
    pub fn words_of(&self, pod: &Object, container: &str) -> Vec<String> {
        let Some(container) = container_of(pod, container) else {
            return Vec::new();
        };
        let environment = Environment::complete(&self.tools.store, pod, container).unwrap_or_default();
        let started = started(container, &environment);
        if started.words.is_empty() {
            started.args
        } else {
            started.words
        }
    }

    /// The exit code of a command that is run in a container now.
    pub fn exit_code_of(&self, pod: &Object, container: &str, command: &[String]) -> Option<i64> {
        let (container, environment) = self.known(pod, container)?;
        let (started, ended) = self.span(pod, container);
        let span = (started, ended - started);
        let code = exit_code_of(&self.tools.store, pod, container, &environment, span, command);
        Some(code)
    }

    /// What a pod mounts that is not there.
    pub fn unmounted(&self, pod: &Object) -> Option<Unmounted> {
        unmounted(&self.tools.store, pod)
    }

    /// What a pod answers, where the image that serves is known.
    pub fn served(&self, pod: &Object, asked: &Asked<'_>) -> Option<Served> {
        served(&self.tools.store, pod, asked, self.now())
    }

    /// The line of a web server's access log for a request for `/`, where the server is known to write one.
    pub fn access_line(&self, pod: &Object, container: Cursor<'_>, from: &str, at: i64) -> Option<String> {
        access_line(&self.tools.store, pod, container, from, at)
    }

    fn known<'a>(&self, pod: &'a Object, container: &str) -> Option<(Cursor<'a>, Environment)> {
        let container = container_of(pod, container)?;
        let environment = Environment::complete(&self.tools.store, pod, container).ok()?;
        Some((container, environment))
    }

    /// The virtual seconds of a container's last start and of its end, which is now for one that runs.
    fn span(&self, pod: &Object, container: Cursor<'_>) -> (i64, i64) {
        let lists = [
            "containerStatuses",
            "initContainerStatuses",
            "ephemeralContainerStatuses",
        ];
        let name = container.field("name").text();
        let status = lists
            .into_iter()
            .find_map(|list| pod.status().field(list).find("name", name));
        let status = status.unwrap_or(Cursor::NULL);
        let both = [status.field("state"), status.field("lastState")];
        let spans = both
            .iter()
            .flat_map(|state| [state.field("running"), state.field("terminated")]);
        let state = { spans }.find(|state| state.is_set()).unwrap_or(Cursor::NULL);
        let at = |cursor: Cursor<'_>| cursor.as_text().and_then(crate::time::second);
        let started = at(state.field("startedAt")).or_else(|| at(pod.status().field("startTime")));
        let started = started.unwrap_or(self.now());
        (started, at(state.field("finishedAt")).unwrap_or(self.now()))
    }
}

fn container_of<'a>(pod: &'a Object, name: &str) -> Option<Cursor<'a>> {
    let lists = ["containers", "initContainers", "ephemeralContainers"];
    lists
        .into_iter()
        .find_map(|list| pod.spec().field(list).find("name", name))
}
