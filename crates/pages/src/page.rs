//! The pages as HTML.

use crate::edition::{Edition, Place};
use crate::gallery::Entry;
use crate::map::{Drawn, PREVIEW};
use playground::Lesson;
use playground_web::say;
use std::fmt::Write;

/// The name of the playground, the same in every language.
pub const SITE: &str = "Service Playground";
const SIGN: &str = r#"<svg viewBox="0 0 32 32" aria-hidden="true"><path stroke="var(--route-2)" d="M2 16h10"/><path stroke="var(--route-1)" d="M20 16h10M20 15c1-6 4-8.500 9.500-8.500M20 17c1 6 4 8.500 9.500 8.500"/><rect x="9.700" y="6.700" width="9.600" height="18.600" rx="4.800" fill="var(--sheet)" stroke="var(--ink)"/></svg>"#;

/// What all pages of a language need to know.
#[derive(Clone, Copy)]
pub struct Pages<'a> {
    pub editions: &'a [Edition],
    pub edition: &'a Edition,
    pub entries: &'a [Entry],
    /// Without it addresses are relative, which previews do not follow.
    pub base: Option<&'a str>,
}

impl Pages<'_> {
    /// The page of the scenario at that place of the gallery.
    pub fn scenario(&self, number: usize, entry: &Entry, drawn: &Drawn) -> String {
        let place = self.place(Some(&entry.name));
        let about = plain(&entry.story);
        let body = heading(place, entry) + &map(drawn) + &parts(self.edition, entry) + &self.neighbours(number);
        let head = Head {
            place,
            title: &entry.title,
            about: &about,
            more: &self.preview(place, &entry.title, &about),
        };
        self.document(&head, &body)
    }

    /// The page that lists all.
    pub fn overview(&self) -> String {
        let (title, about) = (say::gallery_title(), say::pages_about());
        let mut body = format!("<h1>{title}</h1>\n<p class=\"story\">{}</p>\n", escaped(about));
        let mut heading = "";
        for entry in self.entries {
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
        let head = Head {
            place: self.place(None),
            title,
            about,
            more: "",
        };
        self.document(&head, &body)
    }

    const fn place<'a>(&'a self, name: Option<&'a str>) -> Place<'a> {
        Place {
            edition: self.edition,
            name,
        }
    }

    /// What shows a picture where a link to the page stands.
    fn preview(&self, place: Place<'_>, title: &str, about: &str) -> String {
        let folder = self
            .base
            .map_or_else(String::new, |base| format!("{base}{}", place.path()));
        format!(
            "<meta property=\"og:image\" content=\"{folder}preview.png\">\n\
             <meta property=\"og:image:type\" content=\"image/png\">\n\
             <meta property=\"og:image:width\" content=\"{}\">\n\
             <meta property=\"og:image:height\" content=\"{}\">\n\
             <meta property=\"og:image:alt\" content=\"{}\">\n\
             <meta name=\"twitter:card\" content=\"summary_large_image\">\n\
             <meta name=\"twitter:title\" content=\"{}\">\n\
             <meta name=\"twitter:description\" content=\"{}\">\n\
             <meta name=\"twitter:image\" content=\"{folder}preview.png\">\n",
            PREVIEW.0,
            PREVIEW.1,
            escaped(say::pages_preview()),
            escaped(title),
            escaped(about),
        )
    }

    /// The ways to the scenarios before and after, and to all.
    fn neighbours(&self, number: usize) -> String {
        let link = |rel: &str, entry: Option<&Entry>, words: fn(&dyn std::fmt::Display) -> String| {
            entry.map_or_else(String::new, |entry| {
                let words = escaped(&words(&plain(&entry.title)));
                format!("<a rel=\"{rel}\" href=\"../{}/\">{words}</a>", entry.name)
            })
        };
        let before = number.checked_sub(1).and_then(|before| self.entries.get(before));
        format!(
            "<nav aria-label=\"{}\">{}<a href=\"../\">{}</a>{}</nav>\n",
            escaped(say::gallery_title()),
            link("prev", before, |title| say::pages_before(title)),
            escaped(say::pages_all()),
            link("next", self.entries.get(number + 1), |title| say::pages_next(title)),
        )
    }

    /// Which address a page has, in each language.
    fn addresses(&self, place: Place<'_>) -> String {
        let own = escaped(&place.address_of(place, self.base));
        let mut head = format!(
            "<link rel=\"canonical\" href=\"{own}\">\n<meta property=\"og:locale\" content=\"{}\">\n",
            self.edition.locale
        );
        if self.base.is_some() {
            let _ = writeln!(head, "<meta property=\"og:url\" content=\"{own}\">");
        }
        for other in self.others() {
            let _ = writeln!(
                head,
                "<meta property=\"og:locale:alternate\" content=\"{}\">",
                other.locale
            );
        }
        for (code, edition) in in_each_language(self.editions) {
            let address = escaped(&place.address_of(place.in_edition(edition), self.base));
            let _ = writeln!(head, "<link rel=\"alternate\" hreflang=\"{code}\" href=\"{address}\">");
        }
        head
    }

    /// The same page in other languages, each called as it calls itself.
    fn languages(&self, place: Place<'_>) -> String {
        let mut links = String::new();
        for other in self.others() {
            let way = place.address_of(place.in_edition(other), None);
            let (code, name) = (&other.code, escaped(&other.name));
            let _ = write!(
                links,
                "<a href=\"{way}\" hreflang=\"{code}\" lang=\"{code}\">{name}</a>"
            );
        }
        if links.is_empty() {
            return links;
        }
        format!("<nav aria-label=\"{}\">{links}</nav>", escaped(say::share_language()))
    }

    fn others(&self) -> impl Iterator<Item = &Edition> {
        self.editions.iter().filter(|it| it.code != self.edition.code)
    }

    fn document(&self, head: &Head<'_>, body: &str) -> String {
        let up = head.place.up();
        let kind = if head.place.name.is_some() {
            "article"
        } else {
            "website"
        };
        format!(
            "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title} · {SITE}</title>\n<meta name=\"description\" content=\"{about}\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta property=\"og:type\" content=\"{kind}\">\n\
             <meta property=\"og:site_name\" content=\"{SITE}\">\n\
             <meta property=\"og:title\" content=\"{title}\">\n\
             <meta property=\"og:description\" content=\"{about}\">\n\
             {more}{addresses}<link rel=\"icon\" href=\"{up}s/icon.svg\" type=\"image/svg+xml\">\n<link rel=\"stylesheet\" href=\"{up}s/style.css\">\n</head>\n\
             <body>\n<header><a href=\"{home}\">{SIGN}{SITE}</a>{languages}</header>\n<main>\n{body}</main>\n</body>\n</html>\n",
            lang = self.edition.code,
            title = escaped(&plain(head.title)),
            about = escaped(head.about),
            more = head.more,
            addresses = self.addresses(head.place),
            home = head.place.playground(),
            languages = self.languages(head.place),
        )
    }
}

