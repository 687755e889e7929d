//! The pages of the whole gallery, in every language.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const BASE: &str = "https://play.example/k8s/";

/// English words that no German sentence has.
const ENGLISH: [&str; 14] = [
    "the", "and", "is", "are", "not", "of", "which", "its", "open", "what", "with", "by", "it", "from",
];

static WRITTEN: LazyLock<Written> = LazyLock::new(|| Written::new(Some(BASE)));

/// What a scenario's title is that Kubernetes prints.
const PRINTED: &str = "nodePort: provided port is not in the valid range";

/// Everything that is written, by its path.
struct Written(BTreeMap<String, Vec<u8>>);

impl Written {
    fn new(base: Option<&str>) -> Self {
        let folder = std::env::temp_dir().join(format!("playground-pages-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        if let Err(error) = write(&folder, base) {
            panic!("{error:#}");
        }
        let mut files = BTreeMap::new();
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
        Self(files)
    }

    fn bytes(&self, path: &str) -> &[u8] {
        self.0.get(path).map_or(&[], Vec::as_slice)
    }

    fn text(&self, path: &str) -> String {
        String::from_utf8_lossy(self.bytes(path)).into_owned()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn editions() -> Vec<edition::Edition> {
    edition::all(&root()).unwrap_or_default()
}

/// A gallery in a language, which is spoken from then on.
fn gallery_in(edition: &edition::Edition) -> Vec<gallery::Entry> {
    edition.speak();
    gallery::read(&root()).unwrap_or_default()
}

#[test]
fn every_scenario_has_a_page_that_can_be_read_and_unfurled_in_every_language() {
    let files = &*WRITTEN;
    let site_map = files.text("sitemap.xml");
    let editions = editions();
    assert!(editions.len() > 1);
    for edition in &editions {
        let entries = gallery_in(edition);
        assert!(entries.len() > 50);
        for entry in &entries {
            let name = &entry.name;
            let folder = if edition.is_first {
                format!("s/{name}/")
            } else {
                format!("s/{}/{name}/", edition.code)
            };
            let page = files.text(&format!("{folder}index.html"));
            let own = format!("{BASE}{folder}");
            for part in [
                format!("<html lang=\"{}\">", edition.code),
                format!("<link rel=\"canonical\" href=\"{own}\">"),
                format!("content=\"{own}preview.png\""),
                format!("<meta property=\"og:locale\" content=\"{}\">", edition.locale),
                format!("#s/{name}\""),
                "apiVersion: ".to_owned(),
            ] {
                assert!(page.contains(&part), "{folder} has no {part}");
            }
            assert!(
                !page.contains("<script") && !page.contains("kind: Scenario"),
                "{folder}"
            );
            assert!(
                !entry.story.is_empty() && !page.contains("content=\"\""),
                "{folder} says nothing of itself"
            );
            assert!(
                site_map.contains(&format!("<loc>{own}</loc>")),
                "{folder} is not in the site map"
            );
            looks(files, &folder);
        }
    }
}

/// A page's pictures are there, and no larger than a chat fetches.
fn looks(files: &Written, folder: &str) {
    let preview = files.bytes(&format!("{folder}preview.png"));
    assert!(
        preview.starts_with(b"\x89PNG") && (10_000..300_000).contains(&preview.len()),
        "{folder}: {} bytes",
        preview.len()
    );
    for map in ["map.svg", "map-dark.svg"] {
        let map = files.text(&format!("{folder}{map}"));
        assert!(
            map.len() <= 100_000 && map.contains("</svg>") && !map.contains("NaN"),
            "{folder}: {} bytes",
            map.len()
        );
    }
}

#[test]
fn a_page_leads_to_itself_in_other_languages_and_to_a_playground_that_speaks_its_own() {
    let files = &*WRITTEN;
    let site_map = files.text("sitemap.xml");
    for page in ["", "round-robin/"] {
        let (english, german) = (format!("s/{page}"), format!("s/de/{page}"));
        let alternates = [("en", &english), ("de", &german), ("x-default", &english)];
        for own in [&english, &german] {
            let html = files.text(&format!("{own}index.html"));
            for (code, path) in alternates {
                let link = format!("rel=\"alternate\" hreflang=\"{code}\" href=\"{BASE}{path}\"");
                assert!(html.contains(&format!("<link {link}>")), "{own} has no {link}");
                let entry = site_map
                    .split("<url>")
                    .find(|it| it.contains(&format!("<loc>{BASE}{own}</loc>")));
                assert!(
                    entry.is_some_and(|it| it.contains(&format!("<xhtml:link {link}/>"))),
                    "{own} has no {link} in the site map"
                );
            }
        }
        let up = if page.is_empty() { "../" } else { "../../" };
        let html = files.text(&format!("{english}index.html"));
        assert!(html.contains(&format!(
            "<a href=\"{up}s/de/{page}\" hreflang=\"de\" lang=\"de\">Deutsch</a>"
        )));
        assert!(!html.contains(">English</a>"), "nobody needs a link to where he is");
        assert!(html.contains(&format!("<header><a href=\"{up}\">")));
        let html = files.text(&format!("{german}index.html"));
        assert!(html.contains(&format!(
            "<a href=\"../{up}s/{page}\" hreflang=\"en\" lang=\"en\">English</a>"
        )));
        assert!(html.contains(&format!("<header><a href=\"../{up}?lang=de\">")));
        assert!(html.contains(&format!("<link rel=\"stylesheet\" href=\"../{up}s/style.css\">")));
    }
    let html = files.text("s/round-robin/index.html");
    assert!(
        html.contains("href=\"../../#s/round-robin\""),
        "the reader's own choice"
    );
    let html = files.text("s/de/round-robin/index.html");
    assert!(html.contains("href=\"../../../?lang=de#s/round-robin\""));
    assert!(html.contains("<pre class=\"text\" tabindex=\"0\" aria-labelledby=\"text\" lang=\"en\">"));
}

#[test]
fn a_page_without_a_known_address_leads_to_its_others_all_the_same() {
    let editions = editions();
    let Some(edition) = editions.iter().find(|edition| edition.code == "de") else {
        panic!("there is a German edition");
    };
    let entries = gallery_in(edition);
    let pages = Pages {
        editions: &editions,
        edition,
        entries: &entries,
        base: None,
    };
    let html = pages.scenario(1, &entries[1], &map::Drawn::default());
    let name = &entries[1].name;
    assert!(html.contains(&format!(
        "<link rel=\"alternate\" hreflang=\"en\" href=\"../../../s/{name}/\">"
    )));
    assert!(html.contains("content=\"preview.png\"") && !html.contains("og:url"));
}

#[test]
fn a_page_says_nothing_in_another_language() {
    let files = &*WRITTEN;
    let german: Vec<&String> = files.0.keys().filter(|path| path.starts_with("s/de/")).collect();
    let mut found = BTreeSet::new();
    for path in german.iter().filter(|path| !path.ends_with("preview.png")) {
        for text in said(&files.text(path)).iter().filter(|text| !text.starts_with(BASE)) {
            let text = text.replace(PRINTED, "");
            let mut words = text.split(|letter: char| !letter.is_alphanumeric());
            if words.any(|word| ENGLISH.contains(&word)) {
                found.insert(format!("{path}: {text}"));
            }
        }
    }
    assert!(german.len() > 200 && found.is_empty(), "{found:#?}");
}

/// What a reader sees or hears of a page or a picture: its texts but for code, and its attributes.
fn said(html: &str) -> Vec<String> {
    let mut said = Vec::new();
    let mut code = 0;
    for piece in html.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        match tag.split(' ').next() {
            Some("code" | "style") => code += 1,
            Some("/code" | "/style") => code -= 1,
            _ => {}
        }
        for attribute in ["alt=\"", "aria-label=\"", "content=\""] {
            let value = tag.split_once(attribute).and_then(|(_, rest)| rest.split_once('"'));
            said.extend(value.map(|(value, _)| value.to_owned()));
        }
        if code == 0 && !text.trim().is_empty() {
            said.push(text.to_owned());
        }
    }
    said
}

#[test]
fn pictures_have_every_letter_of_every_language_and_whole_titles() {
    let Ok(fonts) = Fonts::read(&root()) else {
        panic!("the fonts cannot be read");
    };
    let mut lacking = BTreeSet::new();
    for edition in &editions() {
        for entry in gallery_in(edition) {
            let lines = map::title_lines(&entry.title, &fonts);
            assert_eq!(lines.join(" "), entry.title);
            let widths: Vec<f64> = lines.iter().map(|line| map::title_width(line, &fonts)).collect();
            let (longest, shortest) = widths.iter().fold((0.0_f64, f64::MAX), |(most, least), width| {
                (most.max(*width), least.min(*width))
            });
            assert!(shortest > longest / 2.0, "a word alone: {lines:?}");
            let name = Some(entry.name.as_str());
            let map = WRITTEN.text(&format!("{}map.svg", Place { edition, name }.path()));
            let texts = said(&map).into_iter().chain(lines);
            let letters: String = texts.collect();
            lacking.extend(letters.chars().filter(|letter| !fonts.has(*letter)));
        }
    }
    assert!(lacking.is_empty(), "{lacking:?}");
}

#[test]
fn a_map_cuts_off_no_words_of_a_language() {
    let cut = |edition: &edition::Edition| {
        let entries = gallery_in(edition).into_iter();
        let texts = entries.flat_map(|entry| {
            let name = Some(entry.name.as_str());
            said(&WRITTEN.text(&format!("{}map.svg", Place { edition, name }.path())))
        });
        texts.filter(|text| text.ends_with('…')).collect::<BTreeSet<_>>()
    };
    let editions = editions();
    let names = editions.first().map(cut).unwrap_or_default();
    for edition in &editions {
        assert_eq!(cut(edition), names, "{}", edition.code);
    }
}
