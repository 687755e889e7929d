//! Draws headings, and stations in rows, tables and grids.

use super::super::geometry::{Point, Rect};
use super::super::plan::{GroupId, MapColumn, Member, PlannedBackend, PlannedService};
use super::super::scene::{Face, Grid, Heading, MapLabel, ShareBar, Station, Symbol, Tone, Who};
use super::{
    BAR, ColumnSegment, ColumnTraits, Density, HANDLE, HEAD, MARGIN, Measured, PILL_WIDE, SLOPE, Setting, number, words,
};
use crate::say;
use std::collections::BTreeSet;
use std::fmt::Write;

impl Setting<'_, '_> {
    pub(super) async fn draw_stations(&mut self) {
        let segments = self.segments.iter().flatten();
        let rows: BTreeSet<usize> = segments.map(|segment| segment.slots.len()).collect();
        self.slants = { rows.into_iter() }
            .map(|rows| (rows, self.slanted_pitch(rows)))
            .collect();
        let columns = std::mem::take(&mut self.columns);
        let mut segments = std::mem::take(&mut self.segments);
        for (column, segments) in columns.iter().zip(&segments) {
            for segment in segments {
                if segment.headed {
                    self.draw_heading(column, segment);
                }
                self.draw_segment(column, segment);
                if column.density == Density::Grid {
                    self.note_grid(column, segment);
                }
                self.pace.rest().await;
            }
        }
        let stations = &self.scene.stations;
        for segment in segments.iter_mut().flatten() {
            let members = segment.slots.iter().flatten();
            let heights: Vec<f64> = members
                .filter_map(|member| stations.get(&member.who))
                .map(|station| station.at.y)
                .collect();
            let first = heights.iter().copied().fold(f64::INFINITY, f64::min);
            let last = heights.iter().copied().fold(0.0, f64::max);
            segment.rows = (first.min(last), last);
        }
        self.columns = columns;
        self.segments = segments;
    }

    pub(super) fn draw_heading(&mut self, column: &Measured, segment: &ColumnSegment) {
        let Some(group) = self.plan.groups.get(segment.group) else {
            return;
        };
        let text = self.headings.get(&segment.group).cloned().unwrap_or_default();
        if text.is_empty() {
            return;
        }
        let x = column.x - column.left;
        let has_handle = segment.slots.iter().flatten().any(|member| member.is_kept);
        let beside = if has_handle { MARGIN + HANDLE } else { 0.0 };
        let room = (self.scene.size.w - beside - x).max(self.s(56.0));
        let text = self.cut(text, Face::Address, room);
        let label = self.at_left(x, segment.top, text, Face::Address, Tone::Soft);
        let rule = (Point::new(x, label.rect.bottom() + self.s(3.0)), label.rect.w);
        let line = match &group.id {
            GroupId::Behind(key) => self.plan.index(key).and_then(|index| self.lines.get(index).copied()),
            _ => None,
        };
        if column.density == Density::Grid {
            let words = words::count_words(group, segment);
            let note = self.at_left(x, segment.top + self.s(23.0), words, Face::Note, Tone::Soft);
            self.scene.notes.push(note);
        } else if segment.slots.is_empty() && matches!(group.id, GroupId::Behind(_)) {
            let words = say::map_no_pod().to_owned();
            let selects = |planned: &PlannedService| !planned.service.selector.is_empty();
            if self.plan.services.get(segment.group).is_some_and(selects) {
                let y = segment.top + self.s(HEAD);
                let note = self.at_left(x, y, words, Face::Note, Tone::Faint);
                self.scene.notes.push(note);
            }
        }
        let first = segment.slots.iter().flatten().find_map(|member| match &member.who {
            Who::Pod(key) => Some(key.clone()),
            _ => None,
        });
        self.scene.headings.push(Heading {
            label,
            rule,
            line,
            first,
        });
    }

    pub(super) fn draw_segment(&mut self, column: &Measured, segment: &ColumnSegment) {
        let head = self.head(segment);
        let shape = ColumnTraits {
            chain: column.chain,
            loose: column.loose,
        };
        let room = segment.height - head;
        let top = segment.top + head;
        let rows = segment.slots.len();
        let (least, most) = column.density.pitch(shape);
        let slanted = self
            .slants
            .get(&rows)
            .copied()
            .unwrap_or(f64::INFINITY)
            .max(self.s(least));
        let pitch = (room / number(rows.max(1)))
            .min(slanted)
            .clamp(self.s(least), self.s(most));
        let (above, below) = self.row_reach(column.density, shape);
        let lines = number(rows.saturating_sub(1)) * pitch;
        // The stations' middle stands in the middle of the room, so that columns of as many are level.
        let amid = if self.is_alone(column, segment) {
            (room - lines) / 2.0
        } else {
            above
        };
        let first = (top + amid).min(top + room - below - lines).max(top + above);
        for (slot, member) in segment.slots.iter().enumerate() {
            let Some(member) = member else { continue };
            let at = match column.density {
                Density::Table | Density::Grid => {
                    let across = column.across.max(1);
                    let (row, place) = (slot / across, slot % across);
                    let rows_high = number(rows.div_ceil(across)) * column.cell.h;
                    let lower = if column.loose || !self.is_alone(column, segment) {
                        0.0
                    } else {
                        ((room - self.s(10.0) - rows_high) / 2.0).max(0.0)
                    };
                    let start = top + self.s(6.0) + lower;
                    Point::new(
                        column.x + number(place) * column.cell.w,
                        start + (number(row) + 0.5) * column.cell.h,
                    )
                }
                _ => Point::new(column.x, first + number(slot) * pitch),
            };
            self.draw_station(column, segment.group, member, at);
        }
    }

