//! What rails connect: as much as follows from the plan alone, however it fits.

use super::super::pace::Pace;
use super::super::plan::{MapColumn, MapPlan};
use super::super::scene::Who;
use base::Order;
use std::collections::BTreeMap;

/// Column, Service, direction: rails with the same ones share a lane.
type Lane = (usize, usize, bool);

/// The columns of stations and Services, and the lanes under the rows, for rails between columns that are not neighbours.
pub(super) struct Tracks<'p> {
    pub(super) plan: &'p MapPlan<'p>,
    stations: BTreeMap<&'p Who, usize>,
    services: Vec<Option<usize>>,
    /// The Services of each endpoint, in their order.
    of_endpoints: BTreeMap<&'p Who, Vec<usize>>,
    lanes: BTreeMap<Lane, usize>,
}

impl<'p> Tracks<'p> {
    pub(super) async fn new(plan: &'p MapPlan<'p>, pace: &Pace) -> Self {
        let stations = stations(plan);
        pace.rest().await;
        let of_endpoints = of_endpoints(plan);
        pace.rest().await;
        let mut tracks = Self {
            plan,
            stations,
            services: services(plan),
            of_endpoints,
            lanes: BTreeMap::new(),
        };
        tracks.lanes = tracks.all_lanes(pace).await.into_iter().zip(0..).collect();
        tracks
    }

    /// The column of a station.
    pub(super) fn column(&self, who: &Who) -> Option<usize> {
        self.stations.get(who).copied()
    }

    pub(super) fn column_of_service(&self, service: usize) -> Option<usize> {
        *self.services.get(service)?
    }

    /// The Services that a station is an endpoint of, in their order.
    pub(super) fn services_of(&self, who: &Who) -> &[usize] {
        self.of_endpoints.get(who).map_or(&[], Vec::as_slice)
    }

    /// How many lanes there are.
    pub(super) fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// The lane of a rail from a client to a Service; `None` if it needs none.
    pub(super) fn asking(&self, who: &Who, service: usize) -> Option<usize> {
        self.lanes.get(&self.ask_lane(who, service)?).copied()
    }

    /// The lane of a rail from a Service to an endpoint; `None` if it needs none.
    pub(super) fn forwarding(&self, service: usize, who: &Who) -> Option<usize> {
        self.lanes.get(&self.forward_lane(service, who)?).copied()
    }

    async fn all_lanes(&self, pace: &Pace) -> Vec<Lane> {
        let mut lanes = Vec::new();
        for (who, service) in &self.plan.asks {
            lanes.extend(self.ask_lane(who, *service));
        }
        for (index, planned) in self.plan.services.iter().enumerate() {
            for backend in &planned.backends {
                lanes.extend(self.forward_lane(index, &backend.who));
            }
            pace.rest().await;
        }
        lanes.order();
        lanes.dedup();
        lanes
    }

    /// The lane from a client to a Service, unless that is in the next column or the client is its endpoint.
    fn ask_lane(&self, who: &Who, service: usize) -> Option<Lane> {
        let from = self.column(who)?;
        let to = self.column_of_service(service)?;
        let own = self.plan.services.get(service)?.backend(who).is_some() && from == to + 1;
        (from + 1 != to && !own).then_some((from, service, false))
    }

    /// The lane from a Service to an endpoint, unless that is in the next column.
    fn forward_lane(&self, service: usize, who: &Who) -> Option<Lane> {
        let to = self.column(who)?;
        let from = self.column_of_service(service)?;
        (from + 1 != to).then_some((to, service, true))
    }
}

fn stations<'p>(plan: &'p MapPlan) -> BTreeMap<&'p Who, usize> {
    let mut columns = BTreeMap::new();
    for (index, column) in plan.columns.iter().enumerate() {
        match column {
            MapColumn::Outside => {
                columns.insert(&Who::Outside, index);
            }
            MapColumn::Services(_) => {}
            MapColumn::Stations(groups) => {
                let members = groups.iter().filter_map(|group| plan.groups.get(*group));
                let members = members.flat_map(|group| &group.members);
                columns.extend(members.map(|member| (&member.who, index)));
            }
        }
    }
    columns
}

fn of_endpoints<'p>(plan: &'p MapPlan) -> BTreeMap<&'p Who, Vec<usize>> {
    let mut services: BTreeMap<&Who, Vec<usize>> = BTreeMap::new();
    for (index, planned) in plan.services.iter().enumerate() {
        for who in planned.places.keys() {
            services.entry(who).or_default().push(index);
        }
    }
    services
}

/// The column of each Service.
fn services(plan: &MapPlan) -> Vec<Option<usize>> {
    let mut columns = vec![None; plan.services.len()];
    for (index, column) in plan.columns.iter().enumerate() {
        let MapColumn::Services(services) = column else {
            continue;
        };
        for service in services {
            if let Some(column) = columns.get_mut(*service) {
                column.get_or_insert(index);
            }
        }
    }
    columns
}
