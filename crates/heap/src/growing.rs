#![allow(unsafe_code, reason = "an allocator is unsafe by its trait")]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::UnsafeCell;
use core::ptr::null_mut;
use dlmalloc::{Allocator, Dlmalloc};

/// Of WebAssembly, in bytes.
const PAGE: usize = 65_536;
/// The least that memory grows by, in pages.
const LEAST: usize = 16;
/// Memory grows by this part of itself.
const PART: usize = 8;

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(Dlmalloc::new_with_allocator(Growing)));

struct Heap(UnsafeCell<Dlmalloc<Growing>>);

// SAFETY: a module without shared memory has one thread.
unsafe impl Sync for Heap {}

// SAFETY: dlmalloc keeps the contract; no call begins within another.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).calloc(layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { (*self.0.get()).free(place, layout.size(), layout.align()) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe { (*self.0.get()).realloc(place, layout.size(), layout.align(), size) }
    }
}

/// Memory that never shrinks.
struct Growing;

// SAFETY: what it returns is new, of the size that it says, and zero.
unsafe impl Allocator for Growing {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        let needed = size.div_ceil(PAGE);
        let wanted = needed.max(memory_size(0) / PART).max(LEAST);
        let grown = grow(wanted).or_else(|| grow(needed));
        grown.map_or((null_mut(), 0, 0), |(place, size)| (place as *mut u8, size, 0))
    }

    fn remap(&self, _: *mut u8, _: usize, _: usize, _: bool) -> *mut u8 {
        null_mut()
    }

    fn free_part(&self, _: *mut u8, _: usize, _: usize) -> bool {
        false
    }

    fn free(&self, _: *mut u8, _: usize) -> bool {
        false
    }

    fn can_release_part(&self, _: u32) -> bool {
        false
    }

    fn allocates_zeros(&self) -> bool {
        true
    }

    fn page_size(&self) -> usize {
        PAGE
    }
}

/// Where so many more pages begin, and their bytes; `None` if the engine has none left, or they reach the end of all addresses.
fn grow(pages: usize) -> Option<(usize, usize)> {
    let before = memory_grow(0, pages);
    if before == usize::MAX {
        return None;
    }
    let (place, size) = (before * PAGE, pages * PAGE);
    place.checked_add(size).map(|_| (place, size))
}
