mod second;
pub mod third;
pub use second::Second;
