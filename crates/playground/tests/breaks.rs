//! What once froze the page or broke the program ends within counted work, says why, and leaves text and cluster as they were.
//!
//! Work is counted in memory asked for, as in `growth.rs`, so that a budget means the same on every machine. A budget is about
//! twice what the input costs.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

#[path = "breaks/work.rs"]
mod work;

use playground::{Act, FlowSpec, Micros, Scenario, Session, TextStatus, TimedAct, Traffic, View, share};
use std::fmt::Write as _;
use work::work;

const GOOD: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
";

/// How an input comes in.
enum Entry {
    /// Typed into the editor in place of [`GOOD`].
    Text(fn() -> String),
    /// Typed into the terminal.
    Line(fn() -> String),
    /// Opened from a link, then played for a second.
    Link(fn() -> Scenario),
}

/// An input that is much too large, what is said of it, and what it may cost.
struct Row {
    entry: Entry,
    says: &'static str,
    /// The marked part of the text begins so.
    at: &'static str,
    budget: u64,
}

const fn text(budget: u64, says: &'static str, at: &'static str, text: fn() -> String) -> Row {
    Row {
        entry: Entry::Text(text),
        says,
        at,
        budget,
    }
}

const fn line(budget: u64, says: &'static str, line: fn() -> String) -> Row {
    Row {
        entry: Entry::Line(line),
        says,
        at: "",
        budget,
    }
}

const fn link(budget: u64, says: &'static str, scenario: fn() -> Scenario) -> Row {
    Row {
        entry: Entry::Link(scenario),
        says,
        at: "",
        budget,
    }
}

fn pods(session: &Session) -> usize {
    session.world(Micros::ZERO).pods.len()
}

fn good() -> Session {
    Session::new(Scenario {
        text: GOOD.to_owned(),
        ..Scenario::default()
    })
}

/// What an input costs, after everything else about it is asserted.
fn cost(row: &Row) -> u64 {
    let says = |all: &str| assert!(all.contains(row.says), "{:.300} in place of {}", all, row.says);
    match &row.entry {
        Entry::Text(text) => {
            let (mut session, text) = (good(), text());
            let cost = work(|| session.set_text(Micros::ZERO, text.clone()));
            assert!(session.text() == text, "the text is untouched");
            if matches!(session.text_status(), TextStatus::LastGood { .. }) {
                assert_eq!(pods(&session), 2, "the last good cluster stays");
            }
            if !row.says.is_empty() {
                let said = session.diagnostics().iter().find(|it| it.message.contains(row.says));
                let said = said.unwrap_or_else(|| panic!("{:.300?}", session.diagnostics().first()));
                let marked = session.text().get(said.range.clone()).unwrap();
                assert!(marked.starts_with(row.at), "{marked:.80}");
            }
            cost
        }
        Entry::Line(line) => {
            let (mut session, line) = (good(), line());
            let mut printed = None;
            let cost = work(|| printed = Some(session.perform(Micros::ZERO, &line).0));
            let printed = printed.unwrap();
            says(&(printed.stderr + &printed.stdout));
            assert_eq!(session.text(), GOOD);
            assert!(pods(&session) >= 2);
            cost
        }
        Entry::Link(scenario) => {
            let scenario = share::decode(&share::encode(&scenario())).unwrap();
            let text = scenario.text.clone();
            let mut session = None;
            let cost = work(|| {
                let mut opened = Session::new(scenario);
                let moment = Micros(opened.opening().0 + 1_000_000);
                opened.run(moment);
                session = Some(opened);
            });
            let session = session.unwrap();
            says(&session.notices().join("; "));
            assert_eq!(session.text(), text);
            cost
        }
    }
}

fn assert_all(rows: &[(&str, Row)]) {
    let mut worse = Vec::new();
    for (name, row) in rows {
        let cost = cost(row);
        println!("{name:50} {cost:12} of {:12}", row.budget);
        if cost > row.budget {
            worse.push(format!("{name}: {cost}"));
        }
    }
    assert!(worse.is_empty(), "{worse:#?}");
}

fn workload(name: &str, replicas: u64) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: {replicas}\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec: {{containers: [{{name: web, image: nginx}}]}}\n"
    )
}

