//! What the configuration of well-known servers says about their ports, where a ConfigMap or Secret holds it.
//!
//! A file that a script writes or copies is not read.

mod directives;
mod given;
mod nginx;
mod outline;

use super::command::base;
use super::port::ListeningPort;
pub(super) use given::Started;
use given::named;

type Reading = fn(&Started<'_>, &str) -> Vec<ListeningPort>;

/// Where a server finds its configuration, and how that is read.
struct Server {
    /// The last words of images' names, and programs.
    names: &'static [&'static str],
    /// The options that name the file; an empty one stands for a plain argument.
    options: &'static [&'static str],
    /// The files that it reads unless it is given another.
    files: &'static [&'static str],
    read: Reading,
}

/// Sources: the manuals of these servers and the Dockerfiles of their images.
const SERVERS: [Server; 12] = [
    Server {
        names: &["redis", "redis-server", "valkey", "valkey-server", "redis-sentinel"],
        options: &[""],
        files: &[],
        read: directives::redis,
    },
    Server {
        names: &["httpd", "httpd-foreground"],
        options: &["-f"],
        files: &["/usr/local/apache2/conf/httpd.conf"],
        read: directives::httpd,
    },
    Server {
        names: &["haproxy"],
        options: &["-f"],
        files: &["/usr/local/etc/haproxy/haproxy.cfg", "/etc/haproxy/haproxy.cfg"],
        read: directives::haproxy,
    },
    Server {
        names: &["postgres"],
        options: &["config_file", "--config_file", "--config-file"],
        files: &[],
        read: directives::postgres,
    },
    Server {
        names: &["mysql", "mysqld", "mariadb", "mariadbd", "percona"],
        options: &["--defaults-file", "--defaults-extra-file"],
        files: &[
            "/etc/mysql/my.cnf",
            "/etc/my.cnf",
            "/etc/mysql/conf.d/",
            "/etc/mysql/mariadb.conf.d/",
            "/etc/my.cnf.d/",
        ],
        read: directives::mysql,
    },
    Server {
        names: &["coredns"],
        options: &["-conf"],
        files: &["/Corefile"],
        read: directives::coredns,
    },
    Server {
        names: &["caddy"],
        options: &["--config", "-config"],
        files: &["/etc/caddy/Caddyfile"],
        read: directives::caddy,
    },
    Server {
        names: &["grafana", "grafana-server"],
        options: &["--config", "-config"],
        files: &["/etc/grafana/grafana.ini"],
        read: directives::grafana,
    },
    Server {
        names: &["mongo", "mongod"],
        options: &["--config", "-f"],
        files: &[],
        read: outline::mongod,
    },
    Server {
        names: &["envoy"],
        options: &["-c", "--config-path"],
        files: &["/etc/envoy/envoy.yaml", "/etc/envoy/envoy.yml"],
        read: outline::envoy,
    },
    Server {
        names: &[
            "opentelemetry-collector",
            "opentelemetry-collector-contrib",
            "opentelemetry-collector-k8s",
            "otelcol",
            "otelcol-contrib",
        ],
        options: &["--config"],
        files: &[
            "/etc/otelcol/config.yaml",
            "/etc/otelcol-contrib/config.yaml",
            "/etc/otelcol-k8s/config.yaml",
        ],
        read: outline::collector,
    },
    Server {
        names: &["traefik"],
        options: &["--configFile", "--configfile"],
        files: &["/etc/traefik/traefik.yml", "/etc/traefik/traefik.yaml"],
        read: outline::traefik,
    },
];

/// The ports that the mounted configuration of a server names; `None` where it mounts none that is known.
pub(super) fn ports(name: &str, started: &Started<'_>) -> Option<Vec<ListeningPort>> {
    if started.files.is_empty() {
        return None;
    }
    let name = base(name);
    if ["nginx", "nginx-debug", "nginx-unprivileged"].contains(&name) {
        return nginx::ports(name, started);
    }
    let server = SERVERS.iter().find(|server| server.names.contains(&name))?;
    let texts = server.texts(started);
    if texts.is_empty() {
        return None;
    }
    let text = started.filled_in(&texts.join("\n"));
    Some((server.read)(started, &text))
}

impl Server {
    fn texts<'a>(&self, started: &Started<'a>) -> Vec<&'a str> {
        let given: Vec<&str> = self
            .options
            .iter()
            .flat_map(|option| named(started.arguments, option))
            .collect();
        let usual = self.files.iter().copied();
        let paths: Vec<&str> = if given.is_empty() { usual.collect() } else { given };
        let files = started.files;
        let texts = paths.into_iter().flat_map(|path| match path.strip_suffix('/') {
            Some(directory) => files.within(directory).map(|(_, text)| text).collect(),
            None => files.text(path).into_iter().collect::<Vec<_>>(),
        });
        texts.collect()
    }
}
