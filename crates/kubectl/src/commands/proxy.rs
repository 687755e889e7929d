//! `proxy`: a port of the machine outside that leads to the API server.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, Flags, Takes};
use crate::targets::one;
use std::fmt::Write;

const PORT: Flag = Flag::new("port", Takes::Number, "The port to listen on; 0 chooses one.")
    .short('p')
    .default("8001");
const ADDRESS: Flag = Flag::new(
    "address",
    Takes::Text,
    "The address to listen on; here 127.0.0.1, whatever it says.",
)
.default("'127.0.0.1'");
const API_PREFIX: Flag = Flag::new("api-prefix", Takes::Text, "What paths begin with; here / alone.").default("'/'");
const WWW: Flag = Flag::new("www", Takes::Text, "A directory of files to serve (not simulated).").short('w');
const WWW_PREFIX: Flag = Flag::new("www-prefix", Takes::Text, "What paths of files begin with.")
    .short('P')
    .default("'/static/'");
const ACCEPT_HOSTS: Flag = Flag::new(
    "accept-hosts",
    Takes::Text,
    "Which hosts may ask; nothing to be seen here.",
);
const ACCEPT_PATHS: Flag = Flag::new(
    "accept-paths",
    Takes::Text,
    "Which paths may be asked for; nothing to be seen here.",
);
const REJECT_PATHS: Flag = Flag::new(
    "reject-paths",
    Takes::Text,
    "Which paths are refused; nothing to be seen here.",
);
const REJECT_METHODS: Flag = Flag::new(
    "reject-methods",
    Takes::Text,
    "Which methods are refused; nothing to be seen here.",
);
const DISABLE_FILTER: Flag = Flag::new("disable-filter", Takes::Bool, "Refuse nothing.");
const KEEPALIVE: Flag = Flag::new("keepalive", Takes::Duration, "How long idle connections are kept.");

pub(crate) const FLAGS: Flags = &[&[
    PORT,
    ADDRESS,
    API_PREFIX,
    WWW,
    WWW_PREFIX,
    ACCEPT_HOSTS,
    ACCEPT_PATHS,
    REJECT_PATHS,
    REJECT_METHODS,
    DISABLE_FILTER,
    KEEPALIVE,
]];

/// The port that is chosen for `--port=0`; a kernel draws one.
const FREE: u16 = 41_000;

/// Models: kubectl/pkg/cmd/proxy/proxy.go RunProxy (v1.36).
pub(crate) fn proxy(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let port = args.number("port").unwrap_or(8001);
    let Ok(port) = u16::try_from(port) else {
        let words = format!("listen tcp: address {port}: invalid port");
        return Err(one(Failure::own(words)));
    };
    let port = if port == 0 { FREE } else { port };
    let _ = writeln!(run.output.stdout, "Starting to serve on 127.0.0.1:{port}");
    run.output.proxy = Some(port);
    run.waits(i64::MAX);
    Ok(())
}
