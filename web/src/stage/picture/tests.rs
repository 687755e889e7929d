//! What a picture holds, and how many bytes it takes.

use super::*;
use crate::played::Played;
use crate::scenarios::ALL;
use crate::stage::scene::Face;
use playground::Scenario;

/// About as wide as the page's own type.
fn measure(text: &str, face: Face) -> f64 {
    let letters = f64::from(u32::try_from(text.chars().count()).unwrap_or_default());
    letters * face.size() * 0.58
}

fn token(name: &str) -> String {
    match name {
        "--sans" => "\"Some Sans\", sans-serif".to_owned(),
        "--mono" => "\"Some mono\", monospace".to_owned(),
        _ => "#123456".to_owned(),
    }
}

fn drawn<T>(scenario: Scenario, seconds: u64, read: impl FnOnce(&Picture<'_>) -> T) -> T {
    let mut session = Played::new(scenario);
    let (at, until) = (Micros::from_seconds(seconds), Micros::from_seconds(seconds + 5));
    session.run(until);
    let tools = Tools::new(&measure, &token);
    let size = Size { w: 960.0, h: 540.0 };
    read(&Picture::new(&session, at, until, size, &tools))
}

fn caption() -> Caption {
    Caption {
        title: "Three & <more>".to_owned(),
        description: "What is seen".to_owned(),
    }
}

/// A Service of fifty pods and the client that asks it.
fn fifty() -> Scenario {
    let pod = |name: &str, app: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{ name: {name}, labels: {{ app: {app} }} }}\nspec: {{ containers: [{{ name: c, image: nginx }}] }}\n---\n"
        )
    };
    let pods: String = (1..=50).map(|number| pod(&format!("web-{number}"), "web")).collect();
    let clients: String = (1..=4)
        .map(|number| pod(&format!("client-{number}"), "client"))
        .collect();
    let service = "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n";
    Scenario {
        text: pods + &clients + service,
        ..Scenario::default()
    }
}

#[test]
fn a_picture_shows_what_is_forwarded() {
    let drawn = |forwards: bool| {
        let mut session = Played::new(ALL[0].scenario());
        if forwards {
            session.perform(Micros::from_seconds(2), "kubectl port-forward svc/back-end 8080:80");
        }
        let until = Micros::from_seconds(10);
        session.run(until);
        let tools = Tools::new(&measure, &token);
        let size = Size { w: 960.0, h: 540.0 };
        Picture::new(&session, Micros::from_seconds(5), until, size, &tools).svg(&caption())
    };
    assert!(drawn(true).contains("kubelet") && !drawn(false).contains("kubelet"));
}

#[test]
fn a_picture_names_what_it_shows_and_holds_no_script() {
    let scenario = ALL[0].scenario();
    let (svg, description) = drawn(scenario, 6, |picture| (picture.svg(&caption()), picture.description()));
    assert!(svg.contains("<title id=\"t\">Three &amp; &lt;more&gt;</title><desc id=\"d\">What is seen</desc>"));
    for name in ["back-end-1", "front-end-1", "back-end"] {
        assert!(svg.contains(&format!(">{name}</text>")), "{name} is missing");
    }
    assert!(!svg.contains("<script") && !svg.contains("NaN") && !svg.contains("<animate"));
    assert!(description.contains("back-end"), "{description}");
}

#[test]
fn a_moving_picture_sends_every_request_that_was_sent_on_its_way() {
    let svg = drawn(ALL[0].scenario(), 6, |picture| picture.moving_svg(&caption(), 100_000));
    let svg = svg.unwrap_or_default();
    let dots = svg.matches("<animateMotion").count();
    // Front ends ask 1.5 times a second each; each request goes and comes back.
    assert!(dots > 20, "{dots} dots move");
    assert!(svg.len() < 60_000, "{} bytes", svg.len());
    for times in svg
        .split("keyTimes=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        let times: Vec<f64> = times.split(';').filter_map(|time| time.parse().ok()).collect();
        assert!(times.is_sorted(), "{times:?}");
        assert_eq!(times.first(), Some(&0.0));
    }
}

#[test]
fn fifty_pods_move_within_a_hundred_thousand_bytes() {
    let svg = drawn(fifty(), 6, |picture| picture.moving_svg(&caption(), 100_000));
    let svg = svg.unwrap_or_default();
    assert!(
        svg.contains("<animateMotion") && svg.contains("web-50"),
        "{} bytes",
        svg.len()
    );
    assert!(svg.len() <= 100_000, "{} bytes", svg.len());
}

#[test]
fn a_map_that_takes_more_bytes_than_there_are_does_not_move() {
    assert_eq!(drawn(fifty(), 6, |picture| picture.moving_svg(&caption(), 2_000)), None);
}
