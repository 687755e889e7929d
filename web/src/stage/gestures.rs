//! Gestures on the map: one pointer pans, two pinch.

use super::geometry::Point;

/// A pointer drags after moving so many pixels.
const SLACK: f64 = 5.0;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gesture {
    Pan(Point),
    Pinch {
        factor: f64,
        /// In the view.
        around: Point,
        /// The movement of that point.
        by: Point,
    },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pointers {
    down: Vec<(i32, Point)>,
    /// Where the first one went down; `None` once it drags.
    rests_at: Option<Point>,
    dragged: bool,
}

impl Pointers {
    pub fn press(&mut self, id: i32, at: Point) {
        self.down.retain(|(known, _)| *known != id);
        if self.down.is_empty() {
            self.rests_at = Some(at);
            self.dragged = false;
        }
        self.down.push((id, at));
    }

    pub fn drag(&mut self, id: i32, to: Point) -> Option<Gesture> {
        let others: Vec<Point> = self
            .down
            .iter()
            .filter(|(known, _)| *known != id)
            .map(|(_, at)| *at)
            .collect();
        let place = self.down.iter_mut().find(|(known, _)| *known == id)?;
        let from = place.1;
        if others.is_empty() && self.rests_at.is_some_and(|start| start.distance(to) < SLACK) {
            return None;
        }
        self.rests_at = None;
        self.dragged = true;
        place.1 = to;
        let Some(other) = others.first() else {
            return Some(Gesture::Pan(Point::new(to.x - from.x, to.y - from.y)));
        };
        let (before, after) = (from.toward(*other, 0.5), to.toward(*other, 0.5));
        Some(Gesture::Pinch {
            factor: to.distance(*other) / from.distance(*other).max(1.0),
            around: after,
            by: Point::new(after.x - before.x, after.y - before.y),
        })
    }

    pub fn lift(&mut self, id: i32) {
        self.down.retain(|(known, _)| *known != id);
    }

    /// Whether the next click only ends a drag. Resets itself.
    pub fn take_dragged(&mut self) -> bool {
        std::mem::take(&mut self.dragged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_that_trembles_is_no_drag() {
        let mut pointers = Pointers::default();
        pointers.press(1, Point::new(10.0, 10.0));
        assert_eq!(pointers.drag(1, Point::new(12.0, 11.0)), None);
        pointers.lift(1);
        assert!(!pointers.take_dragged());
    }

    #[test]
    fn one_pointer_pans_and_its_click_is_swallowed() {
        let mut pointers = Pointers::default();
        pointers.press(1, Point::new(10.0, 10.0));
        let pan = pointers.drag(1, Point::new(40.0, 10.0));
        assert_eq!(pan, Some(Gesture::Pan(Point::new(30.0, 0.0))));
        pointers.lift(1);
        assert!(pointers.take_dragged() && !pointers.take_dragged());
    }

    #[test]
    fn two_pointers_pinch_around_their_middle() {
        let mut pointers = Pointers::default();
        pointers.press(1, Point::new(0.0, 0.0));
        pointers.press(2, Point::new(100.0, 0.0));
        let pinch = pointers.drag(2, Point::new(200.0, 0.0));
        let Some(Gesture::Pinch { factor, around, by }) = pinch else {
            panic!("two pointers pinch, not {pinch:?}");
        };
        assert!((factor - 2.0).abs() < 1e-9);
        assert_eq!((around, by), (Point::new(100.0, 0.0), Point::new(50.0, 0.0)));
    }
}
