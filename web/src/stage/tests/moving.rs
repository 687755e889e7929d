//! What moves on the map: requests at the right place at the right moment, and what has become of them.

use super::super::dots::{Follower, Look, TrafficFrame, WordPlace};
use super::super::forward_way::ForwardWay;
use super::super::geometry::Point;
use super::super::highlight::{Highlight, Related};
use super::super::shares::Shares;
use super::*;
use crate::selection::Selection;
use playground::{Backend, Hop, Leg, Micros, Outcome, Request, Requests, Target};

/// What is seen of these requests by who looks for the first time.
fn traffic(scene: &Scene, requests: &[Request], at: Micros, reduced: bool) -> TrafficFrame {
    Follower::default().traffic(&Rc::new(scene.clone()), requests.into(), at, reduced, (0, 0))
}

/// A request that is answered: sent at 1 s, half a second a leg, 100 ms of work.
fn answered(world: &World) -> Request {
    let backend = &world.services[0].ports[0].endpoints[0];
    let mut at = Micros::from_seconds(1);
    let mut leg = |hop, millis| {
        let from = at;
        at = at + Micros::from_millis(millis);
        Leg { hop, from, to: at }
    };
    let legs = vec![
        leg(Hop::ToService, 500),
        leg(Hop::ToBackend, 500),
        leg(Hop::AtBackend, 100),
        leg(Hop::FromBackend, 500),
        leg(Hop::FromService, 500),
    ];
    Request {
        number: 1,
        client: Client::Outside,
        target: Target {
            service: world.services[0].key.clone(),
            port: 80,
            door: playground::Door::Usual,
            web: None,
        },
        dialled: None,
        backend: Some(Backend {
            ip: backend.ip,
            port: 80,
            pod: backend.pod.clone(),
            of: 3,
        }),
        outcome: Outcome::Answered,
        status: None,
        routed: None,
        route: std::rc::Rc::default(),
        connection: None,
        legs,
        sent: Micros::from_seconds(1),
        done: at,
    }
}

#[test]
fn a_way_past_services_goes_round_stations() {
    let (world, asks) = tiers(&[12], 1, "web", 0);
    for size in SIZES {
        let scene = set(&world, &asks, size, &mut LayoutMemory::default());
        for pod in &world.pods {
            let (key, Some(ip)) = (Who::Pod(pod.key.clone()), pod.ip) else {
                continue;
            };
            for directly in [false, true] {
                let Some(way) = ForwardWay::to(&scene, ip, directly) else {
                    continue;
                };
                let line = [&way.to_server, &way.to_pod];
                let crosses = |at: Point, radius: f64| {
                    let points = line
                        .iter()
                        .flat_map(|line| (0..=400).map(|step| line.at(f64::from(step) / 400.0)));
                    points.map(|point| point.distance(at)).fold(f64::INFINITY, f64::min) < radius
                };
                for (who, station) in &scene.stations {
                    let is_end = *who == key || *who == Who::Outside;
                    assert!(
                        is_end || !crosses(station.at, station.radius),
                        "{who:?} {:?} on the way to {key:?} by {:?}, {:?}",
                        (station.at, station.radius),
                        way.to_server.points(),
                        way.to_pod.points()
                    );
                }
            }
        }
    }
}

#[test]
fn a_request_through_a_forwarded_port_runs_past_the_service() {
    let (world, asks) = tiers(&[3], 2, "web", 0);
    for asks in [asks.as_slice(), &[]] {
        let scene = set(&world, asks, SIZES[0], &mut LayoutMemory::default());
        let pod = &world.pods[1];
        let mut request = answered(&world);
        request.target = Target::forwarded(pod.key.clone(), 8080, 80);
        request.backend = Some(Backend {
            ip: pod.ip.unwrap(),
            port: 80,
            pod: Some(pod.key.clone()),
            of: 1,
        });
        let service = scene.interchanges[&world.services[0].key].at;
        let end = scene.stations[&Who::Pod(pod.key.clone())].at;
        let at = |millis| {
            let requests = std::slice::from_ref(&request);
            traffic(&scene, requests, Micros::from_millis(millis), false).dots[0].at
        };
        assert!(at(2_050).distance(end) < 1.0, "it works at its pod");
        let way = (1..20).map(|step| at(1_000 + step * 50));
        assert!(way.clone().all(|at| at.distance(service) > 1.0), "past the Service");
        assert!(way.map(|at| at.x).is_sorted(), "from left to right");
    }
}

#[test]
fn a_request_meets_each_station_at_the_end_of_its_leg() {
    for size in [3, 50, 100] {
        let (world, asks) = tiers(&[size], 1, "web", 0);
        let scene = set(&world, &asks, SIZES[0], &mut LayoutMemory::default());
        let request = answered(&world);
        let pod = scene.stations[&Who::Pod(world.pods[0].key.clone())].at;
        let service = scene.interchanges[&world.services[0].key].at;
        let client = scene.stations[&Who::Outside].at;
        let at = |millis| {
            let traffic = traffic(
                &scene,
                std::slice::from_ref(&request),
                Micros::from_millis(millis),
                false,
            );
            (traffic.dots[0].at, traffic.dots[0].look)
        };
        let near = |(place, look): (super::super::geometry::Point, Look), wanted, expected| {
            assert!(place.distance(wanted) < 0.01, "{place:?} is not {wanted:?}");
            assert_eq!(look, expected);
        };
        near(at(1_000), client, Look::Going);
        near(at(1_500), service, Look::Going);
        near(at(2_000), pod, Look::Going);
        near(at(2_050), pod, Look::Going);
        near(at(2_100), pod, Look::Returning);
        near(at(2_600), service, Look::Returning);
    }
}

