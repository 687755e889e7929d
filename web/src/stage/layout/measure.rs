//! Measures columns: width, distance of rows, cells of grids.

use super::super::plan::{GroupId, MapColumn, Member};
use super::super::scene::{Face, Size};
use super::{
    BAR, CLEAR, ColumnSegment, ColumnTraits, Density, FOOT, Fit, HANDLE, HEAD, MARGIN, Measured, SMALLEST, STRIP,
    Setting, WORDS, floor_count, number, of_place,
};
use crate::say;
use std::collections::{BTreeMap, BTreeSet};

impl Setting<'_, '_> {
    /// Measures all columns in a fit and returns the least width that they need.
    pub(super) async fn measure(&mut self, fit: Fit) -> f64 {
        self.fit = fit;
        self.columns.clear();
        self.names.clear();
        self.headings.clear();
        for index in 0..self.plan.columns.len() {
            let measured = self.measure_column(index);
            self.columns.push(measured);
            self.pace.rest().await;
        }
        let zones: f64 = self.columns.iter().map(|column| column.left + column.right).sum();
        let gaps: f64 = (1..self.columns.len()).map(|index| self.least_gap(index)).sum();
        zones + gaps + 2.0 * MARGIN + 2.0 * self.s(10.0)
    }

    /// The least gap before a column.
    pub(super) fn least_gap(&self, index: usize) -> f64 {
        let lanes = if self.tracks.lanes() > 0 { 10.0 } else { 0.0 };
        match self.columns.get(index) {
            Some(column) if column.loose => self.s(18.0) + lanes,
            _ => self.s(STRIP) + lanes,
        }
    }

    pub(super) fn measure_column(&mut self, index: usize) -> Measured {
        let empty = Measured {
            index,
            density: Density::Roomy,
            chain: false,
            loose: false,
            left: 0.0,
            right: 0.0,
            x: 0.0,
            across: 1,
            cell: Size::default(),
        };
        match self.plan.columns.get(index) {
            Some(MapColumn::Outside) => {
                let half = (self.width("outside", Face::Address) / 2.0).max(self.s(26.0));
                Measured {
                    left: half,
                    right: half,
                    ..empty
                }
            }
            Some(MapColumn::Services(services)) => {
                let wide = services
                    .iter()
                    .flat_map(|service| self.service_lines(*service))
                    .fold(self.s(15.0), |widest: f64, (text, face, _)| {
                        widest.max(self.width(&text, face) / 2.0)
                    });
                Measured {
                    left: wide + CLEAR,
                    right: wide + CLEAR,
                    ..empty
                }
            }
            Some(MapColumn::Stations(_)) => self.measure_stations(index, empty),
            None => empty,
        }
    }

    pub(super) fn measure_stations(&mut self, index: usize, empty: Measured) -> Measured {
        let Some(segments) = self.segments.get(index) else {
            return empty;
        };
        let groups: BTreeSet<usize> = segments.iter().map(|segment| segment.group).collect();
        let members: Vec<&Member> = segments.iter().flat_map(|s| s.slots.iter().flatten()).collect();
        let chain = members.iter().any(|member| self.plan.sends(&member.who));
        let loose = groups
            .iter()
            .all(|g| self.plan.groups.get(*g).is_some_and(|group| group.id == GroupId::Loose));
        let has_names = members.len() <= WORDS;
        let written = groups.iter().filter(|_| has_names);
        let names: BTreeMap<_, _> = written.flat_map(|group| self.short_names(*group)).collect();
        let headings: BTreeMap<_, _> = groups.iter().map(|group| (*group, self.heading(*group))).collect();
        let second_lines = members.iter().filter(|_| has_names);
        let second_lines = second_lines.filter_map(|member| member.second_line());
        let widest_name = self.widest(names.values(), Face::Name);
        let widest_second = self.widest(second_lines, Face::Address);
        let mut measured = Measured {
            density: self.density(index, ColumnTraits { chain, loose }, members.len()),
            chain,
            loose,
            ..empty
        };
        measured.left = self.s(measured.density.radius());
        if measured.density >= Density::Table {
            (measured.across, measured.cell) = self.cells(index, measured.density, widest_name, members.len());
        }
        if measured.density == Density::Grid {
            measured.left = measured.cell.w / 2.0;
        }
        let beside = self.reach_right(&measured, widest_name, widest_second);
        let note = self.note_width(&measured, segments);
        let is_last = self.plan.columns.get(index + 1).is_none();
        let has_handle = members.iter().any(|member| member.is_kept);
        let handle = if is_last && has_handle && self.fit.scale > SMALLEST {
            self.s(HANDLE)
        } else {
            0.0
        };
        let heading = (self.widest(headings.values(), Face::Address) + handle).max(note);
        // Rails to the next Service run below the heading, so it may extend over their strip.
        let before_service = matches!(self.plan.columns.get(index + 1), Some(MapColumn::Services(_)));
        let over = if before_service && measured.density <= Density::Tight {
            self.s(STRIP)
        } else {
            0.0
        };
        measured.right = beside.max(heading - measured.left - over).max(self.s(24.0));
        self.names.extend(names);
        self.headings.extend(headings);
        measured
    }

    fn widest(&self, texts: impl Iterator<Item = impl AsRef<str>>, face: Face) -> f64 {
        let widths = texts.map(|text| self.width(text.as_ref(), face));
        widths.fold(0.0, f64::max)
    }

