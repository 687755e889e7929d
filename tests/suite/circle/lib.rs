mod first;
mod rooms;
pub use first::First;
