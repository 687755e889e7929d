//! Sets up, builds, serves and tests the playground.
fn main() {}
