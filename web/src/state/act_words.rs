//! Acts in words.

use crate::say;
use playground::Act;

/// An act as the terminal shows it: the equivalent command, or a comment if kubectl has none.
pub fn act_words(act: &Act) -> String {
    match act {
        Act::Kubectl(line) => line.trim_end_matches(" -n default").to_owned(),
        Act::Ready { namespace, pod, ready } => {
            let place = if namespace == "default" {
                String::new()
            } else {
                say::act_in(&namespace)
            };
            if *ready {
                say::act_probe_succeeds(&pod, &place)
            } else {
                say::act_probe_fails(&pod, &place)
            }
        }
        Act::Send {
            from,
            to,
            count,
            host,
            path,
            ..
        } => {
            let from =
                playground::read_client(from).map_or_else(|| from.clone(), |client| crate::requests::client(&client));
            let web = host.clone().unwrap_or_default() + path.as_deref().unwrap_or_default();
            let to = if web.is_empty() {
                to.strip_prefix("default/").unwrap_or(to)
            } else {
                &web
            };
            say::act_sent(usize::try_from(*count).unwrap_or_default(), &from, &to)
        }
    }
}
