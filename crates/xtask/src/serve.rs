//! `cargo xtask serve`: builds, serves `dist/`, and with `--watch` builds anew whenever a source changes.

use crate::dist::{self, Finish};
use crate::run::{root, say};
use anyhow::{Context, Result, anyhow, bail};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};
use tiny_http::{Header, Request, Response, Server, StatusCode};

const DEFAULT_PORT: u16 = 8080;
const THREADS: usize = 4;
const LOOK_FOR_CHANGES_EVERY: Duration = Duration::from_millis(300);
/// Answered once a build newer than the asking page's is there.
const RELOAD_PATH: &str = "/reload-when-changed";
const RELOAD_PATIENCE: Duration = Duration::from_secs(20);

/// What `serve` was asked for.
pub struct Options {
    port: u16,
    watch: bool,
}

impl Options {
    /// From the command line.
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
    let server = Arc::new(listen(options.port)?);
    let built = Arc::new(AtomicU64::new(0));
    let seen = sources();
    dist::build(if options.watch { Finish::Watch } else { Finish::Release })?;
    let address = server.server_addr();
    say(&format!("serving on http://{address} (Ctrl+C stops)"));
    if options.watch {
        let built = Arc::clone(&built);
        thread::spawn(move || rebuild_on_change(seen, &built));
    }
    // A page waiting for a rebuild holds a thread: enough of them for the page itself as well.
    let workers: Vec<_> = (0..THREADS)
        .map(|_| {
            let (server, built) = (Arc::clone(&server), Arc::clone(&built));
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    answer(request, &built);
                }
            })
        })
        .collect();
    for worker in workers {
        worker.join().map_err(|_| anyhow!("the server stopped"))?;
    }
    Ok(())
}

fn listen(port: u16) -> Result<Server> {
    Server::http(("127.0.0.1", port)).map_err(|error| {
        anyhow!(
            "cannot listen on 127.0.0.1:{port} ({error}); if another program has that port, stop it \
             or take another one: cargo xtask serve --port {}",
            port.wrapping_add(1)
        )
    })
}

fn answer(request: Request, built: &Arc<AtomicU64>) {
    if let Some(known) = request.url().strip_prefix(RELOAD_PATH) {
        let known = known
            .strip_prefix('?')
            .and_then(|number| number.parse().ok())
            .unwrap_or(0);
        let built = Arc::clone(built);
        // A page that has gone away cannot be answered, and needs no answer.
        thread::spawn(move || {
            let now = wait_for_newer(known, &built);
            let _gone = request.respond(Response::from_string(now.to_string()));
        });
        return;
    }
    let _gone = match file_of(request.url()).and_then(|path| Some((File::open(&path).ok()?, path))) {
        Some((file, path)) => {
            let mut response = Response::from_file(file);
            for (name, value) in [("Content-Type", media_type(&path)), ("Cache-Control", "no-cache")] {
                if let Ok(header) = Header::from_bytes(name, value) {
                    response.add_header(header);
                }
            }
            request.respond(response)
        }
        None => request.respond(Response::from_string("not found\n").with_status_code(StatusCode(404))),
    };
}

/// The file a path of the address bar stands for, if it lies within `dist/`.
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

/// Every file the page is made of, with the time of its last change.
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
    fn options_are_read_in_either_spelling() {
        for spelling in [&["--watch", "--port", "9000"][..], &["--port=9000", "--watch"]] {
            let words: Vec<String> = spelling.iter().map(ToString::to_string).collect();
            let options = Options::parse(&words).expect("both are understood");
            assert_eq!((options.port, options.watch), (9000, true));
        }
        assert!(Options::parse(&["--port".to_owned(), "many".to_owned()]).is_err());
    }
}
