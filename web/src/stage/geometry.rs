//! Points, rectangles, and rounded polylines for rails.

/// In CSS pixels from the upper left corner of the map.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The point on the line to `other`: 0 is `self`, 1 is `other`.
    #[must_use]
    pub fn toward(self, other: Self, share: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }

    pub fn distance(self, other: Self) -> f64 {
        (other.x - self.x).hypot(other.y - self.y)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

impl Rect {
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }
}

impl Rect {
    /// Larger by `by` on every side.
    pub const fn grown(&self, by: f64) -> Self {
        Self::new(self.x - by, self.y - by, self.w + 2.0 * by, self.h + 2.0 * by)
    }

    pub fn contains(&self, point: Point) -> bool {
        self.x <= point.x && point.x <= self.right() && self.y <= point.y && point.y <= self.bottom()
    }
}

impl Rect {
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

impl Rect {
    /// Whether the line between two points crosses it.
    ///
    /// Clips the line against the four edges, as Liang and Barsky do.
    pub fn is_crossed(&self, from: Point, to: Point) -> bool {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let edges = [
            (-dx, from.x - self.x),
            (dx, self.right() - from.x),
            (-dy, from.y - self.y),
            (dy, self.bottom() - from.y),
        ];
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for (step, room) in edges {
            if step == 0.0 {
                if room <= 0.0 {
                    return false;
                }
            } else if step < 0.0 {
                enter = enter.max(room / step);
            } else {
                leave = leave.min(room / step);
            }
        }
        enter < leave
    }
}

/// Each rail stores so many corners, so that any two can be interpolated.
const CORNERS: usize = 10;
/// Straight pieces of a rounded corner.
const PIECES: u32 = 6;

/// With rounded corners, and measured along its length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polyline {
    corners: Vec<Point>,
    points: Vec<Point>,
    /// The distance of each point from the start.
    lengths: Vec<f64>,
}

impl Polyline {
    /// Rounds each corner with at most `radius`.
    pub fn new(corners: &[Point], radius: f64) -> Self {
        let mut kept: Vec<Point> = Vec::with_capacity(CORNERS);
        kept.extend_from_slice(corners);
        let last = corners.last().copied().unwrap_or_default();
        while kept.len() < CORNERS {
            kept.push(last);
        }
        let points = rounded(corners, radius);
        let mut lengths = Vec::with_capacity(points.len());
        let mut length = 0.0;
        let mut before = points.first().copied().unwrap_or_default();
        for point in &points {
            length += before.distance(*point);
            lengths.push(length);
            before = *point;
        }
        Self {
            corners: kept,
            points,
            lengths,
        }
    }

    pub fn corners(&self) -> &[Point] {
        &self.corners
    }

    pub fn points(&self) -> &[Point] {
        &self.points
    }

    pub fn length(&self) -> f64 {
        self.lengths.last().copied().unwrap_or_default()
    }

    /// The point at a share of its length: 0 is the start, 1 the end.
    pub fn at(&self, share: f64) -> Point {
        let wanted = share.clamp(0.0, 1.0) * self.length();
        let after = self.lengths.partition_point(|length| *length < wanted);
        let Some((end, far)) = self.points.get(after).zip(self.lengths.get(after)) else {
            return self.points.last().copied().unwrap_or_default();
        };
        let Some((start, near)) = after
            .checked_sub(1)
            .and_then(|before| self.points.get(before).zip(self.lengths.get(before)))
        else {
            return *end;
        };
        let span = far - near;
        if span <= f64::EPSILON {
            return *end;
        }
        start.toward(*end, (wanted - near) / span)
    }

    /// Interpolates: 0 is `self`, 1 is `other`.
    pub fn toward(&self, other: &Self, share: f64, radius: f64) -> Self {
        let corners: Vec<Point> = self
            .corners
            .iter()
            .zip(&other.corners)
            .map(|(from, to)| from.toward(*to, share))
            .collect();
        Self::new(&corners, radius)
    }
}

impl Polyline {
    pub fn crosses(&self, area: &Rect) -> bool {
        self.points
            .windows(2)
            .any(|pair| matches!(pair, [from, to] if area.is_crossed(*from, *to)))
    }
}

fn rounded(corners: &[Point], radius: f64) -> Vec<Point> {
    let mut distinct: Vec<Point> = Vec::with_capacity(corners.len());
    for corner in corners {
        if distinct.last().is_none_or(|last| last.distance(*corner) > 0.01) {
            distinct.push(*corner);
        }
    }
    let mut points = Vec::with_capacity(distinct.len() * 7);
    points.extend(distinct.first().copied());
    for triple in distinct.windows(3) {
        let [before, corner, after] = triple else { continue };
        let near = corner.distance(*before);
        let far = corner.distance(*after);
        let cut = radius.min(near / 2.0).min(far / 2.0);
        let start = corner.toward(*before, cut / near);
        let end = corner.toward(*after, cut / far);
        for piece in 0..=PIECES {
            let share = f64::from(piece) / f64::from(PIECES);
            points.push(start.toward(*corner, share).toward(corner.toward(end, share), share));
        }
    }
    if distinct.len() > 1 {
        points.extend(distinct.last().copied());
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_measured_from_end_to_end() {
        let path = Polyline::new(&[Point::new(0.0, 0.0), Point::new(100.0, 0.0)], 10.0);
        assert_eq!(path.at(0.0), Point::new(0.0, 0.0));
        assert_eq!(path.at(0.5), Point::new(50.0, 0.0));
        assert_eq!(path.at(1.0), Point::new(100.0, 0.0));
    }

    #[test]
    fn a_corner_is_cut_round() {
        let corners = [Point::new(0.0, 0.0), Point::new(50.0, 0.0), Point::new(50.0, 50.0)];
        let path = Polyline::new(&corners, 10.0);
        assert!(path.length() < 100.0);
        assert!(!path.crosses(&Rect::new(48.5, -1.0, 3.0, 2.0)));
        assert!(path.crosses(&Rect::new(49.0, 20.0, 2.0, 2.0)));
    }
}
