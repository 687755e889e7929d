//! The memory of the WebAssembly modules: dlmalloc, as in the standard library, but it asks the engine for more at a time.
//!
//! The standard library's asks for what one allocation needs, which is 64 KiB mostly. V8 takes half a millisecond and more each
//! time, as it counts what JavaScript holds: half of the time that reading 10,000 pods took.
//!
//! Whoever links a module names this crate; natively it is empty.

#[cfg(target_arch = "wasm32")]
mod growing;