    /// How far stations with their texts and bars reach to the right of the anchor.
    fn reach_right(&self, column: &Measured, name: f64, second: f64) -> f64 {
        let radius = self.s(column.density.radius());
        let gap = self.s(8.0);
        let bar = if column.loose { 0.0 } else { self.s(BAR) };
        let number_beside = if self.fit.numbers && !column.loose {
            gap + self.width("100 %", Face::Address)
        } else {
            0.0
        };
        let cells = number(column.across) * column.cell.w;
        match (column.density, column.chain) {
            (Density::Roomy, false) => radius + gap + name.max(second).max(bar + number_beside),
            (Density::Snug, false) => radius + gap + name + gap + second.max(bar),
            (Density::Tight, false) => radius + gap + name,
            (Density::Tight, true) => name.max(radius),
            (Density::Roomy | Density::Snug, true) => name.max(second).max(radius * 2.0) - radius,
            (Density::Grid, _) => cells - column.cell.w / 2.0,
            (Density::Table, _) => cells - self.s(18.0),
        }
    }

    /// The width of the note under a heading.
    fn note_width(&self, column: &Measured, segments: &[ColumnSegment]) -> f64 {
        let pods = || say::map_pods(1_000);
        let note = match column.density {
            Density::Grid if column.loose => pods(),
            Density::Grid => say::map_some_ready(&pods(), &1_000),
            _ if segments.iter().any(|segment| segment.slots.is_empty()) => say::map_no_pod().to_owned(),
            _ => return 0.0,
        };
        self.width(&note, Face::Note)
    }

    pub(super) fn density(&self, column: usize, shape: ColumnTraits, count: usize) -> Density {
        if count > WORDS || (shape.loose && self.fit.grains) {
            return Density::Grid;
        }
        let room = self.rows_room();
        [Density::Roomy, Density::Snug, Density::Tight]
            .into_iter()
            .find(|density| self.needed(column, *density, shape, None) <= room)
            .unwrap_or(if self.fit.grains && count > 12 {
                Density::Grid
            } else {
                Density::Table
            })
    }

    /// The height for rows and headings of all locations.
    pub(super) fn rows_room(&self) -> f64 {
        let places = number(self.places.len().max(1));
        let footer = if self.places.len() > 1 { FOOT } else { 0.0 };
        self.view.size.h - 2.0 * MARGIN - footer - places * (self.foot() + 12.0) - (places - 1.0) * 10.0
    }

    /// The height under the rows of a district: lanes and its name.
    pub(super) fn foot(&self) -> f64 {
        self.s(FOOT) + number(self.tracks.lanes()) * 7.0
    }

    /// The height of a column at a density, at one place or at all.
    pub(super) fn needed(&self, column: usize, density: Density, shape: ColumnTraits, place: Option<usize>) -> f64 {
        let all = self.segments.get(column).map_or(&[][..], Vec::as_slice);
        let range = place.map_or(0..all.len(), |place| of_place(all, place));
        let segments = all.get(range).into_iter().flatten();
        segments
            .map(|segment| self.segment_height(column, segment, density, shape))
            .sum()
    }

    pub(super) fn segment_height(
        &self,
        column: usize,
        segment: &ColumnSegment,
        density: Density,
        shape: ColumnTraits,
    ) -> f64 {
        let rows = match density {
            Density::Table | Density::Grid => {
                let (across, cell) = match self.columns.get(column) {
                    Some(measured) => (measured.across, measured.cell),
                    None => self.cells(column, density, 0.0, segment.slots.len()),
                };
                let down = number(segment.slots.len().div_ceil(across.max(1)));
                return self.head(segment) + (down * cell.h + self.s(10.0)).max(self.least_rows(segment));
            }
            _ => number(segment.slots.len()),
        };
        let (pitch, _) = density.pitch(shape);
        self.head(segment) + (rows * self.s(pitch)).max(self.least_rows(segment))
    }

    /// The least height of rows: an empty segment has a note and its Service.
    pub(super) fn least_rows(&self, segment: &ColumnSegment) -> f64 {
        if segment.slots.is_empty() { self.s(84.0) } else { 0.0 }
    }

    /// The height above the rows of a segment.
    pub(super) fn head(&self, segment: &ColumnSegment) -> f64 {
        self.s(if segment.headed { HEAD } else { 6.0 })
    }

    /// The number of cells in a row, and their size.
    pub(super) fn cells(&self, column: usize, density: Density, name: f64, count: usize) -> (usize, Size) {
        let rooms = self.segments.get(column).map_or(1, |segments| segments.len().max(1));
        let height = (self.rows_room() - number(rooms) * self.s(HEAD + 10.0)).max(60.0);
        // The largest group of a place decides; where places are many, the map rather grows downwards than sideways.
        let segments = self.segments.get(column).into_iter().flatten();
        let largest = segments.map(|segment| segment.slots.len()).max();
        let largest = largest.unwrap_or(count).max(1);
        if density == Density::Table {
            let cell = Size {
                w: self.s(12.0 + 7.0 + 14.0) + name,
                h: self.s(21.0),
            };
            let down = floor_count(height / cell.h).saturating_sub(rooms).max(1);
            return (count.div_ceil(down).clamp(1, largest), cell);
        }
        let wide = self.view.size.w * 0.42;
        let least = 7.0;
        let mut pitch: f64 = 17.0;
        loop {
            let square = floor_count(number(largest).sqrt().ceil());
            let down = floor_count(height / number(rooms) / pitch).max(1);
            let across = square.max(largest.div_ceil(down)).max(1);
            let fitting = floor_count(wide / pitch).max(1);
            if across <= fitting || pitch <= least {
                return (across.min(fitting), Size { w: pitch, h: pitch });
            }
            pitch -= 1.0;
        }
    }
}
