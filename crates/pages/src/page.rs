//! The pages as HTML.

use crate::gallery::Entry;
use crate::map::{Drawn, PREVIEW};
use playground::Lesson;
use std::fmt::Write;

const SITE: &str = "Service Playground";
const SIGN: &str = r#"<svg viewBox="0 0 32 32" aria-hidden="true"><path stroke="var(--route-2)" d="M2 16h10"/><path stroke="var(--route-1)" d="M20 16h10M20 15c1-6 4-8.500 9.500-8.500M20 17c1 6 4 8.500 9.500 8.500"/><rect x="9.700" y="6.700" width="9.600" height="18.600" rx="4.800" fill="var(--sheet)" stroke="var(--ink)"/></svg>"#;

/// The page of a scenario. Without a base its addresses are relative, which previews do not follow.
pub fn scenario(entry: &Entry, [before, after]: [Option<&Entry>; 2], drawn: &Drawn, base: Option<&str>) -> String {
    let own = format!("s/{}/", entry.name);
    let about = plain(&entry.story);
    let image = base.map_or_else(|| "preview.png".to_owned(), |base| format!("{base}{own}preview.png"));
    let mut head = format!(
        "<meta property=\"og:type\" content=\"article\">\n\
         <meta property=\"og:image\" content=\"{image}\">\n\
         <meta property=\"og:image:type\" content=\"image/png\">\n\
         <meta property=\"og:image:width\" content=\"{}\">\n\
         <meta property=\"og:image:height\" content=\"{}\">\n\
         <meta property=\"og:image:alt\" content=\"A map of the scenario: clients, Services and pods\">\n\
         <meta name=\"twitter:card\" content=\"summary_large_image\">\n\
         <meta name=\"twitter:title\" content=\"{title}\">\n\
         <meta name=\"twitter:description\" content=\"{about}\">\n\
         <meta name=\"twitter:image\" content=\"{image}\">\n",
        PREVIEW.0,
        PREVIEW.1,
        title = escaped(&entry.title),
        about = escaped(&about),
    );
    head += &addresses(base, &own, "./");
    let mut body = format!(
        "<p class=\"kind\">{}</p>\n<h1>{}</h1>\n<p class=\"story\">{}</p>\n\
         <a class=\"open\" href=\"../../#s/{}\">Open in the playground</a>\n\
         <p class=\"aside\">It runs in your browser and needs scripts there; this page does not.</p>\n\
         <figure tabindex=\"0\" role=\"group\" aria-label=\"Map\"><picture><source srcset=\"map-dark.svg\" media=\"(prefers-color-scheme: dark)\">\
         <img src=\"map.svg\" width=\"{:.0}\" height=\"{:.0}\" alt=\"{}\"></picture></figure>\n",
        escaped(&entry.heading),
        prose(&entry.title),
        prose(&entry.story),
        entry.name,
        drawn.size.w,
        drawn.size.h,
        escaped(&format!("The map. {}", drawn.description)),
    );
    if let Some(lesson) = &entry.lesson {
        body += &lesson_parts(lesson);
    }
    let _ = write!(
        body,
        "<h2 id=\"text\">The manifests</h2>\n<pre class=\"text\" tabindex=\"0\" aria-labelledby=\"text\"><code>{}</code></pre>\n",
        escaped(entry.manifests.trim())
    );
    body += "<nav aria-label=\"Scenarios\">";
    if let Some(before) = before {
        let _ = write!(
            body,
            "<a rel=\"prev\" href=\"../{}/\">Before: {}</a>",
            before.name,
            escaped(&before.title)
        );
    }
    body += "<a href=\"../\">All scenarios</a>";
    if let Some(after) = after {
        let _ = write!(
            body,
            "<a rel=\"next\" href=\"../{}/\">Next: {}</a>",
            after.name,
            escaped(&after.title)
        );
    }
    body += "</nav>\n";
    document(
        &format!("{} · {SITE}", entry.title),
        (&entry.title, &about),
        "../",
        &head,
        &body,
    )
}

