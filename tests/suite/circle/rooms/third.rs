pub struct Third(Option<Box<crate::First>>);
