//! Finds a place on the map for the card of what is selected.

/// In CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CardArea {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The margin around a card, in pixels.
const GAP: f64 = 14.0;
/// One pixel of distance costs as much as this many hidden square pixels.
const FARNESS: f64 = 25.0;

impl CardArea {
    /// Adds room for the name and address beside a station.
    pub fn with_words(self) -> Self {
        const WORDS: (f64, f64) = (90.0, 30.0);
        Self {
            y: self.y - WORDS.1,
            width: self.width + WORDS.0,
            height: self.height + 2.0 * WORDS.1,
            ..self
        }
    }

    /// The distance between the nearest edges.
    fn apart(self, other: Self) -> f64 {
        let along = |a: f64, long: f64, b: f64, wide: f64| (b - a - long).max(a - b - wide).max(0.0);
        along(self.x, self.width, other.x, other.width).hypot(along(self.y, self.height, other.y, other.height))
    }

    fn shared(self, other: Self) -> f64 {
        let along = |a: f64, long: f64, b: f64, wide: f64| ((a + long).min(b + wide) - a.max(b)).max(0.0);
        along(self.x, self.width, other.x, other.width) * along(self.y, self.height, other.y, other.height)
    }
}

/// The upper left corner for a card: inside `room`, near `chosen`, and hiding as little of `others` as possible.
pub fn place((width, height): (f64, f64), room: CardArea, chosen: Option<CardArea>, others: &[CardArea]) -> (f64, f64) {
    let right = (room.width - width - GAP).max(GAP);
    let low = (room.height - height - GAP).max(GAP);
    let Some(near) = chosen else {
        return (right, GAP);
    };
    let (after, before) = (near.x + near.width + GAP, near.x - width - GAP);
    let (under, over) = (near.y + near.height + GAP, near.y - height - GAP);
    let (beside, across) = (near.y - GAP, near.x + near.width / 2.0 - width / 2.0);
    let places = [
        (after, beside),
        (before, beside),
        (across, under),
        (across, over),
        (GAP, GAP),
        (GAP, low),
        (right, GAP),
        (right, low),
    ];
    let cost = |(x, y): (f64, f64)| {
        let card = CardArea { x, y, width, height };
        let hidden: f64 = others.iter().map(|other| card.shared(*other)).sum();
        // The chosen station itself must stay in sight.
        let own = card.shared(near) * 100.0;
        hidden + own + FARNESS * card.apart(near)
    };
    places
        .into_iter()
        .map(|(x, y)| (x.clamp(GAP, right), y.clamp(GAP, low)))
        .min_by(|one, other| cost(*one).total_cmp(&cost(*other)))
        .unwrap_or((right, GAP))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: CardArea = CardArea {
        x: 0.0,
        y: 0.0,
        width: 900.0,
        height: 440.0,
    };

    fn station(x: f64, y: f64) -> CardArea {
        CardArea {
            x,
            y,
            width: 26.0,
            height: 26.0,
        }
    }

    #[test]
    fn a_card_stands_beside_its_station_where_nothing_is_in_the_way() {
        let near = station(100.0, 100.0);
        assert_eq!(place((240.0, 200.0), ROOM, Some(near), &[near]), (140.0, 86.0));
    }

    #[test]
    fn a_card_gives_way_to_a_crowd_and_stays_in_the_room() {
        let near = station(600.0, 200.0);
        let crowd: Vec<CardArea> = (0..6)
            .map(|row| station(640.0, 30.0 + 70.0 * f64::from(row)).with_words())
            .collect();
        let (x, y) = place((240.0, 200.0), ROOM, Some(near), &crowd);
        assert!(x + 240.0 <= 640.0, "{x}");
        assert!(y >= GAP && y + 200.0 <= ROOM.height);
    }

    #[test]
    fn without_a_station_the_corner_has_to_do() {
        assert_eq!(place((240.0, 200.0), ROOM, None, &[]), (646.0, 14.0));
    }
}
