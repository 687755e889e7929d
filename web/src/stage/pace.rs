//! Long work in slices, between which the page answers keys and paints.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Says when work rests: never, or wherever it asks after its slice of time is used up.
#[derive(Default)]
pub struct Pace {
    /// In milliseconds.
    clock: Option<fn() -> f64>,
    /// When the slice ends.
    until: Cell<f64>,
}

impl Pace {
    /// For work that is done a slice at a time.
    pub fn sliced(clock: fn() -> f64) -> Self {
        Self {
            clock: Some(clock),
            until: Cell::default(),
        }
    }

    fn begin(&self, milliseconds: f64) {
        self.until.set(self.clock.map_or(0.0, |now| now()) + milliseconds);
    }

    /// To be called often: gives way if the slice is used up.
    pub async fn rest(&self) {
        let mut is_over = self.clock.is_some_and(|now| now() >= self.until.get());
        poll_fn(|_| {
            if std::mem::take(&mut is_over) {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
    }
}

/// Work under way. Dropped, it is given up.
pub struct SlicedWork<T> {
    pace: Rc<Pace>,
    work: Pin<Box<dyn Future<Output = T>>>,
}

impl<T> SlicedWork<T> {
    /// `work` rests at that pace alone.
    pub fn new(pace: Rc<Pace>, work: impl Future<Output = T> + 'static) -> Self {
        let work = Box::pin(work);
        Self { pace, work }
    }

    /// Goes on for about so long; what came of it once it is done, after which it must not be called again.
    pub fn go_on(&mut self, milliseconds: f64) -> Option<T> {
        self.pace.begin(milliseconds);
        match self.work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => Some(done),
            Poll::Pending => None,
        }
    }
}

/// Does all of the work now.
pub fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static NOW: Cell<f64> = const { Cell::new(0.0) };
    }

    fn counted(pace: Rc<Pace>) -> SlicedWork<u32> {
        let own = pace.clone();
        SlicedWork::new(pace, async move {
            let mut steps = 0;
            while steps < 10 {
                steps += 1;
                NOW.set(NOW.get() + 3.0);
                own.rest().await;
            }
            steps
        })
    }

    #[test]
    fn work_goes_on_where_it_was_a_slice_at_a_time() {
        let mut work = counted(Rc::new(Pace::sliced(|| NOW.get())));
        let mut slices = Vec::new();
        let done = loop {
            let from = NOW.get();
            let done = work.go_on(10.0);
            slices.push(NOW.get() - from);
            if let Some(done) = done {
                break done;
            }
        };
        assert_eq!((done, slices), (10, vec![12.0, 12.0, 6.0]));
    }

    #[test]
    fn work_without_slices_is_done_at_once() {
        assert_eq!(counted(Rc::default()).go_on(0.0), Some(10));
    }
}