fn each(count: usize, write: impl Fn(&mut String, usize)) -> String {
    let mut all = String::new();
    (0..count).for_each(|number| write(&mut all, number));
    all
}

#[test]
fn numbers_with_a_digit_too_many() {
    assert_all(&[
        (
            "replicas: 10000",
            text(5_700_000, "the playground runs up to 2,000", "replicas: 10000", || {
                workload("web", 10_000)
            }),
        ),
        (
            "replicas: 1000000",
            text(
                5_700_000,
                "the playground runs up to 2,000",
                "replicas: 1000000",
                || workload("web", 1_000_000),
            ),
        ),
        (
            "kubectl scale to 10,000",
            line(12_000_000, "the playground runs up to 2,000", || {
                "kubectl scale deployment web --replicas=10000".into()
            }),
        ),
        (
            "kubectl create of 1,000,000",
            line(11_000_000, "the playground runs up to 2,000", || {
                "kubectl create deployment x --image=nginx --replicas=1000000".into()
            }),
        ),
        (
            "20,000 ports",
            text(2_800_000, "20,000 ports of Services", "", || {
                let ports = each(20_000, |all, number| {
                    let _ = write!(all, "{{name: p{number}, port: {}}}, ", number + 1);
                });
                format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{ports: [{ports}]}}\n")
            }),
        ),
    ]);
}

fn pods_by_hand(count: usize) -> String {
    each(count, |all, number| {
        let _ = writeln!(
            all,
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{number}, labels: {{app: web}}}}\nspec: {{containers: [{{name: web, image: nginx}}]}}"
        );
    })
}

#[test]
fn many_small_documents() {
    assert_all(&[
        ("separators", text(830_000, "", "", || "---\n".repeat(249_000))),
        (
            "documents of one value",
            text(830_000, "the playground reads up to 5,000", "a: 1", || {
                "---\na: 1\n".repeat(110_000)
            }),
        ),
        (
            "documents with an error",
            text(100_000, "12,000 documents", "kind: Pod", || {
                "---\nkind: Pod\n".repeat(12_000)
            }),
        ),
        (
            "items of a List",
            text(4_000_000, "15,000 documents", "", || {
                "apiVersion: v1\nkind: List\nitems:\n".to_owned()
                    + &"- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n".repeat(15_000)
            }),
        ),
        ("1,000 pods", text(4_800_000, "", "", || pods_by_hand(1_000))),
        ("4,900 pods", text(23_500_000, "", "", || pods_by_hand(4_900))),
        (
            "Services",
            text(2_800_000, "5,000 Services", "", || {
                each(5_000, |all, number| {
                    let _ = writeln!(
                        all,
                        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{number}}}\nspec: {{ports: [{{port: 80}}]}}"
                    );
                })
            }),
        ),
    ]);
}

#[test]
fn yaml_without_an_end() {
    assert_all(&[
        (
            "aliases",
            text(4_600_000, "apiVersion not set", "a", || {
                "a: &a x\n".to_owned() + &"b: *a\n".repeat(100_000)
            }),
        ),
        (
            "chain of merge keys",
            text(720_000, "yaml: nested too deeply", "", || {
                "b0: &b0 {a: 1}\n".to_owned()
                    + &each(9_000, |all, number| {
                        let next = number + 1;
                        let _ = writeln!(all, "b{next}: &b{next} {{<<: *b{number}, k{next}: 1}}");
                    })
            }),
        ),
        (
            "letters of a tag",
            text(240_000, "apiVersion not set", "", || {
                format!("a: !!{} b\n", "x".repeat(900_000))
            }),
        ),
        (
            "open double quote",
            text(930_000, "line 400001: found unexpected end of stream", "", || {
                format!("a: \"{}", "a\n".repeat(400_000))
            }),
        ),
        (
            "open single quote",
            text(870_000, "line 400001: found unexpected end of stream", "", || {
                format!("a: '{}", "a\n".repeat(400_000))
            }),
        ),
        (
            "colons",
            text(260_000, "mapping values are not allowed in this context", "", || {
                ":".repeat(900_000)
            }),
        ),
        (
            "keys on a line",
            text(120_000, "mapping values are not allowed in this context", "", || {
                "a: b ".repeat(190_000)
            }),
        ),
        (
            "the same key",
            text(9_600_000, "apiVersion not set", "", || "a: b\n".repeat(190_000)),
        ),
        (
            "brackets",
            text(130_000, "nested too deeply", "", || "[".repeat(900_000)),
        ),
        (
            "question marks",
            text(120_000, "nested too deeply", "", || "? ".repeat(450_000)),
        ),
        (
            "dashes",
            text(120_000, "nested too deeply", "", || "- ".repeat(450_000)),
        ),
        (
            "folded lines",
            text(170_000, "apiVersion not set", "", || {
                format!("a: >\n{}", " b\n\n".repeat(240_000))
            }),
        ),
        (
            "selector",
            text(5_600_000, "no endpoints: no pod has k0=v", "selector", || {
                let labels = each(60_000, |all, number| {
                    let _ = write!(all, "k{number}: v, ");
                });
                format!(
                    "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{{labels}}}, ports: [{{port: 80}}]}}\n"
                )
            }),
        ),
        (
            "text of more than a million bytes",
            text(35_000, "longer than the 1000000 bytes", "", || {
                "# comment\n".repeat(110_000)
            }),
        ),
    ]);
}

