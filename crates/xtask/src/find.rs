//! Finding programs on this machine.

use std::env;
use std::path::PathBuf;

pub fn on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

/// Chromium or a browser of its family: `CHROME`, else what is on the `PATH` or in the usual places.
pub fn chrome() -> Option<PathBuf> {
    const NAMES: [&str; 6] = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "chrome",
        "microsoft-edge",
    ];
    const PLACES: [&str; 5] = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
        "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
    ];
    env::var_os("CHROME")
        .map(PathBuf::from)
        .or_else(|| NAMES.into_iter().find_map(on_path))
        .or_else(|| PLACES.into_iter().map(PathBuf::from).find(|place| place.is_file()))
}

/// Firefox: `FIREFOX`, else what is on the `PATH` or in the usual places.
pub fn firefox() -> Option<PathBuf> {
    const PLACES: [&str; 2] = [
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
    ];
    env::var_os("FIREFOX")
        .map(PathBuf::from)
        .or_else(|| ["firefox", "firefox-esr"].into_iter().find_map(on_path))
        .or_else(|| PLACES.into_iter().map(PathBuf::from).find(|place| place.is_file()))
}