/// The page that lists all.
pub fn overview(entries: &[Entry], base: Option<&str>) -> String {
    let about = "Kubernetes Services by scenario: each shows something, or something to be found and mended.";
    let mut body = format!("<h1>Scenarios</h1>\n<p class=\"story\">{about}</p>\n");
    let mut heading = "";
    for entry in entries {
        if entry.heading != heading {
            let end = if heading.is_empty() { "" } else { "</ul>\n" };
            heading = &entry.heading;
            let _ = write!(body, "{end}<h2>{}</h2>\n<ul class=\"list\">", escaped(heading));
        }
        let _ = writeln!(
            body,
            "<li><a href=\"{}/\"><span class=\"name\">{}</span><p>{}</p></a></li>",
            entry.name,
            prose(&entry.title),
            prose(first_sentence(&entry.story))
        );
    }
    body += "</ul>\n";
    let head = addresses(base, "s/", "./");
    document(&format!("Scenarios · {SITE}"), ("Scenarios", about), "", &head, &body)
}

pub fn site_map(entries: &[Entry], base: &str) -> String {
    let own = entries.iter().map(|entry| format!("s/{}/", entry.name));
    let all = [String::new(), "s/".to_owned()].into_iter().chain(own);
    let mut urls = String::new();
    for path in all {
        let _ = writeln!(urls, "<url><loc>{}</loc></url>", escaped(&format!("{base}{path}")));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>\n"
    )
}

/// Which address a page has.
fn addresses(base: Option<&str>, own: &str, relative: &str) -> String {
    match base {
        Some(base) => {
            let address = escaped(&format!("{base}{own}"));
            format!("<link rel=\"canonical\" href=\"{address}\">\n<meta property=\"og:url\" content=\"{address}\">\n")
        }
        None => format!("<link rel=\"canonical\" href=\"{relative}\">\n"),
    }
}

fn document(name: &str, (title, about): (&str, &str), up: &str, head: &str, body: &str) -> String {
    let (name, title, about) = (escaped(name), escaped(title), escaped(about));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{name}</title>\n<meta name=\"description\" content=\"{about}\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta property=\"og:site_name\" content=\"{SITE}\">\n\
         <meta property=\"og:title\" content=\"{title}\">\n\
         <meta property=\"og:description\" content=\"{about}\">\n\
         {head}<link rel=\"icon\" href=\"{up}icon.svg\" type=\"image/svg+xml\">\n<link rel=\"stylesheet\" href=\"{up}style.css\">\n</head>\n\
         <body>\n<header><a href=\"{up}../\">{SIGN}{SITE}</a></header>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// What an author adds to the manifests, but for what gives the answer away.
fn lesson_parts(lesson: &Lesson) -> String {
    let mut body = String::new();
    if !lesson.steps.is_empty() {
        body += "<h2>Step by step</h2>\n<ol class=\"steps\">\n";
        for step in &lesson.steps {
            let title = if step.title.is_empty() {
                String::new()
            } else {
                format!("<strong>{}</strong><br>", prose(&step.title))
            };
            let _ = write!(body, "<li>{title}{}", prose(&step.say));
            if !step.run.is_empty() {
                let _ = write!(body, "<pre><code>{}</code></pre>", escaped(&step.run.join("\n")));
            }
            body += "</li>\n";
        }
        body += "</ol>\n";
    }
    if !lesson.predictions.is_empty() {
        body += "<h2>What do you think?</h2>\n<ul class=\"steps\">\n";
        for prediction in &lesson.predictions {
            let _ = writeln!(body, "<li>{}</li>", prose(&prediction.ask));
        }
        body += "</ul>\n";
    }
    if !lesson.checks.is_empty() {
        body += "<h2>Solved when</h2>\n<ul class=\"steps\">\n";
        for check in &lesson.checks {
            let _ = writeln!(body, "<li>{}</li>", prose(&check.say));
        }
        body += "</ul>\n";
    }
    body
}

fn first_sentence(story: &str) -> &str {
    let end = story.find(". ").map_or(story.len(), |end| end + 1);
    story.get(..end).unwrap_or(story)
}

/// What an author writes between backticks is code.
fn prose(words: &str) -> String {
    let parts = words.trim().split('`').enumerate();
    parts
        .map(|(place, part)| {
            if place % 2 == 1 {
                format!("<code>{}</code>", escaped(part))
            } else {
                escaped(part)
            }
        })
        .collect()
}

fn plain(words: &str) -> String {
    words.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
