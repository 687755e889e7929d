//! Places columns and rows.

use super::super::geometry::Rect;
use super::super::plan::{Location, MapColumn};
use super::super::scene::District;
use super::{ColumnTraits, FOOT, HEAD, MARGIN, Measured, Setting, of_place};

impl Setting<'_, '_> {
    pub(super) fn place_columns(&mut self, needed: f64, wide: f64) {
        let weights: f64 = (1..self.columns.len()).map(|index| self.stretch(index)).sum();
        let spare = wide - needed;
        let each = if weights > 0.0 {
            (spare / weights).min(self.s(150.0))
        } else {
            0.0
        };
        let left_over = spare - each * weights;
        let mut x = MARGIN + self.s(10.0) + left_over / 2.0;
        for index in 0..self.columns.len() {
            if index > 0 {
                x += self.least_gap(index);
                x += each * self.stretch(index);
            }
            if let Some(column) = self.columns.get_mut(index) {
                column.x = x + column.left;
                x = column.x + column.right;
            }
        }
    }

    /// The share of spare space before a column: more where rails fan out.
    pub(super) fn stretch(&self, index: usize) -> f64 {
        let outside = matches!(self.plan.columns.get(index - 1), Some(MapColumn::Outside));
        match self.columns.get(index) {
            Some(column) if column.loose => 0.12,
            Some(_) if outside => 0.35,
            _ => 1.0,
        }
    }

    /// Assigns heights to locations and segments, and returns the total height.
    pub(super) fn place_rows(&mut self) -> f64 {
        let shapes: Vec<ColumnTraits> = self
            .columns
            .iter()
            .map(|column| ColumnTraits {
                chain: column.chain,
                loose: column.loose,
            })
            .collect();
        let needed = |place: usize| {
            let of_column = |(index, measured): (usize, &Measured)| {
                let shape = shapes.get(index).copied().unwrap_or_default();
                self.needed(index, measured.density, shape, Some(place))
            };
            self.columns
                .iter()
                .enumerate()
                .map(of_column)
                .fold(self.s(HEAD), f64::max)
        };
        let mut heights: Vec<f64> = (0..self.places.len()).map(needed).collect();
        let services = self.services_height();
        let rows = heights.iter().sum::<f64>();
        let outer = self.view.size.h - self.rows_room();
        let room = self.rows_room().max(rows).max(services - outer);
        let spare = room - rows;
        let weight = if rows > 0.0 { spare / rows } else { 0.0 };
        for height in &mut heights {
            *height += *height * weight;
        }
        let mut top = MARGIN;
        let foot = self.foot();
        let mut districts = Vec::new();
        for (index, (place, height)) in self.places.clone().into_iter().zip(&heights).enumerate() {
            let inner = top + 12.0;
            self.place_segments(index, inner, *height, &shapes);
            districts.push((place, top, 12.0 + height + foot));
            top += 12.0 + height + foot + 10.0;
        }
        self.scene.districts = districts
            .into_iter()
            .map(|(place, y, h)| District {
                node: match &place {
                    Location::Node(name) => Some(name.clone()),
                    _ => None,
                },
                solid: matches!(place, Location::Node(_)),
                rect: Rect::new(0.0, y, 0.0, h),
                labels: Vec::new(),
                doors: Vec::new(),
            })
            .collect();
        let footer = if self.places.len() > 1 { FOOT } else { 0.0 };
        // A hair too much would bring scroll bars.
        ((top - 10.0 + footer + MARGIN) * 16.0).round() / 16.0
    }

    /// The least height of the fullest column of Services.
    pub(super) fn services_height(&self) -> f64 {
        let of_column = |column: &MapColumn| match column {
            MapColumn::Services(services) => services
                .iter()
                .map(|service| {
                    let (above, below) = self.service_reach(*service);
                    above + below
                })
                .sum::<f64>(),
            _ => 0.0,
        };
        self.plan.columns.iter().map(of_column).fold(0.0, f64::max) + 2.0 * MARGIN + FOOT + self.foot() + self.s(30.0)
    }

    pub(super) fn place_segments(&mut self, place: usize, top: f64, height: f64, shapes: &[ColumnTraits]) {
        for (index, shape) in shapes.iter().enumerate() {
            let Some(density) = self.columns.get(index).map(|column| column.density) else {
                continue;
            };
            let all = self.segments.get(index).map_or(&[][..], Vec::as_slice);
            let range = of_place(all, place);
            let segments = all.get(range.clone()).into_iter().flatten();
            let needs: Vec<f64> = segments
                .map(|segment| self.segment_height(index, segment, density, *shape))
                .collect();
            let all: f64 = needs.iter().sum();
            let weight = if all > 0.0 { height / all } else { 0.0 };
            let mut y = top;
            let segments = self.segments.get_mut(index).and_then(|all| all.get_mut(range));
            for (segment, need) in segments.into_iter().flatten().zip(needs) {
                segment.top = y;
                segment.height = need * weight;
                y += segment.height;
            }
        }
    }
}