/// What a page says of itself.
struct Head<'a> {
    place: Place<'a>,
    title: &'a str,
    about: &'a str,
    /// Further elements.
    more: &'a str,
}

/// Every page in every language, each with its others.
pub fn site_map(editions: &[Edition], names: &[String], base: &str) -> String {
    let mut urls = format!("<url><loc>{}</loc></url>\n", escaped(base));
    let pages = std::iter::once(None).chain(names.iter().map(|name| Some(name.as_str())));
    for name in pages {
        for edition in editions {
            let place = Place { edition, name };
            let address = |place: Place<'_>| escaped(&place.address_of(place, Some(base)));
            let _ = write!(urls, "<url><loc>{}</loc>", address(place));
            for (code, other) in in_each_language(editions) {
                let address = address(place.in_edition(other));
                let _ = write!(
                    urls,
                    "<xhtml:link rel=\"alternate\" hreflang=\"{code}\" href=\"{address}\"/>"
                );
            }
            urls += "</url>\n";
        }
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n{urls}</urlset>\n"
    )
}

/// As `hreflang` has them: each language, and what readers of any other get.
fn in_each_language(editions: &[Edition]) -> impl Iterator<Item = (&str, &Edition)> {
    let each = editions.iter().map(|edition| (edition.code.as_str(), edition));
    let default = editions.iter().filter(|edition| edition.is_first);
    each.chain(default.map(|edition| ("x-default", edition)))
}