#[test]
fn lines_of_the_terminal() {
    assert_all(&[
        (
            "50,000 ranges of a template",
            line(1_300_000, "error parsing template", || {
                format!(
                    "kubectl get pods -o go-template='{}'",
                    "{{range .items}}".repeat(50_000)
                )
            }),
        ),
        (
            "50,000 ranges of a template with their ends",
            line(2_200_000, "error parsing template", || {
                let (range, end) = ("{{range .items}}x".repeat(50_000), "{{end}}".repeat(50_000));
                format!("kubectl get pods -o go-template='{range}{end}'")
            }),
        ),
        (
            "400,000 ifs of a template",
            line(7_500_000, "error parsing template", || {
                format!("kubectl get pods -o go-template='{}'", "{{if 1}}".repeat(400_000))
            }),
        ),
        (
            "400,000 brackets of a path",
            line(1_600_000, "error parsing jsonpath", || {
                format!("kubectl get pods -o jsonpath='{{{}'", "[?(@.a".repeat(400_000))
            }),
        ),
        (
            "a range to a billion",
            line(570_000, "more than 500000 steps", || {
                "kubectl get pods -o go-template='{{range $i := 1000000000}}x{{end}}'".into()
            }),
        ),
        (
            "5,000 copies of a whole into itself",
            line(2_900_000, "The request is invalid", || {
                let copies = each(5_000, |all, number| {
                    let _ = write!(
                        all,
                        "{{\"op\":\"copy\",\"from\":\"/metadata\",\"path\":\"/metadata/a{number}\"}},"
                    );
                });
                let copies = copies.trim_end_matches(',');
                format!("kubectl patch service web --type=json -p '[{copies}]'")
            }),
        ),
        (
            "here-document of a megabyte",
            line(8_700_000, "apiVersion not set", || {
                format!("kubectl apply -f - <<EOF\n{}EOF", "a: b\n".repeat(190_000))
            }),
        ),
        (
            "selector of a megabyte",
            line(2_600_000, "No resources found", || {
                let labels = each(80_000, |all, number| {
                    let _ = write!(all, "k{number}=v,");
                });
                format!("kubectl get pods -l {}", labels.trim_end_matches(','))
            }),
        ),
        (
            "a loop that never ends",
            line(150_000, "stopped: a line runs no more than 1000 commands", || {
                "while true; do kubectl get pods; done".into()
            }),
        ),
    ]);
}

fn acts(count: usize, act: impl Fn(usize) -> Act) -> Scenario {
    Scenario {
        text: GOOD.to_owned(),
        acts: (0..count)
            .map(|number| TimedAct {
                at: 0,
                act: act(number),
            })
            .collect(),
        ..Scenario::default()
    }
}

fn at(moment: u64, text: &str) -> Scenario {
    Scenario {
        text: text.to_owned(),
        view: View {
            at: moment,
            paused: true,
            ..View::default()
        },
        ..Scenario::default()
    }
}

