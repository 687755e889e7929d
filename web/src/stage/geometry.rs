//! Points, boxes and the rounded polylines that rails are.

/// A place on the stage, in CSS pixels from its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

impl Point {
    /// The point there.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// So far on the straight way to `other`; 0 is here, 1 is there.
    pub fn toward(self, other: Self, share: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }

    /// How far away `other` is.
    pub fn distance(self, other: Self) -> f64 {
        (other.x - self.x).hypot(other.y - self.y)
    }
}

/// An upright box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    /// Its width.
    pub w: f64,
    /// Its height.
    pub h: f64,
}

impl Rect {
    /// The box of that corner and size.
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    /// Its right edge.
    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    /// Its lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }
}

impl Rect {
    /// The box so much larger on every side.
    pub const fn grown(&self, by: f64) -> Self {
        Self::new(self.x - by, self.y - by, self.w + 2.0 * by, self.h + 2.0 * by)
    }

    /// Whether the point lies in it.
    pub fn contains(&self, point: Point) -> bool {
        self.x <= point.x && point.x <= self.right() && self.y <= point.y && point.y <= self.bottom()
    }
}

impl Rect {
    /// Whether the two share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

impl Rect {
    /// Whether the straight line between the two points passes through it.
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

/// How many corners a rail is kept with, so that any two rails can glide into each other.
const CORNERS: usize = 10;
/// Straight pieces a rounded corner is drawn with.
const PIECES: u32 = 6;

/// A rail: a polyline with rounded corners, measured along its length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polyline {
    corners: Vec<Point>,
    points: Vec<Point>,
    /// How far along each point lies.
    lengths: Vec<f64>,
}

impl Polyline {
    /// The rail over these corners, each rounded with at most that radius.
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

    /// The corners it was made over.
    pub fn corners(&self) -> &[Point] {
        &self.corners
    }

    /// The points to draw it through.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// How long it is.
    pub fn length(&self) -> f64 {
        self.lengths.last().copied().unwrap_or_default()
    }

    /// The place at that share of its length, 0 its beginning, 1 its end.
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

    /// Between this rail and `other`: 0 is this one, 1 the other.
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
    /// Whether it passes through that box.
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
