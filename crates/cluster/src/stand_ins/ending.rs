//! Which pods end by themselves, and how.

use api::{Cursor, Fields, Value};

/// The exit code of a pod whose program ends at once; `None` if it goes on running.
///
/// Only the first container counts: one that runs `echo` or `true`, or busybox without a command, ends well, `false` does not.
pub(crate) fn exit_code(pod: &Value) -> Option<i64> {
    let spec = pod.field("spec");
    if spec.field("restartPolicy") == "Always" {
        return None;
    }
    container_exit_code(spec.field("containers").items().next()?)
}

/// The exit code of a container whose program ends at once; `None` if it goes on running.
pub(crate) fn container_exit_code(container: Cursor<'_>) -> Option<i64> {
    let words = [container.field("command"), container.field("args")];
    let program = words.into_iter().flat_map(Cursor::texts).next();
    match program {
        Some("echo" | "true") => Some(0),
        Some("false") => Some(1),
        Some(_) => None,
        None => {
            let image = container.field("image").text();
            let name = image.rsplit('/').next().unwrap_or_default();
            let name = name.split([':', '@']).next();
            (name == Some("busybox")).then_some(0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_ends_if_its_program_does_and_is_not_started_again() {
        let ends = |policy: &str, container: Value| {
            exit_code(&json!({"spec": {"restartPolicy": policy, "containers": [container]}}))
        };
        assert_eq!(
            ends("Never", json!({"image": "busybox", "command": ["echo", "hi"]})),
            Some(0)
        );
        assert_eq!(
            ends("OnFailure", json!({"image": "alpine", "args": ["false"]})),
            Some(1)
        );
        assert_eq!(ends("Never", json!({"image": "docker.io/busybox:1.36"})), Some(0));
        assert_eq!(ends("Never", json!({"image": "nginx"})), None);
        assert_eq!(ends("Always", json!({"image": "busybox", "command": ["true"]})), None);
    }
}
