//! The pages of the whole gallery.

use super::*;

/// Everything that is written, by its path.
fn written(base: Option<&str>, name: &str) -> std::collections::BTreeMap<String, Vec<u8>> {
    let folder = std::env::temp_dir().join(format!("playground-pages-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    if let Err(error) = write(&folder, base) {
        panic!("{error:#}");
    }
    let mut files = std::collections::BTreeMap::new();
    let mut folders = vec![folder.clone()];
    while let Some(inner) = folders.pop() {
        for path in fs::read_dir(inner)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
        {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&folder).unwrap_or(&path).display().to_string();
                files.insert(name, fs::read(&path).unwrap_or_default());
            }
        }
    }
    let _ = fs::remove_dir_all(&folder);
    files
}

#[test]
fn every_scenario_has_a_page_that_can_be_read_and_unfurled() {
    let files = written(Some("https://play.example/k8s/"), "all");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let entries = gallery::read(&root).unwrap_or_default();
    assert!(entries.len() > 50);
    let text = |path: &str| String::from_utf8_lossy(files.get(path).map_or(&[], Vec::as_slice)).into_owned();
    let site_map = text("sitemap.xml");
    for entry in &entries {
        let name = &entry.name;
        let page = text(&format!("s/{name}/index.html"));
        let own = format!("https://play.example/k8s/s/{name}/");
        for part in [
            format!("<link rel=\"canonical\" href=\"{own}\">"),
            format!("content=\"{own}preview.png\""),
            format!("href=\"../../#s/{name}\""),
            "apiVersion: ".to_owned(),
        ] {
            assert!(page.contains(&part), "{name} has no {part}");
        }
        assert!(!page.contains("<script") && !page.contains("kind: Scenario"), "{name}");
        assert!(
            !entry.story.is_empty() && !page.contains("content=\"\""),
            "{name} says nothing of itself"
        );
        assert!(site_map.contains(&own), "{name} is not in the site map");
        let preview = files
            .get(&format!("s/{name}/preview.png"))
            .map_or(&[][..], Vec::as_slice);
        assert!(
            preview.starts_with(b"\x89PNG") && (10_000..300_000).contains(&preview.len()),
            "{name}: {} bytes",
            preview.len()
        );
        for map in ["map.svg", "map-dark.svg"] {
            let map = text(&format!("s/{name}/{map}"));
            assert!(
                map.len() <= 100_000 && map.contains("</svg>") && !map.contains("NaN"),
                "{name}: {} bytes",
                map.len()
            );
        }
    }
}
