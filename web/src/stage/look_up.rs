//! The line of a name look-up, from its client to the resolver: past words, where there is a way.

use super::geometry::{Point, Polyline, Rect};
use super::scene::Scene;

/// The distance from words, in CSS pixels.
const CLEAR: f64 = 3.0;
/// On a map with more pods and headings words are everywhere, and every line runs under some.
const MOST: usize = 400;
/// How many upright ways are tried, those nearest to the client first.
const TRIED: usize = 24;
/// How far above the resolver a line may turn towards it.
const ABOVE: [f64; 3] = [12.0, 18.0, 26.0];

/// Straight if no word is in between; else level to a free upright, down, and level above the resolver. The way that runs under
/// the fewest words, of those the shortest. On a large map always straight.
pub fn way(scene: &Scene, from: Point, to: Point) -> Polyline {
    let straight = vec![from, to];
    if scene.stations.len() + scene.headings.len() > MOST {
        return Polyline::new(&straight, 6.0);
    }
    let words: Vec<Rect> = scene.labels().map(|label| grown(&label.rect)).collect();
    // No further than one more than `most`: the way has lost by then.
    let under = |way: &[Point], most: usize| {
        let pairs = || way.windows(2).filter_map(|pair| <[Point; 2]>::try_from(pair).ok());
        let crossed = words
            .iter()
            .filter(|word| pairs().any(|[from, to]| word.is_crossed(from, to)));
        crossed.take(most.saturating_add(1)).count()
    };
    let (mut crossed, mut long) = (under(&straight, usize::MAX), length(&straight));
    let mut best = straight;
    if crossed > 0 {
        for way in turned(&words, from, to) {
            let now = (under(&way, crossed), length(&way));
            if now < (crossed, long) {
                ((crossed, long), best) = (now, way);
            }
        }
    }
    Polyline::new(&best, 6.0)
}

fn grown(word: &Rect) -> Rect {
    Rect::new(
        word.x - CLEAR,
        word.y - CLEAR,
        word.w + 2.0 * CLEAR,
        word.h + 2.0 * CLEAR,
    )
}

/// Ways with an upright beside a word, or above the resolver.
fn turned(words: &[Rect], from: Point, to: Point) -> Vec<Vec<Point>> {
    let beside = words.iter().flat_map(|word| [word.x - 1.0, word.right() + 1.0]);
    let mut uprights: Vec<f64> = beside.chain([from.x, to.x]).collect();
    base::Order::order_by(uprights.as_mut_slice(), |one, other| {
        (one - from.x).abs().total_cmp(&(other - from.x).abs())
    });
    uprights.dedup_by(|one, other| (*one - *other).abs() < 2.0);
    uprights.truncate(TRIED);
    uprights.push(to.x);
    let levels = ABOVE.map(|above| to.y - above);
    let way = |x: f64| levels.map(|y| vec![from, Point::new(x, from.y), Point::new(x, y), Point::new(to.x, y), to]);
    uprights.into_iter().flat_map(way).collect()
}

fn length(way: &[Point]) -> f64 {
    let pairs = way.windows(2).filter_map(|pair| <[Point; 2]>::try_from(pair).ok());
    pairs.map(|[from, to]| from.distance(to)).sum()
}

/// Points along the beginning of a way, up to a share of it.
pub fn beginning(way: &Polyline, share: f64) -> Vec<Point> {
    const STEPS: u32 = 24;
    (0..=STEPS)
        .map(|step| way.at(share * f64::from(step) / f64::from(STEPS)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::scene::{Face, Heading, MapLabel, Tone};

    /// A map with so many headings between a client above and the resolver below.
    fn corners(headings: usize) -> Vec<Point> {
        let label = MapLabel {
            text: "app=web".to_owned(),
            face: Face::Address,
            tone: Tone::Soft,
            rect: Rect::new(80.0, 50.0, 40.0, 16.0),
        };
        let heading = Heading {
            rule: (Point::new(80.0, 70.0), 40.0),
            line: None,
            first: None,
            label,
        };
        let scene = Scene {
            headings: vec![heading; headings],
            ..Scene::default()
        };
        let way = way(&scene, Point::new(100.0, 0.0), Point::new(100.0, 200.0));
        let mut corners = way.corners().to_vec();
        corners.dedup();
        corners
    }

    #[test]
    fn the_line_turns_aside_for_words_but_not_on_a_large_map() {
        assert_eq!(corners(0).len(), 2);
        assert!(corners(1).len() > 2);
        assert_eq!(corners(10_000).len(), 2);
    }
}
