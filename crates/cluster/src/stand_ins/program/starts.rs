//! What well-known images print when they start.

use super::state::{Around, Shell};
use crate::stand_ins::listening::{Image, Started, base, url_as_port};
use crate::time::timestamp;

/// The lines of an image that runs as it is.
pub(super) fn lines(around: &Around<'_>, started: &Started) -> Vec<String> {
    let Some(image) = started.image else {
        return Vec::new();
    };
    let key = if lacks_variable(around, started) { "!" } else { "" };
    let name = image.key();
    let rows = include_str!("starts.txt").lines().filter(|row| !row.starts_with('#'));
    let own = rows.filter_map(|row| row.split_once(' ')?.0.strip_prefix(key).map(|_| row.split_once(' ')));
    let own = own
        .flatten()
        .filter(|(row, _)| row.trim_start_matches('!') == name && row.starts_with('!') != key.is_empty());
    own.map(|(_, line)| filled(line, around)).collect()
}

/// Whether the image wants one of some variables, and has none of them.
pub(super) fn lacks_variable(around: &Around<'_>, started: &Started) -> bool {
    let needs = started.image.and_then(Image::needs);
    needs.is_some_and(|needs| {
        let mut names = needs.split('|');
        started.args.is_empty()
            && !names.any(|name| around.environment.get(name).is_some_and(|value| !value.is_empty()))
    })
}

/// What a server says whose port is taken.
pub(super) fn port_taken(image: Option<Image>, port: u16) -> String {
    match image.map(Image::key) {
        Some(name) if name.contains("nginx") => {
            format!("nginx: [emerg] bind() to 0.0.0.0:{port} failed (98: Address already in use)")
        }
        Some("httpd") => {
            format!("(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:{port}")
        }
        Some("redis") => {
            format!("Warning: Could not create server TCP listening socket *:{port}: bind: Address already in use")
        }
        _ => format!("listen tcp :{port}: bind: address already in use"),
    }
}

/// Whether a server is given a URL where it wants the number of its port; it says so and ends.
pub(super) fn refuses_url(shell: &mut Shell<'_>, words: &[String]) -> bool {
    let Some((program, arguments)) = words.split_first() else {
        return false;
    };
    let Some((option, url)) = url_as_port(arguments) else {
        return false;
    };
    let flag = option.trim_start_matches('-');
    let said = match base(program) {
        "redis-server" | "valkey-server" => format!(
            "*** FATAL CONFIG FILE ERROR (Redis 7.4.0) ***\nReading the configuration file, at line 2\n>>> '{flag} \"{url}\"'\nargument couldn't be parsed into an integer\n"
        ),
        "agnhost" => format!(
            "Error: invalid argument \"{url}\" for \"--{flag}\" flag: strconv.ParseInt: parsing \"{url}\": invalid syntax\n"
        ),
        name => format!("{name}: {option}: \"{url}\" is no number\n"),
    };
    shell.print(&said);
    shell.status = 1;
    true
}

fn filled(line: &str, around: &Around<'_>) -> String {
    let iso = timestamp(around.started);
    let part = |from: usize, to: usize| iso.get(from..to).unwrap_or_default();
    let (date, time) = (part(0, 10), part(11, 19));
    line.replace("{nginx}", &format!("{} {time}", date.replace('-', "/")))
        .replace("{iso}", &format!("{date}T{time}.000000Z"))
        .replace("{plain}", &format!("{date} {time}.000"))
        .replace("{host}", around.hostname)
}