/// Pods that crash, a job every minute and a Deployment, at a hundred times the speed: an hour of it in 36 seconds.
fn churn() -> Scenario {
    let crashes =
        workload("crashes", 10).replace("image: nginx", "image: busybox, command: [sh, -c, 'sleep 5; exit 1']");
    let tick = "---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: tick}\nspec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: ['true']}]}}}}}\n";
    Scenario {
        text: format!("{GOOD}{crashes}{tick}"),
        view: View {
            speed: 10_000,
            ..View::default()
        },
        ..Scenario::default()
    }
}

#[test]
fn an_hour_of_churn_costs_what_the_hour_before_costs() {
    let mut session = Session::new(churn());
    let mut hour = |from: u64| {
        work(|| {
            for minute in 1..=60 {
                session.run(Micros::from_seconds(from * 3_600 + minute * 60));
            }
        })
    };
    let costs = [0, 1, 2].map(&mut hour);
    println!("{costs:?}");
    assert!(costs[2] < costs[1] + costs[1] / 4, "{costs:?}");
}

#[test]
fn a_link_with_a_changed_bit_opens_or_says_that_it_is_damaged() {
    let link = share::encode(&acts(3, |number| {
        Act::Kubectl(format!("kubectl delete pod web-{number}"))
    }));
    let mut opened = 0;
    for bit in 0..link.len() * 7 {
        let mut bytes = link.clone().into_bytes();
        bytes[bit / 7] ^= 1 << (bit % 7);
        let Ok(changed) = String::from_utf8(bytes) else {
            continue;
        };
        match share::decode(&changed) {
            Ok(scenario) => {
                opened += 1;
                let mut session = None;
                let cost = work(|| session = Some(Session::new(scenario)));
                assert!(cost < 2_000_000, "bit {bit}: {cost}");
            }
            Err(error) => assert!(error.to_string().starts_with("this link")),
        }
    }
    println!("{opened} of {} opened", link.len() * 7);
    assert!(opened > 0 && opened < 3 * link.len());
}

#[test]
fn hostile_links() {
    assert_all(&[
        (
            "100,000 nodes",
            link(140_000, "the playground runs up to 100", || Scenario {
                text: GOOD.to_owned(),
                nodes: 100_000,
                ..Scenario::default()
            }),
        ),
        (
            "4,294,967,295 nodes",
            link(130_000, "the playground runs up to 100", || Scenario {
                text: GOOD.to_owned(),
                nodes: 4_294_967_295,
                ..Scenario::default()
            }),
        ),
        (
            "20,000 commands",
            link(1_100_000, "the playground keeps up to 1,000", || {
                acts(20_000, |_| {
                    Act::Kubectl("kubectl label service web a=b --overwrite".into())
                })
            }),
        ),
        (
            "5,000 pods by command",
            link(11_000_000, "the playground keeps up to 1,000", || {
                acts(5_000, |number| {
                    Act::Kubectl(format!("kubectl run p{number} --image=nginx"))
                })
            }),
        ),
        (
            "a command that scales to 1,000,000",
            link(5_900_000, "", || {
                acts(1, |_| {
                    Act::Kubectl("kubectl scale deployment web --replicas=1000000".into())
                })
            }),
        ),
        (
            "12,000 changes of readiness",
            link(130_000, "the playground keeps up to 1,000", || {
                acts(12_000, |number| Act::Ready {
                    namespace: "default".into(),
                    pod: "web".into(),
                    ready: number % 2 == 0,
                })
            }),
        ),
        (
            "the latest moment of all, over nothing",
            link(10_000, "opened at hour 1,000", || at(u64::MAX, "")),
        ),
        (
            "a moment far away",
            link(10_000, "opened at hour 1,000", || at(1_000_000_000_000_000, "")),
        ),
        (
            "much traffic at a hundred times the speed",
            link(360_000, "a flow sends up to 1,000", || Scenario {
                text: GOOD.to_owned(),
                traffic: Traffic::Chosen(vec![
                    FlowSpec {
                        from: "outside".into(),
                        to: "default/web".into(),
                        port: 80,
                        millihertz: u32::MAX,
                        ..FlowSpec::default()
                    };
                    200
                ]),
                view: View {
                    speed: 10_000,
                    ..View::default()
                },
                ..Scenario::default()
            }),
        ),
    ]);
}
