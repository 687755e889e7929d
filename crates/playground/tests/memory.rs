//! What time brings is kept within a bound: a job of every minute and ten programs that crash over and over, for 100 hours.
#![allow(missing_docs, clippy::unwrap_used)]

use playground::{Micros, Scenario, Session, Traffic};
use std::alloc::{GlobalAlloc, Layout, System};
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

const CHURN: &str = "\
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: '* * * * *'
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: a, image: busybox, command: [sleep, '5']}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 10
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: nginx}, {name: b, image: busybox, command: [sh, -c, sleep 30; exit 1]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
";

#[test]
fn epochs_of_a_hundred_hours_take_a_bounded_amount_of_memory() {
    let mut session = Session::new(Scenario {
        text: CHURN.to_owned(),
        nodes: 3,
        traffic: Traffic::Chosen(Vec::new()),
        ..Scenario::default()
    });
    let before = LIVE.load(Ordering::Relaxed);
    let mut taken = Vec::new();
    for hour in [1, 5, 20, 100] {
        session.run(Micros::from_seconds(hour * 3_600));
        let now = LIVE.load(Ordering::Relaxed).saturating_sub(before);
        taken.push((hour, now / 1_000_000));
    }
    let [.., (_, last)] = taken[..] else { unreachable!() };
    assert!(last <= 256, "{taken:?}");
    let late = Micros::from_seconds(100 * 3_600);
    assert!(
        session
            .kubectl(late, "kubectl get pods --no-headers")
            .stdout
            .lines()
            .count()
            >= 10
    );
}
