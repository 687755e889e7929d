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

/// So many counters are passed over at once where none of their parts ran.
const CHUNK: usize = 256;

/// The parts that ran so far.
#[derive(Default)]
pub struct Seen(Vec<u8>);

impl Seen {
    /// Sets all counters to zero.
    pub fn begin() {
        counters().fill(0);
    }

    /// The parts that ran since [`Self::begin`] and never ran before.
    pub fn news(&mut self) -> Vec<usize> {
        let counters = counters();
        self.0.resize(counters.len(), 0);
        let mut news = Vec::new();
        for (chunk, (ran, seen)) in counters.chunks(CHUNK).zip(self.0.chunks(CHUNK)).enumerate() {
            if [0; CHUNK].starts_with(ran) {
                continue;
            }
            let pairs = (chunk * CHUNK..).zip(ran.iter().zip(seen));
            news.extend(
                pairs
                    .filter(|(_, (ran, seen))| **ran != 0 && **seen == 0)
                    .map(|(place, _)| place),
            );
        }
        news
    }

    /// Counts parts as seen.
    pub fn keep(&mut self, parts: &[usize]) {
        for part in parts {
            self.0[*part] = u8::MAX;
        }
    }

    /// How many parts ran at all.
    pub fn count(&self) -> usize {
        self.0.iter().filter(|seen| **seen != 0).count()
    }
}
