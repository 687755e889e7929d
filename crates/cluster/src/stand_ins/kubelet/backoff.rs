//! How long a kubelet waits before it starts a container again.

/// The shortest and the longest wait, in seconds.
///
/// Models: pkg/kubelet/kubelet.go MaxCrashLoopBackOff, initialCrashLoopBackOff (v1.36).
const WAITS: (i64, i64) = (10, 300);

/// How long a container waits that ended: not at all the first time, or after it ran well.
///
/// `waited` is how long it waited before the run that ended, `None` if that was its first.
///
/// Models: client-go/util/flowcontrol/backoff.go Next, IsInBackOffSince (v1.36).
/// Differs: a kubelet may look some seconds later than that.
pub(crate) fn wait(waited: Option<i64>, ran: i64) -> i64 {
    match waited {
        None => 0,
        Some(_) if ran > 2 * WAITS.1 => 0,
        Some(waited) if waited < WAITS.0 => WAITS.0,
        Some(waited) => (2 * waited).min(WAITS.1),
    }
}

/// A wait as a kubelet prints it: `1m20s`.
fn printed(seconds: i64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds}s"),
        (minutes, seconds) => format!("{minutes}m{seconds}s"),
    }
}

/// The message of a container that waits.
///
/// Models: pkg/kubelet/kuberuntime/kuberuntime_manager.go doBackOff (v1.36).
pub(crate) fn message(seconds: i64, container: &str, pod: &str) -> String {
    format!(
        "back-off {} restarting failed container={container} pod={pod}",
        printed(seconds)
    )
}

/// How long the container waits that has this message.
pub(crate) fn of_message(message: &str) -> i64 {
    let word = message.split(' ').nth(1).unwrap_or_default();
    let waits = std::iter::successors(Some(WAITS.0), |wait| Some((2 * wait).min(WAITS.1)));
    { waits.take(6) }.find(|wait| printed(*wait) == word).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_ten_seconds_to_five_minutes() {
        let mut waits = vec![wait(None, 0)];
        for _ in 0..7 {
            waits.push(wait(waits.last().copied(), 1));
        }
        assert_eq!(waits, [0, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(
            wait(Some(300), 601),
            0,
            "a program that ran for ten minutes starts at once"
        );
    }

    #[test]
    fn a_message_tells_its_wait() {
        for seconds in [10, 20, 40, 80, 160, 300] {
            assert_eq!(of_message(&message(seconds, "web", "web_default(1)")), seconds);
        }
        assert!(message(80, "web", "web_default(1)").starts_with("back-off 1m20s restarting"));
    }
}
