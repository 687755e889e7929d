//! `cargo xtask serve`: builds, serves `dist/`, and with `--watch` builds again whenever a source changes.

use crate::dist::{self, Finish};
use crate::run::{root, say};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

const DEFAULT_PORT: u16 = 8080;
const REQUEST_PATIENCE: Duration = Duration::from_secs(60);
/// Longest request that is read, in bytes with headers.
const LONGEST_REQUEST: u64 = 64 * 1024;
const LOOK_FOR_CHANGES_EVERY: Duration = Duration::from_millis(300);
/// The path that answers once there is a newer build than the page's.
const RELOAD_PATH: &str = "/reload-when-changed";
const RELOAD_PATIENCE: Duration = Duration::from_secs(20);

pub struct Options {
    port: u16,
    watch: bool,
}

impl Options {
    pub fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            port: DEFAULT_PORT,
            watch: false,
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument
                .split_once('=')
                .map_or((argument.as_str(), None), |(flag, value)| (flag, Some(value)))
            {
                ("--watch", None) => options.watch = true,
                ("--port", value) => {
                    let value = value
                        .or_else(|| arguments.next().map(String::as_str))
                        .context("--port needs a number")?;
                    options.port = value.parse().with_context(|| format!("{value:?} is not a port"))?;
                }
                _ => bail!("unknown argument {argument:?}: serve takes --port N and --watch"),
            }
        }
        Ok(options)
    }
}

/// Builds and serves until interrupted.
pub fn serve(options: &Options) -> Result<()> {
    // Before the build: who has to choose another port wants to know now.
    let listener = listen(options.port)?;
    let built = Arc::new(AtomicU64::new(0));
    let seen = sources();
    dist::build(if options.watch { Finish::Watch } else { Finish::Release })?;
    say(&format!("serving on http://{} (Ctrl+C stops)", listener.local_addr()?));
    if options.watch {
        let built = Arc::clone(&built);
        thread::spawn(move || rebuild_on_change(seen, &built));
    }
    for connection in listener.incoming() {
        let built = Arc::clone(&built);
        // A page that has gone away cannot be answered, and needs no answer.
        thread::spawn(move || connection.and_then(|connection| answer(&connection, &built)));
    }
    Ok(())
}

fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).with_context(|| {
        format!(
            "cannot listen on 127.0.0.1:{port}; if another program has that port, stop it \
             or take another one: cargo xtask serve --port {}",
            port.wrapping_add(1)
        )
    })
}

/// Answers one request, with as much of HTTP as a page on this machine needs.
fn answer(connection: &TcpStream, built: &AtomicU64) -> io::Result<()> {
    connection.set_read_timeout(Some(REQUEST_PATIENCE))?;
    let mut lines = BufReader::new(connection.take(LONGEST_REQUEST)).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|header| !header.is_empty()) {}

    let mut words = request.split(' ');
    let (Some("GET" | "HEAD"), Some(url)) = (words.next(), words.next()) else {
        return respond(
            connection,
            "405 Method Not Allowed",
            "text/plain",
            b"only GET and HEAD\n",
        );
    };
    if let Some(known) = url.strip_prefix(RELOAD_PATH) {
        // A page that has just been loaded only asks which build it has.
        let known = known.strip_prefix('?').and_then(|number| number.parse().ok());
        let now = known
            .map_or_else(|| built.load(Ordering::Relaxed), |known| wait_for_newer(known, built))
            .to_string();
        return respond(connection, "200 OK", "text/plain", now.as_bytes());
    }
    match file_of(url).and_then(|path| Some((fs::read(&path).ok()?, media_type(&path)))) {
        Some((content, media_type)) => respond(connection, "200 OK", media_type, &content),
        None => respond(connection, "404 Not Found", "text/plain", b"not found\n"),
    }
}

