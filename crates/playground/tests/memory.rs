//! What time brings is kept within a bound: a job of every minute and ten programs that crash over and over, for 100 hours.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use playground::seam::{Command, Mirror, Task, Update, from_bytes, handle, to_bytes};
use playground::{FlowSpec, Micros, Reader, Scenario, Session, Traffic};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: it hands everything on to the system's allocator.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[path = "memory/churn.rs"]
mod churn;

/// Megabytes, on a processor of 64 bits: of WebAssembly they are fewer, since its pointers are half as long.
const MOST: usize = 64;
/// Of a page whose reader works elsewhere.
const MOST_OF_A_PAGE: usize = 24;

/// One session at a time, as all are counted together.
static ALONE: Mutex<()> = Mutex::new(());

fn session(traffic: Traffic) -> Session {
    Session::new(Scenario {
        text: churn::CHURN.to_owned(),
        nodes: 3,
        traffic,
        ..Scenario::default()
    })
}

fn five_hundred_a_second() -> Traffic {
    let flow = FlowSpec {
        from: "node/node-1".into(),
        to: "default/web".into(),
        port: 80,
        millihertz: 100_000,
        ..FlowSpec::default()
    };
    Traffic::Chosen(vec![flow; 5])
}

/// Megabytes after each of these spans of so many minutes, played as a page plays them: a little at a time.
fn taken(session: &mut Session, minutes: &[u64]) -> Vec<(u64, usize)> {
    let mut taken = vec![(0, LIVE.load(Ordering::Relaxed) / 1_000_000)];
    let mut played = 0;
    for end in minutes {
        while played < *end {
            played += 1;
            let at = Micros::from_seconds(played * 60);
            session.run(at);
            // Somebody looks at the newest requests.
            assert!(
                session
                    .requests(at)
                    .iter()
                    .rev()
                    .take(40)
                    .all(|request| request.sent <= at)
            );
        }
        taken.push((*end, LIVE.load(Ordering::Relaxed) / 1_000_000));
    }
    taken
}

#[test]
fn a_hundred_hours_of_churn_take_a_bounded_amount_of_memory() {
    let _alone = ALONE.lock();
    let mut session = session(Traffic::Auto);
    let taken = taken(&mut session, &[60, 300, 1_200, 6_000]);
    println!("{taken:?}");
    assert!(taken.iter().all(|(_, megabytes)| *megabytes <= MOST), "{taken:?}");
    let late = Micros::from_seconds(6_000 * 60);
    let pods = session.kubectl(late, "kubectl get pods --no-headers").stdout;
    assert!(pods.lines().count() >= 10, "{pods}");
    let forgotten = session.forgotten().unwrap();
    assert!(forgotten.starts_with("Requests before "), "{forgotten}");
}

#[test]
fn an_hour_of_many_requests_takes_a_bounded_amount_of_memory() {
    let _alone = ALONE.lock();
    let mut session = session(five_hundred_a_second());
    let taken = taken(&mut session, &[10, 60]);
    println!("{taken:?}");
    assert!(taken.iter().all(|(_, megabytes)| *megabytes <= MOST), "{taken:?}");
    let sent = session.requests(Micros::from_seconds(3_600)).len();
    assert!((1_799_900..1_800_100).contains(&sent), "{sent}");
}

#[test]
fn many_edits_of_a_living_cluster_take_a_bounded_amount_of_memory() {
    let _alone = ALONE.lock();
    let mut session = session(Traffic::Auto);
    let mut taken = Vec::new();
    for edit in 1..=100_u64 {
        let at = Micros::from_seconds(edit * 70);
        session.run(at);
        // As one types while the clock goes on: a number up and down, and a space that changes nothing.
        let text = match edit % 4 {
            0 => churn::CHURN.to_owned(),
            1 => churn::CHURN.replace("replicas: 10", "replicas: 11"),
            2 => churn::CHURN.replace("replicas: 10", "replicas: 12"),
            _ => format!("{} ", churn::CHURN),
        };
        session.set_text(at, text);
        // Who reads events leaves nothing behind in the states that share them.
        assert!(session.kubectl(at, "kubectl get events").stdout.contains("Scheduled"));
        if edit % 10 == 0 {
            taken.push((edit, LIVE.load(Ordering::Relaxed) / 1_000_000));
        }
    }
    println!("{taken:?}");
    assert!(taken.iter().all(|(_, megabytes)| *megabytes <= MOST), "{taken:?}");
}