    /// Adds the grid of a segment whose stations are drawn.
    pub(super) fn note_grid(&mut self, column: &Measured, segment: &ColumnSegment) {
        let members: Vec<Who> = segment
            .slots
            .iter()
            .flatten()
            .map(|member| member.who.clone())
            .collect();
        let places = members
            .iter()
            .filter_map(|who| self.scene.stations.get(who))
            .map(|station| station.at.y);
        let (top, bottom) = places.fold((f64::INFINITY, 0.0_f64), |(top, bottom), y| (top.min(y), bottom.max(y)));
        let Some(group) = self.plan.groups.get(segment.group).filter(|_| !members.is_empty()) else {
            return;
        };
        let behind = match &group.id {
            GroupId::Behind(key) => say::map_behind(&key.name),
            _ => say::map_behind_none().to_owned(),
        };
        let (cell, across) = (column.cell, column.across.max(1));
        let rect = Rect::new(
            column.x - cell.w / 2.0,
            top - cell.h / 2.0,
            number(across.min(members.len())) * cell.w,
            bottom - top + cell.h,
        );
        let described = say::map_group(&words::count_words(group, segment), &behind);
        let all: Vec<String> = members.iter().map(super::spoken).collect();
        let common = words::common_beginning(&all.iter().map(String::as_str).collect::<Vec<_>>());
        let names = all
            .into_iter()
            .map(|name| name.get(common..).unwrap_or(&name).to_owned());
        self.scene.grids.push(Grid {
            rect,
            across,
            cell: cell.w,
            names: names.collect(),
            members,
            described,
        });
    }

    /// Whether the column has no other group.
    pub(super) fn is_alone(&self, column: &Measured, segment: &ColumnSegment) -> bool {
        let groups = self.plan.columns.get(column.index);
        matches!(groups, Some(MapColumn::Stations(groups)) if groups.iter().all(|group| *group == segment.group))
    }

    /// The widest pitch at which no rail is too steep, over all columns with so many rows.
    pub(super) fn slanted_pitch(&self, rows: usize) -> f64 {
        let spans = number(rows.max(2) - 1) / 2.0;
        let stub = |column: usize| match self.plan.columns.get(column) {
            Some(MapColumn::Services(services)) => {
                services
                    .iter()
                    .filter_map(|service| self.stubs.get(*service).copied())
                    .fold(0.0, f64::max)
                    + self.s(PILL_WIDE)
            }
            _ => 0.0,
        };
        let mut widest = f64::INFINITY;
        for (index, segments) in self.segments.iter().enumerate() {
            let [segment] = segments.as_slice() else { continue };
            let Some(column) = self.columns.get(index).filter(|column| !column.loose) else {
                continue;
            };
            if segment.slots.len() != rows || column.density > Density::Snug {
                continue;
            }
            let is_service = |other: usize| matches!(self.plan.columns.get(other), Some(MapColumn::Services(_)));
            if let Some(before) = index.checked_sub(1).filter(|before| is_service(*before))
                && let Some(service) = self.columns.get(before)
            {
                widest = widest.min((column.x - column.left - service.x - stub(before) - self.s(4.0)) / spans);
            }
            if let Some(service) = self
                .columns
                .get(index + 1)
                .filter(|_| column.chain && is_service(index + 1))
            {
                widest = widest.min((service.x - stub(index + 1) - column.x - column.right - self.s(4.0)) / spans);
            }
        }
        (widest * SLOPE - 0.5).max(0.0)
    }

    /// How far texts and symbol reach above and below a row's centre.
    pub(super) fn row_reach(&self, density: Density, shape: ColumnTraits) -> (f64, f64) {
        let radius = self.s(density.radius());
        match (density, shape.chain) {
            (Density::Roomy, true) => (radius + self.s(38.0), radius + self.s(12.0)),
            (Density::Snug, true) => (radius + self.s(36.0), radius),
            (Density::Tight, true) => (radius + self.s(19.0), radius),
            (Density::Roomy, false) if !shape.loose => (self.s(25.0), self.s(25.0)),
            _ => (self.s(16.0), self.s(16.0)),
        }
    }

