//! When the world of a large cluster came.

use playground::World;
use std::rc::Rc;

/// The newest world and when it came: the map of a large cluster waits until what is printed of it is painted.
#[derive(Default)]
pub(super) struct Arrival(Option<(Rc<World>, f64)>);

impl Arrival {
    /// Whether what is printed of this world is yet to be painted. Once the map is rendered for it the other parts of the page follow
    /// within a few frames.
    pub(super) fn is_fresh(&mut self, world: &Rc<World>, is_rendered: bool, now: f64) -> bool {
        /// In milliseconds.
        const FRESH_MS: f64 = 120.0;
        let known = self.0.as_ref().filter(|(known, _)| Rc::ptr_eq(known, world));
        let since = known.filter(|_| is_rendered).map_or(now, |(_, since)| *since);
        self.0 = Some((world.clone(), since));
        now - since < FRESH_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_world_of_a_large_cluster_waits_until_the_page_is_rendered() {
        let (one, other) = (Rc::default(), Rc::default());
        let mut arrival = Arrival::default();
        let mut is_fresh = |world, is_rendered, now| arrival.is_fresh(world, is_rendered, now);
        assert!(
            is_fresh(&one, false, 0.0) && is_fresh(&one, false, 200.0),
            "the page is yet to be rendered"
        );
        assert!(is_fresh(&one, true, 217.0) && !is_fresh(&one, true, 330.0));
        assert!(is_fresh(&other, true, 331.0) && !is_fresh(&other, true, 460.0));
    }
}
