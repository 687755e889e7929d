//! Which parts of the program ran, where it is compiled with counters of coverage (`src/main.rs` says how).
#![allow(unsafe_code, reason = "LLVM hands the counters over as addresses")]

use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

static START: AtomicPtr<u8> = AtomicPtr::new(std::ptr::null_mut());
static LENGTH: AtomicUsize = AtomicUsize::new(0);

/// Called by what LLVM adds to the program, before `main`, once for each object file, always with the same two places.
///
/// # Safety
/// The places are the beginning and the end of the counters, which live as long as the program.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __sanitizer_cov_8bit_counters_init(start: *mut u8, end: *mut u8) {
    LENGTH.store((end as usize).saturating_sub(start as usize), Ordering::Relaxed);
    START.store(start, Ordering::Relaxed);
}

/// The counters of all parts; empty where the program has none.
fn counters() -> &'static mut [u8] {
    let start = START.load(Ordering::Relaxed);
    if start.is_null() {
        return &mut [];
    }
    // SAFETY: LLVM gave the places, and one thread alone reads them; what it loses to others' writes is a count.
    unsafe { std::slice::from_raw_parts_mut(start, LENGTH.load(Ordering::Relaxed)) }
}

/// Whether the program has counters.
pub fn is_instrumented() -> bool {
    !counters().is_empty()
}

/// The parts that ran so far.
#[derive(Default)]
pub struct Seen(Vec<u8>);

impl Seen {
    /// Sets all counters to zero.
    pub fn begin() {
        counters().fill(0);
    }

    /// How many parts ran since [`Self::begin`] that never ran before; they count as seen if `keep`.
    pub fn news(&mut self, keep: bool) -> usize {
        let counters = counters();
        self.0.resize(counters.len(), 0);
        let mut news = 0;
        for (ran, seen) in counters.chunks(64).zip(self.0.chunks_mut(64)) {
            let any = ran.iter().zip(&*seen).fold(0, |any, (ran, seen)| any | (ran & !seen));
            if any == 0 {
                continue;
            }
            for (ran, seen) in ran.iter().zip(seen) {
                if *ran != 0 && *seen == 0 {
                    news += 1;
                    if keep {
                        *seen = u8::MAX;
                    }
                }
            }
        }
        news
    }

    /// How many parts ran at all.
    pub fn count(&self) -> usize {
        self.0.iter().filter(|seen| **seen != 0).count()
    }
}
