//! Acts in words.

use playground::Act;

/// An act as the terminal shows it: the equivalent command, or a comment if kubectl has none.
pub fn act_words(act: &Act) -> String {
    match act {
        Act::Kubectl(line) => line.trim_end_matches(" -n default").to_owned(),
        Act::Ready { namespace, pod, ready } => {
            let place = if namespace == "default" {
                String::new()
            } else {
                format!(" in {namespace}")
            };
            let outcome = if *ready { "succeeds" } else { "fails" };
            format!("# from here on the readiness probe of {pod}{place} {outcome}")
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
            let requests = match count {
                1 => "1 request".to_owned(),
                many => format!("{many} requests"),
            };
            format!("# {requests} from {from} to {to}")
        }
    }
}
