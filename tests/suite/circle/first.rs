use crate::rooms::Second;

pub struct First(Option<Box<Second>>);