#[test]
fn a_request_that_a_pod_never_answers_waits_there_in_a_ring() {
    let (world, asks) = tiers(&[3], 1, "web", 0);
    let scene = set(&world, &asks, SIZES[0], &mut LayoutMemory::default());
    let mut request = answered(&world);
    request.outcome = Outcome::TimedOut;
    request.legs.truncate(3);
    request.legs[2].to = request.legs[2].from + Micros::from_seconds(3);
    request.done = request.legs[2].to;
    let at = request.legs[2].from + Micros::from_millis(1_500);
    let traffic = traffic(&scene, std::slice::from_ref(&request), at, false);
    let [ring] = traffic.rings.as_slice() else {
        panic!("one ring, not {:?}", traffic.rings);
    };
    assert_eq!(ring.at, scene.stations[&Who::Pod(world.pods[0].key.clone())].at);
    assert!((ring.left - 0.5).abs() < 1e-6);
}

#[test]
fn a_word_beside_a_cross_begins_behind_it_however_long_it_is() {
    let (world, asks) = tiers(&[3], 1, "web", 0);
    let scene = set(&world, &asks, SIZES[0], &mut LayoutMemory::default());
    let mut request = answered(&world);
    request.legs.truncate(1);
    let refused = request.legs[0].to;
    request.legs.push(Leg {
        hop: Hop::FromService,
        from: refused,
        to: request.done,
    });
    request.backend = None;
    request.outcome = Outcome::RefusedNoEndpoints;
    let seen = traffic(&scene, &[request], refused + Micros::from_millis(50), false);
    let ([(cross, _)], [word]) = (&*seen.crosses, &*seen.words) else {
        panic!("{seen:?}")
    };
    let WordPlace::From(start) = word.at else {
        panic!("{word:?}")
    };
    let is_level = (start.y - cross.y).abs() < 0.001;
    assert!(start.x - cross.x >= 12.0 && is_level, "{start:?} {cross:?}");
}

#[test]
fn of_rails_that_many_pods_share_only_the_request_s_own_is_lit() {
    let (world, asks) = tiers(&[60], 3, "web", 0);
    let scene = set(&world, &asks, SIZES[0], &mut LayoutMemory::default());
    let request = answered(&world);
    let selected = Related::of(&scene, Some(&Selection::Request(1)), Some((&request, None)));
    let lit = Highlight::new(selected, Related::default());
    let trunks = || scene.wires.keys().filter(|id| matches!(id, WireId::Trunk(..)));
    assert_eq!(trunks().count(), 3, "one to each node");
    assert_eq!(trunks().filter(|id| lit.rail(id)).count(), 1);
}

#[test]
fn with_less_motion_a_request_is_at_a_station_at_every_moment() {
    let (world, asks) = tiers(&[3], 1, "web", 0);
    let scene = set(&world, &asks, SIZES[0], &mut LayoutMemory::default());
    let request = answered(&world);
    let stations: Vec<_> = scene
        .stations
        .values()
        .map(|station| station.at)
        .chain(scene.interchanges.values().map(|interchange| interchange.at))
        .collect();
    for millis in (1_000..3_700).step_by(50) {
        for dot in traffic(
            &scene,
            std::slice::from_ref(&request),
            Micros::from_millis(millis),
            true,
        )
        .dots
        {
            assert!(
                stations.iter().any(|station| station.distance(dot.at) < 0.01),
                "at {millis} ms: {dot:?}"
            );
        }
    }
}

#[test]
fn who_follows_sees_the_same_as_who_looks_for_the_first_time() {
    let (world, asks) = tiers(&[3], 1, "web", 0);
    let scene = Rc::new(set(&world, &asks, SIZES[0], &mut LayoutMemory::default()));
    let later = |number: u64| {
        let shift = Micros::from_millis(number * 170);
        let mut request = answered(&world);
        request.number = number;
        (request.sent, request.done) = (request.sent + shift, request.done + shift);
        for leg in &mut request.legs {
            (leg.from, leg.to) = (leg.from + shift, leg.to + shift);
        }
        request
    };
    let requests: Vec<Request> = (0..40).map(later).collect();
    let mut follower = Follower::default();
    // Forwards by uneven steps, a jump ahead, and back again.
    for millis in [
        0, 900, 1_010, 1_500, 1_501, 2_900, 2_960, 9_500, 30_000, 4_000, 4_016, 2_000,
    ] {
        let at = Micros::from_millis(millis);
        let due = requests.partition_point(|request| request.sent <= at);
        let seen = follower.traffic(&scene, requests[..due].into(), at, false, (0, 0));
        assert_eq!(seen, traffic(&scene, &requests[..due], at, false), "at {millis} ms");
    }
}

#[test]
fn shares_grow_when_answers_are_there_and_shrink_back_with_time() {
    let (world, _) = tiers(&[3], 1, "web", 0);
    let request = answered(&world);
    let (service, ip) = (world.services[0].key.clone(), world.pods[0].ip.unwrap());
    let requests = [request];
    let requests = Requests::from(&requests[..]);
    let mut shares = Shares::default();
    shares.advance(requests, Micros::from_millis(1_500), (0, 1));
    assert_eq!(shares.of(&service, ip), None);
    shares.advance(requests, Micros::from_millis(3_100), (0, 1));
    assert_eq!(shares.of(&service, ip), Some(1.0));
    shares.advance(requests, Micros::from_millis(1_500), (0, 1));
    assert_eq!(shares.of(&service, ip), None);
}