fn respond(mut connection: &TcpStream, status: &str, media_type: &str, content: &[u8]) -> io::Result<()> {
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\
         Cache-Control: no-cache\r\nConnection: close\r\n\r\n",
        content.len()
    )?;
    connection.write_all(content)
}

/// The file of a URL's path, if it lies within `dist/`.
fn file_of(url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.trim_start_matches('/');
    if path.split(['/', '\\']).any(|part| part == ".." || part.contains(':')) {
        return None;
    }
    let path = root().join("dist").join(path);
    let path = if path.is_dir() { path.join("index.html") } else { path };
    path.is_file().then_some(path)
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("wasm") => "application/wasm",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt" | "yaml" | "ts") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn wait_for_newer(known: u64, built: &AtomicU64) -> u64 {
    let started = SystemTime::now();
    loop {
        let now = built.load(Ordering::Relaxed);
        if now > known || started.elapsed().is_ok_and(|waited| waited > RELOAD_PATIENCE) {
            return now;
        }
        thread::sleep(LOOK_FOR_CHANGES_EVERY);
    }
}

fn rebuild_on_change(mut seen: BTreeMap<PathBuf, SystemTime>, built: &AtomicU64) {
    loop {
        thread::sleep(LOOK_FOR_CHANGES_EVERY);
        let now = sources();
        if now == seen {
            continue;
        }
        let changed = now
            .iter()
            .find(|(path, time)| seen.get(*path) != Some(time))
            .map(|(path, _)| path);
        if let Some(path) = changed.and_then(|path| path.strip_prefix(root()).ok()) {
            say(&format!("{} changed", path.display()));
        }
        seen = now;
        match dist::build(Finish::Watch) {
            Ok(()) => {
                built.fetch_add(1, Ordering::Relaxed);
                say("built; pages reload");
            }
            Err(error) => eprintln!("\nerror: {error:#}\n(the last good build stays on screen)"),
        }
    }
}

/// Every source file of the page, with the time of its last change.
fn sources() -> BTreeMap<PathBuf, SystemTime> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join("web"), root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(time) = entry.metadata().and_then(|metadata| metadata.modified()) {
                found.insert(path, time);
            }
        }
    }
    for file in ["index.html", "Cargo.toml", "Cargo.lock", "package-lock.json"] {
        if let Ok(time) = fs::metadata(root().join(file)).and_then(|metadata| metadata.modified()) {
            found.insert(root().join(file), time);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webassembly_is_sent_as_what_it_is() {
        assert_eq!(media_type(Path::new("dist/assets/app.0123.wasm")), "application/wasm");
    }

    #[test]
    fn nothing_outside_dist_is_served() {
        assert_eq!(file_of("/../Cargo.toml"), None);
        assert_eq!(file_of("/assets/../../Cargo.toml"), None);
        assert_eq!(file_of("//etc/passwd"), None);
    }

    #[test]
    fn a_page_that_asks_for_nothing_keeps_nobody_waiting() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || {
            for connection in listener.incoming() {
                thread::spawn(move || answer(&connection.expect("a connection"), &AtomicU64::new(1)));
            }
        });
        let _silent = TcpStream::connect(address).expect("a connection kept for later");
        let mut asking = TcpStream::connect(address).expect("a connection");
        asking
            .write_all(b"GET /reload-when-changed?0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .expect("a request");
        let mut answer = String::new();
        asking.read_to_string(&mut answer).expect("an answer");
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\n1"),
            "{answer}"
        );
    }

    #[test]
    fn options_are_read_in_either_spelling() {
        for spelling in [&["--watch", "--port", "9000"][..], &["--port=9000", "--watch"]] {
            let words: Vec<String> = spelling.iter().map(ToString::to_string).collect();
            let options = Options::parse(&words).expect("both are understood");
            assert_eq!((options.port, options.watch), (9000, true));
        }
        assert!(Options::parse(&["--port".to_owned(), "many".to_owned()]).is_err());
    }
}
