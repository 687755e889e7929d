use super::third;

pub struct Second(Option<Box<third::Third>>);