/// The text of which a key changes a port: it makes another world.
fn typed(port: &str) -> String {
    format!(
        "{}---\napiVersion: v1\nkind: Service\nmetadata: {{name: typed}}\nspec:\n  selector: {{app: web}}\n  ports:\n  - port: {port}\n",
        churn::CHURN
    )
}

/// A page's half of a session, whose reader works elsewhere.
struct Page {
    mirror: Mirror,
    reader: Reader,
    sent: u64,
}

impl Page {
    fn new() -> Self {
        Self {
            mirror: Mirror::default(),
            reader: Reader::new(Scenario::default()),
            sent: 0,
        }
    }

    fn send(&mut self, at: Micros, task: Task) {
        self.sent += 1;
        let command = Command {
            number: self.sent,
            at,
            task,
            visits: None,
            shown: Vec::new(),
        };
        let bytes = to_bytes(&handle(&mut self.reader, command));
        let mut update: Update = from_bytes(&bytes).unwrap();
        self.mirror.receive(&mut update);
    }

    fn play(&mut self, at: Micros) {
        if self.mirror.brought() < at + Micros::from_seconds(500) {
            self.send(at, Task::Bring(at + Micros::from_seconds(1_500)));
        }
        self.mirror.run(at + Micros::from_seconds(5));
        let requests = self.mirror.requests(at);
        assert!(requests.iter().rev().take(40).all(|request| request.sent <= at));
    }
}

#[test]
fn a_page_on_which_somebody_types_takes_a_bounded_amount_of_memory() {
    let _alone = ALONE.lock();
    let before = LIVE.load(Ordering::Relaxed);
    let mut page = Page::new();
    let scenario = Scenario {
        text: typed("8"),
        nodes: 3,
        traffic: five_hundred_a_second(),
        ..Scenario::default()
    };
    page.send(Micros::ZERO, Task::Open(scenario));
    for edit in 1..=40_u64 {
        let at = Micros::from_seconds(edit * 70);
        let port = if edit % 2 == 0 { "8" } else { "80" };
        page.send(at, Task::Text(typed(port)));
        page.play(at);
    }
    let Page { mirror, reader, .. } = page;
    drop(reader);
    let taken = (LIVE.load(Ordering::Relaxed) - before) / 1_000_000;
    println!("{taken}");
    assert!(taken <= MOST_OF_A_PAGE, "{taken}");
    drop(mirror);
}

/// Each key is another cluster, to which other flows are sent, whose connections last.
fn typed_with_flows(page: &mut Page, edit: u64) {
    let pod = |name| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: {name}}}}}\nspec: {{containers: [{{name: c, image: nginx}}]}}\n"
        )
    };
    let port = if edit.is_multiple_of(2) { 8 } else { 80 };
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports:\n  - port: ";
    let flow = FlowSpec {
        from: "pod/default/ask".into(),
        to: "default/web".into(),
        port,
        millihertz: 1_000,
        keep_alive: true,
        ..FlowSpec::default()
    };
    let at = Micros::from_seconds(edit * 70);
    page.send(at, Task::Text(format!("{service}{port}\n{}{}", pod("web"), pod("ask"))));
    page.send(at, Task::Traffic(Traffic::Chosen(vec![flow; 4])));
    page.play(at);
}

#[test]
fn who_types_for_long_takes_little_more_memory_than_at_first() {
    let _alone = ALONE.lock();
    let before = LIVE.load(Ordering::Relaxed);
    let mut page = Page::new();
    page.send(Micros::ZERO, Task::Open(Scenario::default()));
    let mut kilobytes = Vec::new();
    for edit in 1..=1_000 {
        typed_with_flows(&mut page, edit);
        if edit % 500 == 0 {
            kilobytes.push((LIVE.load(Ordering::Relaxed) - before) / 1_000);
        }
    }
    println!("{kilobytes:?}");
    assert!(kilobytes[1] <= kilobytes[0] + 1_000, "{kilobytes:?}");
}
