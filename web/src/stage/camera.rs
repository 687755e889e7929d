//! The visible part of the map: pan, zoom, fit.

use super::geometry::Point;
use super::scene::Size;

/// The largest zoom.
pub const CLOSEST: f64 = 8.0;
/// The factor of one press of a button or key.
pub const STEP: f64 = 1.4;
/// The smallest zoom that the map is fitted with, at which its words are still readable.
const READABLE: f64 = 0.72;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zoom {
    In,
    Out,
    /// The whole map.
    Fit,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// View pixels per unit of the map.
    pub zoom: f64,
    /// The point of the map at the upper left corner of the view.
    pub at: Point,
    /// Whether the reader moved it; else it follows the size of the map.
    moved: bool,
}

impl Default for Camera {
    fn default() -> Self {
        Self {
            zoom: 1.0,
            at: Point::default(),
            moved: false,
        }
    }
}

impl Camera {
    /// Fits the map into the view, unless the reader moved it.
    pub fn follow(&mut self, map: Size, view: Size) {
        if self.moved {
            self.keep_within(map, view);
        } else {
            self.zoom = whole(map, view).max(READABLE);
            self.at = Point::default();
            self.keep_within(map, view);
        }
    }

    /// Zooms around the middle of the view.
    pub fn step(&mut self, zoom: Zoom, map: Size, view: Size) {
        let middle = Point::new(view.w / 2.0, view.h / 2.0);
        match zoom {
            Zoom::In => self.zoom_by(STEP, middle, map, view),
            Zoom::Out => self.zoom_by(1.0 / STEP, middle, map, view),
            Zoom::Fit => {
                *self = Self {
                    zoom: whole(map, view),
                    ..Self::default()
                };
                // Fitted into the view it follows the map again.
                self.moved = self.zoom < READABLE;
                self.keep_within(map, view);
            }
        }
    }

    /// Zooms by a factor; the map under `around` stays in place.
    pub fn zoom_by(&mut self, factor: f64, around: Point, map: Size, view: Size) {
        let fixed = self.on_map(around);
        let least = whole(map, view).min(READABLE);
        self.zoom = (self.zoom * factor).clamp(least, CLOSEST);
        self.at = Point::new(fixed.x - around.x / self.zoom, fixed.y - around.y / self.zoom);
        self.moved = true;
        self.keep_within(map, view);
    }

    /// In pixels of the view.
    pub fn pan(&mut self, by: Point, map: Size, view: Size) {
        self.at = Point::new(self.at.x - by.x / self.zoom, self.at.y - by.y / self.zoom);
        self.moved = true;
        self.keep_within(map, view);
    }

    /// Moves as little as necessary to show a point of the map.
    pub fn reveal(&mut self, place: Point, map: Size, view: Size) {
        /// The margin around the point, in pixels of the view.
        const AROUND: f64 = 48.0;
        let (wide, tall) = (view.w / self.zoom, view.h / self.zoom);
        let around = (AROUND / self.zoom).min(wide / 2.0).min(tall / 2.0);
        self.at.x = self.at.x.clamp(place.x + around - wide, place.x - around);
        self.at.y = self.at.y.clamp(place.y + around - tall, place.y - around);
        self.keep_within(map, view);
    }

    /// From the view to the map.
    pub fn on_map(&self, place: Point) -> Point {
        Point::new(self.at.x + place.x / self.zoom, self.at.y + place.y / self.zoom)
    }

    /// Whether the map extends beyond the view.
    pub fn can_pan(&self, map: Size, view: Size) -> bool {
        map.w * self.zoom > view.w + 1.0 || map.h * self.zoom > view.h + 1.0
    }

    pub fn percent(&self) -> u32 {
        // At most 800.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let percent = (self.zoom * 100.0).round().clamp(1.0, 10_000.0) as u32;
        percent
    }

    /// Stops at the edges of the map, and centres a map that is smaller than the view.
    fn keep_within(&mut self, map: Size, view: Size) {
        let within = |at: f64, map: f64, view: f64| {
            let spare = map - view / self.zoom;
            if spare <= 0.0 {
                spare / 2.0
            } else {
                at.clamp(0.0, spare)
            }
        };
        self.at = Point::new(within(self.at.x, map.w, view.w), within(self.at.y, map.h, view.h));
    }
}

/// The zoom that shows the whole map, at most 1.
fn whole(map: Size, view: Size) -> f64 {
    if map.w < 1.0 || map.h < 1.0 {
        return 1.0;
    }
    (view.w / map.w).min(view.h / map.h).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: Size = Size { w: 800.0, h: 400.0 };
    const TALL: Size = Size { w: 800.0, h: 1_600.0 };

    #[test]
    fn a_map_that_fits_is_seen_whole_and_can_not_be_lost() {
        let mut camera = Camera::default();
        camera.follow(VIEW, VIEW);
        camera.pan(Point::new(300.0, -200.0), VIEW, VIEW);
        assert_eq!((camera.zoom, camera.at), (1.0, Point::default()));
        assert!(!camera.can_pan(VIEW, VIEW));
    }

    #[test]
    fn a_map_too_large_to_be_read_whole_is_fitted_only_on_demand() {
        let mut camera = Camera::default();
        camera.follow(TALL, VIEW);
        assert!((camera.zoom - READABLE).abs() < 1e-9 && camera.can_pan(TALL, VIEW));
        camera.step(Zoom::Fit, TALL, VIEW);
        assert!((camera.zoom - 0.25).abs() < 1e-9 && !camera.can_pan(TALL, VIEW));
    }

    #[test]
    fn what_is_under_the_pointer_stays_there_while_zooming() {
        let mut camera = Camera::default();
        let pointer = Point::new(600.0, 100.0);
        let before = camera.on_map(pointer);
        camera.zoom_by(2.5, pointer, VIEW, VIEW);
        assert!(camera.on_map(pointer).distance(before) < 1e-9);
    }

    #[test]
    fn zooming_ends_somewhere_both_ways() {
        let mut camera = Camera::default();
        camera.zoom_by(1_000.0, Point::default(), VIEW, VIEW);
        assert!((camera.zoom - CLOSEST).abs() < 1e-9);
        camera.zoom_by(0.000_1, Point::default(), VIEW, VIEW);
        assert!((camera.zoom - READABLE).abs() < 1e-9);
    }

    #[test]
    fn what_has_the_focus_is_brought_into_sight() {
        let mut camera = Camera::default();
        camera.zoom_by(4.0, Point::default(), VIEW, VIEW);
        let place = Point::new(700.0, 300.0);
        camera.reveal(place, VIEW, VIEW);
        let seen = Point::new(
            (place.x - camera.at.x) * camera.zoom,
            (place.y - camera.at.y) * camera.zoom,
        );
        assert!(
            seen.x > 0.0 && seen.x < VIEW.w && seen.y > 0.0 && seen.y < VIEW.h,
            "{seen:?}"
        );
    }
}