    pub(super) fn draw_station(&mut self, column: &Measured, group: usize, member: &Member, at: Point) {
        let density = column.density;
        let radius = match density {
            Density::Grid => column.cell.w * 0.34,
            _ => self.s(density.radius()),
        };
        let service = self.plan.groups.get(group).and_then(|group| match &group.id {
            GroupId::Behind(key) => self.plan.index(key),
            _ => None,
        });
        let backend = service.and_then(|index| {
            let planned = self.plan.services.get(index)?;
            Some((planned, planned.backend(&member.who)?))
        });
        let lines = self.station_lines(density, member, service.is_some());
        let (labels, corner) = self.place_lines(column, at, radius, lines, backend.is_some());
        let bar = corner.zip(backend);
        let bar = bar.and_then(|(corner, (planned, backend))| self.share_bar(column, corner, planned, backend));
        let mark = match (&member.who, density) {
            (_, Density::Grid) => Symbol::Grain,
            (Who::Process(_), _) => Symbol::Prompt,
            (Who::Address(_), _) => Symbol::Diamond,
            (Who::Name(_), _) => Symbol::Out,
            _ => Symbol::Ring,
        };
        if let Some(ip) = member.ip.filter(|_| !matches!(member.who, Who::Process(_))) {
            self.scene.addresses.insert(ip, member.who.clone());
        }
        let station = Station {
            at,
            radius,
            mark,
            state: member.state,
            line: service.and_then(|index| self.lines.get(index).copied()),
            labels,
            bar,
            presence: 1.0,
            described: self.described(member),
        };
        self.scene.stations.insert(member.who.clone(), station);
    }

    /// The texts at a station, as many as the density has room for.
    fn station_lines(&self, density: Density, member: &Member, is_behind: bool) -> Vec<(String, Face, Tone)> {
        if density == Density::Grid {
            return Vec::new();
        }
        let takes_part = is_behind || self.plan.sends(&member.who);
        let tone = if member.state.is_ready() && takes_part {
            Tone::Ink
        } else {
            Tone::Soft
        };
        let name = self.names.get(&member.who).cloned().unwrap_or_default();
        let has_second = matches!(density, Density::Roomy | Density::Snug);
        let second = member.second_line().filter(|line| has_second && *line != name);
        let second = second.map(|line| (line, Face::Address, Tone::Soft));
        std::iter::once((name, Face::Name, tone)).chain(second).collect()
    }

    /// Above a station that rails leave to the right, else beside it; with the corner of its share bar, if there is room for one.
    fn place_lines(
        &self,
        column: &Measured,
        at: Point,
        radius: f64,
        lines: Vec<(String, Face, Tone)>,
        with_bar: bool,
    ) -> (Vec<MapLabel>, Option<Point>) {
        let high: f64 = lines.iter().map(|(_, face, _)| self.line(*face)).sum();
        let left = at.x + radius + self.s(8.0);
        if column.chain && column.density <= Density::Tight {
            let labels = self.stacked(at.x - radius, at.y - radius - self.s(4.0) - high, lines);
            let below = Point::new(at.x - radius, at.y + radius + self.s(7.0));
            (labels, (column.density == Density::Roomy).then_some(below))
        } else if column.density == Density::Roomy {
            let bar = if with_bar { self.s(10.0) } else { 0.0 };
            let top = at.y - f64::midpoint(high, bar);
            let below = Point::new(left, top + high + self.s(5.0));
            (self.stacked(left, top, lines), Some(below))
        } else {
            (self.in_row(left, at.y, lines), None)
        }
    }

    fn share_bar(
        &self,
        column: &Measured,
        corner: Point,
        planned: &PlannedService,
        backend: &PlannedBackend,
    ) -> Option<ShareBar> {
        let rect = Rect::new(corner.x, corner.y, self.s(BAR), self.s(5.0));
        let number = Point::new(rect.right() + self.s(8.0), rect.y + rect.h / 2.0);
        Some(ShareBar {
            rect,
            number: (!column.chain && self.fit.numbers).then_some(number),
            service: planned.service.key.clone(),
            ip: backend.ip?,
            among: backend.open.then_some(planned.open()),
        })
    }

    pub(super) fn described(&self, member: &Member) -> String {
        let mut words = match &member.who {
            Who::Pod(key) => say::map_pod(&key.name),
            Who::Process(name) => say::map_process_on(&name),
            Who::Address(_) => say::map_endpoint().to_owned(),
            Who::Name(name) => say::map_name(&name),
            Who::Outside => say::map_laptop().to_owned(),
        };
        if let Some(ip) = member.ip {
            let _ = write!(words, ", {ip}");
        }
        if matches!(member.who, Who::Pod(_)) {
            let _ = write!(words, ", {}", member.state.word());
        }
        let services = self.tracks.services_of(&member.who).iter();
        for planned in services.filter_map(|index| self.plan.services.get(*index)) {
            words += &say::map_endpoint_of(&planned.service.key.name);
        }
        words
    }
}
