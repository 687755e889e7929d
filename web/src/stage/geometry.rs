//! Points, rectangles, and rounded polylines for rails.

use base::Order;
use std::cell::OnceCell;

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
#[derive(Clone, Debug, Default)]
pub struct Polyline {
    corners: Vec<Point>,
    /// Of the roundest corners.
    radius: f64,
    /// Made when it is first drawn or travelled: of many rails few are.
    course: OnceCell<Course>,
}

#[derive(Clone, Debug, Default)]
struct Course {
    points: Vec<Point>,
    /// The distance of each point from the start.
    lengths: Vec<f64>,
}

impl PartialEq for Polyline {
    fn eq(&self, other: &Self) -> bool {
        (&self.corners, self.radius) == (&other.corners, other.radius)
    }
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
        Self {
            corners: kept,
            radius,
            course: OnceCell::new(),
        }
    }

    fn course(&self) -> &Course {
        self.course.get_or_init(|| Course::new(&self.corners, self.radius))
    }

    pub fn corners(&self) -> &[Point] {
        &self.corners
    }

    pub fn points(&self) -> &[Point] {
        &self.course().points
    }

    pub fn length(&self) -> f64 {
        self.course().lengths.last().copied().unwrap_or_default()
    }

    /// The point at a share of its length: 0 is the start, 1 the end.
    pub fn at(&self, share: f64) -> Point {
        let wanted = share.clamp(0.0, 1.0) * self.length();
        let Course { points, lengths } = self.course();
        let after = lengths.partition_point(|length| *length < wanted);
        let Some((end, far)) = points.get(after).zip(lengths.get(after)) else {
            return points.last().copied().unwrap_or_default();
        };
        let Some((start, near)) = after
            .checked_sub(1)
            .and_then(|before| points.get(before).zip(lengths.get(before)))
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
    /// From its highest to its lowest point.
    pub fn heights(&self) -> (f64, f64) {
        let heights = self.corners.iter().map(|corner| corner.y);
        heights.fold((f64::INFINITY, f64::NEG_INFINITY), |(top, bottom), y| {
            (top.min(y), bottom.max(y))
        })
    }

    /// From where to where each of its straight pieces is between two heights.
    pub fn spans(&self, top: f64, bottom: f64) -> impl Iterator<Item = (f64, f64)> {
        self.points().windows(2).filter_map(move |pair| {
            let [from, to] = pair else { return None };
            let down = to.y - from.y;
            let share = |height: f64| {
                if down == 0.0 {
                    None
                } else {
                    Some((height - from.y) / down)
                }
            };
            let (enter, leave) = match share(top).zip(share(bottom)) {
                Some((one, other)) => (one.min(other).max(0.0), one.max(other).min(1.0)),
                None if top < from.y && from.y < bottom => (0.0, 1.0),
                None => return None,
            };
            let (start, end) = (from.toward(*to, enter).x, from.toward(*to, leave).x);
            (enter < leave).then_some((start.min(end), start.max(end)))
        })
    }

    pub fn crosses(&self, area: &Rect) -> bool {
        self.points()
            .windows(2)
            .any(|pair| matches!(pair, [from, to] if area.is_crossed(*from, *to)))
    }
}

/// Rectangles that a path should not cross, sought by height.
#[derive(Clone, Debug, Default)]
pub struct Obstacles {
    by_top: Vec<Rect>,
    tallest: f64,
}

impl Obstacles {
    pub fn new(mut all: Vec<Rect>) -> Self {
        all.order_by(|one, other| one.y.total_cmp(&other.y));
        Self {
            tallest: all.iter().map(|area| area.h).fold(0.0, f64::max),
            by_top: all,
        }
    }

    pub fn are_crossed(&self, path: &Polyline) -> bool {
        let (top, bottom) = path.heights();
        let from = self.by_top.partition_point(|area| area.y + self.tallest < top);
        let near = self.by_top.iter().skip(from);
        near.take_while(|area| area.y <= bottom).any(|area| path.crosses(area))
    }
}

impl Course {
    fn new(corners: &[Point], radius: f64) -> Self {
        let points = rounded(corners, radius);
        let mut lengths = Vec::with_capacity(points.len());
        let mut length = 0.0;
        let mut before = points.first().copied().unwrap_or_default();
        for point in &points {
            length += before.distance(*point);
            lengths.push(length);
            before = *point;
        }
        Self { points, lengths }
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
    fn the_pieces_between_two_heights_are_where_the_path_crosses_them() {
        let path = Polyline::new(
            &[Point::new(0.0, 0.0), Point::new(100.0, 100.0), Point::new(200.0, 100.0)],
            0.0,
        );
        assert_eq!(path.spans(20.0, 40.0).collect::<Vec<_>>(), [(20.0, 40.0)]);
        assert_eq!(path.spans(99.0, 101.0).last(), Some((100.0, 200.0)));
        assert_eq!(path.spans(100.0, 120.0).last(), None, "it only touches them");
    }

    #[test]
    fn an_obstacle_is_found_among_others_whatever_their_heights() {
        let across = Polyline::new(&[Point::new(0.0, 100.0), Point::new(50.0, 100.0)], 10.0);
        let small = (0..20_u8).map(|place| Rect::new(20.0, f64::from(place) * 20.0, 5.0, 10.0));
        let small: Vec<Rect> = small.filter(|area| area.y < 85.0 || area.y > 105.0).collect();
        assert!(!Obstacles::new(small.clone()).are_crossed(&across));
        for tall in [Rect::new(20.0, 5.0, 5.0, 96.0), Rect::new(20.0, 99.0, 5.0, 3.0)] {
            assert!(Obstacles::new([small.clone(), vec![tall]].concat()).are_crossed(&across));
        }
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