/// What it is about, and the way into the playground.
fn heading(place: Place<'_>, entry: &Entry) -> String {
    format!(
        "<p class=\"kind\">{}</p>\n<h1>{}</h1>\n<p class=\"story\">{}</p>\n\
         <a class=\"open\" href=\"{}#s/{}\">{}</a>\n<p class=\"aside\">{}</p>\n",
        escaped(&entry.heading),
        prose(&entry.title),
        prose(&entry.story),
        place.playground(),
        entry.name,
        escaped(say::pages_open()),
        escaped(say::pages_runs()),
    )
}

fn map(drawn: &Drawn) -> String {
    format!(
        "<figure tabindex=\"0\" role=\"group\" aria-label=\"{}\"><picture>\
         <source srcset=\"map-dark.svg\" media=\"screen and (prefers-color-scheme: dark)\">\
         <img src=\"map.svg\" width=\"{:.0}\" height=\"{:.0}\" alt=\"{}\"></picture></figure>\n",
        escaped(say::pages_map()),
        drawn.size.w,
        drawn.size.h,
        escaped(&say::pages_map_described(&drawn.description)),
    )
}

/// What there is to do and to read.
fn parts(edition: &Edition, entry: &Entry) -> String {
    let lesson = entry.lesson.as_ref().map_or_else(String::new, lesson_parts);
    // The texts of scenarios are in the first language everywhere.
    let lang = if edition.is_first {
        String::new()
    } else {
        format!(" lang=\"{}\"", words::FIRST)
    };
    format!(
        "{lesson}<h2 id=\"text\">{}</h2>\n<pre class=\"text\" tabindex=\"0\" aria-labelledby=\"text\"{lang}><code>{}</code></pre>\n",
        escaped(say::pages_manifests()),
        escaped(entry.manifests.trim())
    )
}

/// What an author adds to the manifests, but for what gives the answer away.
fn lesson_parts(lesson: &Lesson) -> String {
    let mut body = String::new();
    if !lesson.steps.is_empty() {
        body += &subheading(say::pages_steps(), "<ol class=\"steps\">");
        for step in &lesson.steps {
            let title = if step.title.is_empty() {
                String::new()
            } else {
                format!("<strong>{}</strong><br>", said(&step.title))
            };
            let _ = write!(body, "<li>{title}{}", said(&step.say));
            if !step.run.is_empty() {
                let _ = write!(body, "<pre><code>{}</code></pre>", escaped(&step.run.join("\n")));
            }
            body += "</li>\n";
        }
        body += "</ol>\n";
    }
    if !lesson.predictions.is_empty() {
        body += &subheading(say::pages_predictions(), "<ul class=\"steps\">");
        for prediction in &lesson.predictions {
            let _ = writeln!(body, "<li>{}</li>", said(&prediction.ask));
        }
        body += "</ul>\n";
    }
    if !lesson.checks.is_empty() {
        body += &subheading(say::lesson_solved_when(), "<ul class=\"steps\">");
        for check in &lesson.checks {
            let _ = writeln!(body, "<li>{}</li>", said(&check.say));
        }
        body += "</ul>\n";
    }
    body
}

fn subheading(words: &str, list: &str) -> String {
    format!("<h2>{}</h2>\n{list}\n", escaped(words))
}

/// A sentence of a scenario, in the language that is spoken.
fn said(sentence: &str) -> String {
    prose(&say::translated(sentence.trim()))
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
