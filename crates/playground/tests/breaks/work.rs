//! Counts the work of what runs on this thread in memory asked for.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static WORK: Cell<u64> = const { Cell::new(0) };
}

/// An allocation costs as much as writing 64 bytes.
fn count(bytes: usize) {
    let _ = WORK.try_with(|work| work.set(work.get() + 1 + (bytes / 64) as u64));
}

// SAFETY: it hands everything on to the system's allocator.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size.saturating_sub(layout.size()));
        unsafe { System.realloc(place, layout, size) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The work of `act`.
pub fn work(act: impl FnOnce()) -> u64 {
    let before = WORK.get();
    act();
    WORK.get() - before
}
