//! From coordinates of the map to pixels of the canvas.

use super::super::geometry::Point;
use super::surface::Surface;

#[derive(Clone, Copy, Debug)]
pub(super) struct DeviceTransform {
    /// Device pixels per unit of the map.
    pub(super) scale: f64,
    /// The point of the map at the upper left corner of the canvas.
    pub(super) at: Point,
}

impl DeviceTransform {
    /// Everything drawn after this is in the map's coordinates.
    pub(super) fn apply(self, to: &dyn Surface) {
        let Self { scale, at } = self;
        to.set_transform(scale, -at.x * scale, -at.y * scale);
    }

    pub(super) fn on_device(self, place: Point) -> (f64, f64) {
        ((place.x - self.at.x) * self.scale, (place.y - self.at.y) * self.scale)
    }
}
