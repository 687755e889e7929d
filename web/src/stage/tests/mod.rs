//! The map's promises, over random worlds: words apart, rails clear of words, stations in their places.
#![allow(clippy::unwrap_used)]

mod ingress;
mod moving;

use super::geometry::Rect;
use super::history::WorldHistory;
use super::layout::{LayoutMemory, Viewport, layout, layout_in_slices};
use super::pace::{Pace, SlicedWork};
use super::plan::AskEdge;
use super::scene::{Body, Face, Scene, Size, Symbol, Who, WireId};
use crate::played::Played;
use playground::{
    Act, Answering, Client, Endpoint, Micros, Node, ObjectKey, Pod, Protocol, Scenario, Service, ServicePort,
    ServiceType, World,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;

const SIZES: [(f64, f64); 5] = [
    (880.0, 480.0),
    (640.0, 300.0),
    (366.0, 300.0),
    (1240.0, 640.0),
    (1920.0, 900.0),
];

/// About as wide as the page's own type.
fn measure(text: &str, face: Face) -> f64 {
    let letters = f64::from(u32::try_from(text.chars().count()).unwrap());
    let wide = if face == Face::Address { 0.61 } else { 0.56 };
    letters * face.size() * wide
}

fn key(name: &str) -> ObjectKey {
    ObjectKey::new("default", name)
}

fn pod(name: &str, number: usize, node: &str, app: &str) -> Rc<Pod> {
    let [high, low] = u16::try_from(number + 2).unwrap().to_be_bytes();
    Rc::new(Pod {
        key: key(name),
        uid: name.to_owned(),
        ip: Some(IpAddr::V4(Ipv4Addr::new(10, 244, high, low))),
        second_ip: None,
        node: Some(node.to_owned()),
        labels: [("app", app), ("pod-template-hash", "5d8f")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ready: true,
        first_probe: None,
        terminating: false,
        stage: playground::PodStage::Runs,
        host_network: false,
        ports: Vec::new(),
        listeners: Vec::new(),
        is_guess: false,
        host_ports: Vec::new(),
        answering: Answering::default(),
    })
}

fn service(name: &str, app: &str, node_port: Option<u16>, pods: &[Rc<Pod>]) -> Service {
    let behind = pods
        .iter()
        .filter(|pod| pod.labels.get("app").is_some_and(|label| label == app));
    let endpoints = behind.map(|pod| Endpoint {
        ip: pod.ip.unwrap(),
        second_ip: None,
        port: 80,
        pod: Some(pod.key.clone()),
        ready: pod.ready && !pod.terminating,
        serving: pod.ready,
        terminating: pod.terminating,
    });
    Service {
        key: key(name),
        kind: if node_port.is_some() {
            ServiceType::NodePort
        } else {
            ServiceType::ClusterIp
        },
        cluster_ips: vec![IpAddr::V4(Ipv4Addr::new(10, 111, 152, 100))],
        selector: [("app".to_owned(), app.to_owned())].into(),
        external_name: None,
        leads_to: Vec::new(),
        ingress: Vec::new(),
        affinity: None,
        ports: vec![ServicePort {
            name: String::new(),
            port: 80,
            target: "80".to_owned(),
            node_port,
            protocol: Protocol::Tcp,
            endpoints: endpoints.collect(),
        }],
    }
}

/// Tiers of pods of those sizes, each behind a Service that the tier before asks; the first is asked from outside.
fn tiers(sizes: &[usize], nodes: usize, name: &str, loose: usize) -> (World, Vec<AskEdge>) {
    let mut world = World::default();
    for node in 1..=nodes {
        world.nodes.push(Node {
            name: format!("node-{node}"),
            ip: IpAddr::V4(Ipv4Addr::new(192, 168, 49, u8::try_from(node).unwrap())),
            zone: None,
            second_ip: None,
            pod_cidrs: Vec::new(),
        });
    }
    for (tier, size) in sizes.iter().enumerate() {
        for _ in 0..*size {
            let number = world.pods.len();
            let node = format!("node-{}", number % nodes + 1);
            let name = format!("{name}-{tier}-{number}");
            world.pods.push(pod(&name, number, &node, &format!("t{tier}")));
        }
    }
    for _ in 0..loose {
        let number = world.pods.len();
        world
            .pods
            .push(pod(&format!("loose-{number}"), number, "node-1", "none"));
    }
    let mut asks = Vec::new();
    for tier in 0..sizes.len() {
        let app = format!("t{tier}");
        let name = format!("{name}-service-{tier}");
        world
            .services
            .push(service(&name, &app, (tier == 0).then_some(30_080), &world.pods));
        if tier == 0 {
            asks.push((Client::Outside, key(&name)));
        } else {
            let before = format!("t{}", tier - 1);
            let clients = world.pods.iter().filter(|pod| pod.labels.get("app") == Some(&before));
            asks.extend(clients.take(3).map(|pod| (Client::Pod(pod.key.clone()), key(&name))));
        }
    }
    (world, asks)
}

fn set(world: &World, asks: &[AskEdge], (w, h): (f64, f64), memory: &mut LayoutMemory) -> Scene {
    let focus = world.services.last().map(|service| &service.key).filter(|_| w < 480.0);
    let view = Viewport {
        text: 1.0,
        size: Size { w, h },
        measure: &measure,
        focus,
    };
    layout(world, asks, &view, memory)
}

#[test]
fn a_large_map_is_laid_out_in_many_slices_and_is_the_same_as_at_once() {
    let (world, asks) = tiers(&[3, 900, 1_100], 5, "shop", 20);
    let whole = set(&world, &asks, (880.0, 480.0), &mut LayoutMemory::default());
    let pace = Rc::new(Pace::sliced(|| f64::INFINITY));
    let own = pace.clone();
    let mut work = SlicedWork::new(pace, async move {
        let view = Viewport {
            text: 1.0,
            size: Size { w: 880.0, h: 480.0 },
            measure: &measure,
            focus: None,
        };
        layout_in_slices(&world, &asks, &view, &mut LayoutMemory::default(), &own).await
    });
    let mut slices = 1;
    let scene = loop {
        match work.go_on(0.0) {
            Some(scene) => break scene,
            None => slices += 1,
        }
    };
    assert!(slices > 2_000, "{slices} slices");
    assert!(scene == whole);
}

/// What is wrong with a map: words over words, rails under words, words or stations beyond the edge.
fn faults(scene: &Scene) -> Vec<String> {
    let labels: Vec<_> = scene.labels().collect();
    let mut faults = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        for other in labels.iter().skip(index + 1) {
            if label.rect.overlaps(&other.rect) {
                faults.push(format!("{:?} over {:?}", label.text, other.text));
            }
        }
        for (id, wire) in scene.wires.iter().filter(|(_, wire)| wire.drawn) {
            if wire.path.crosses(&label.rect) {
                faults.push(format!(
                    "{id:?} under {:?} {:?} {:?}",
                    label.text,
                    label.rect,
                    wire.path.corners()
                ));
            }
        }
        if label.rect.x < 0.0 || label.rect.right() > scene.size.w || label.rect.bottom() > scene.size.h {
            faults.push(format!(
                "{:?} beyond the edge: {:?} of {:?}",
                label.text, label.rect, scene.size
            ));
        }
    }
    for heading in scene.headings.iter().filter(|heading| heading.line.is_some()) {
        let (rule, long) = heading.rule;
        let gives_way = heading.first.is_some() && long > 56.0 * scene.scale;
        if gives_way && rule.x + long + 52.0 > scene.size.w {
            faults.push(format!("the handle beside {:?} beyond the edge", heading.label.text));
        }
    }
    let boxes: Vec<(&Who, Rect)> = scene
        .stations
        .iter()
        .map(|(who, station)| {
            let radius = station.radius * 0.95;
            (
                who,
                Rect::new(station.at.x - radius, station.at.y - radius, radius * 2.0, radius * 2.0),
            )
        })
        .collect();
    for (index, (who, area)) in boxes.iter().enumerate() {
        for (other, other_area) in boxes.iter().skip(index + 1) {
            if area.overlaps(other_area) {
                faults.push(format!("{who:?} on {other:?}"));
            }
        }
        for label in &labels {
            if label.rect.overlaps(area) {
                faults.push(format!("{:?} over {who:?}", label.text));
            }
        }
    }
    faults
}

#[test]
fn a_map_of_three_tiers_is_clean_at_every_size() {
    for size in SIZES {
        let (world, asks) = tiers(&[3, 3], 1, "back-end", 4);
        let scene = set(&world, &asks, size, &mut LayoutMemory::default());
        assert_eq!(faults(&scene), Vec::<String>::new(), "at {size:?}");
    }
}

#[test]
fn maps_from_one_to_a_thousand_pods_are_clean() {
    for count in [1, 3, 10, 50, 60, 61, 200, 1_000] {
        for size in SIZES {
            let (world, asks) = tiers(&[count], 1, "web", 0);
            let scene = set(&world, &asks, size, &mut LayoutMemory::default());
            assert_eq!(faults(&scene), Vec::<String>::new(), "{count} at {size:?}");
            assert_eq!(
                scene.stations.len(),
                count + usize::from(size.0 >= 480.0 || count > 0),
                "{count} at {size:?}"
            );
        }
    }
}

#[test]
fn a_seed_fits_its_room_without_scrolling() {
    for size in SIZES {
        let (world, asks) = tiers(&[3, 3], 1, "tier", 4);
        let scene = set(&world, &asks, size, &mut LayoutMemory::default());
        assert!(
            scene.size.w <= size.0 && scene.size.h <= size.1,
            "{:?} in {size:?}",
            scene.size
        );
    }
}

#[test]
fn the_line_of_a_look_up_runs_under_no_words() {
    for size in SIZES {
        let (world, asks) = tiers(&[3, 3], 1, "back-end", 4);
        let scene = set(&world, &asks, size, &mut LayoutMemory::default());
        let resolver = scene.resolver.as_ref().unwrap().at;
        for (who, station) in scene.stations.iter().filter(|(who, _)| matches!(who, Who::Pod(_))) {
            let way = super::look_up::way(&scene, station.at, resolver);
            let crossed: Vec<&str> = { scene.labels() }
                .filter(|label| way.crosses(&label.rect))
                .map(|label| label.text.as_str())
                .collect();
            assert_eq!(crossed, Vec::<&str>::new(), "{who:?} at {size:?}");
        }
    }
}

#[test]
fn a_service_without_endpoints_is_a_station_without_rails_and_says_so() {
    let (mut world, asks) = tiers(&[3], 1, "web", 0);
    world.services = vec![service("web", "wep", None, &world.pods)];
    let asks: Vec<AskEdge> = asks.into_iter().map(|(client, _)| (client, key("web"))).collect();
    let scene = set(&world, &asks, SIZES[0], &mut LayoutMemory::default());
    assert!(!scene.wires.keys().any(|id| matches!(id, WireId::Forward(..))));
    assert!(scene.labels().any(|label| label.text == "no endpoints"));
}

#[test]
fn a_pod_keeps_its_place_when_another_goes_and_the_next_takes_the_free_one() {
    let (mut world, asks) = tiers(&[4], 1, "web", 0);
    let mut memory = LayoutMemory::default();
    let place = |scene: &Scene, name: &str| scene.stations.get(&Who::Pod(key(name))).map(|station| station.at);
    let before = set(&world, &asks, SIZES[0], &mut memory);
    let gone = world.pods.remove(1);
    world.services = vec![service("web-service-0", "t0", Some(30_080), &world.pods)];
    let after = set(&world, &asks, SIZES[0], &mut memory);
    for pod in &world.pods {
        assert_eq!(
            place(&before, &pod.key.name),
            place(&after, &pod.key.name),
            "{}",
            pod.key.name
        );
    }
    world.pods.push(pod("newcomer", 40, "node-1", "t0"));
    world.services = vec![service("web-service-0", "t0", Some(30_080), &world.pods)];
    let later = set(&world, &asks, SIZES[0], &mut memory);
    assert_eq!(place(&later, "newcomer"), place(&before, &gone.key.name));
}

#[test]
fn a_pod_that_is_not_ready_stays_and_its_rail_withdraws() {
    let (mut world, asks) = tiers(&[3], 1, "web", 0);
    let mut memory = LayoutMemory::default();
    let before = set(&world, &asks, SIZES[0], &mut memory);
    Rc::make_mut(&mut world.pods[1]).ready = false;
    world.services = vec![service("web-service-0", "t0", Some(30_080), &world.pods)];
    let after = set(&world, &asks, SIZES[0], &mut memory);
    let who = Who::Pod(world.pods[1].key.clone());
    assert_eq!(before.stations[&who].at, after.stations[&who].at);
    assert!(!after.wires[&WireId::Forward(key("web-service-0"), who)].open);
}

#[test]
fn the_map_is_the_same_whether_it_was_watched_or_jumped_to() {
    let act = |session: &mut Played, seconds, line: &str| {
        session.act(Micros::from_seconds(seconds), Act::Kubectl(line.to_owned()));
    };
    let mut session = Played::new(Scenario {
        text: include_str!("../../../scenarios/three-tiers.yaml").to_owned(),
        ..Scenario::default()
    });
    act(&mut session, 2, "kubectl delete pod back-end-1");
    act(
        &mut session,
        4,
        "kubectl run back-end-9 --image=nginx --labels=app=myapp,type=back-end",
    );
    let set_at = |walk: &mut WorldHistory, memory: &mut LayoutMemory, seconds| {
        let at = Micros::from_seconds(seconds);
        walk.follow(&session, at, &[], None, memory);
        let view = Viewport {
            text: 1.0,
            size: Size { w: 880.0, h: 480.0 },
            measure: &measure,
            focus: None,
        };
        let scene = layout(session.world(at), &[], &view, memory);
        scene
            .stations
            .iter()
            .map(|(who, station)| (who.clone(), format!("{:?}", station.at)))
            .collect::<BTreeMap<_, _>>()
    };
    let (mut walk, mut memory) = (WorldHistory::default(), LayoutMemory::default());
    let watched: Vec<_> = [0, 2, 4, 1, 5]
        .map(|seconds| set_at(&mut walk, &mut memory, seconds))
        .into();
    let jumped = set_at(&mut WorldHistory::default(), &mut LayoutMemory::default(), 5);
    assert_eq!(watched[4], jumped);
    assert_eq!(watched[0], watched[3], "back again");
    let place = |name: &str, map: &BTreeMap<Who, String>| map.get(&Who::Pod(key(name))).cloned();
    assert_eq!(
        place("back-end-1", &watched[0]),
        place("back-end-9", &jumped),
        "the newcomer takes the free place"
    );
}

/// Makes a Service headless, a load balancer's or an external name, or leaves it as it is.
fn of_kind(service: &mut Service, flag: u8) {
    match flag % 6 {
        1 => service.cluster_ips.clear(),
        2 => service.kind = ServiceType::LoadBalancer,
        3 => {
            service.kind = ServiceType::LoadBalancer;
            service.ingress = vec!["203.0.113.10".to_owned()];
        }
        4 => {
            service.kind = ServiceType::ExternalName;
            service.external_name = Some("db.example.com".to_owned());
            service.cluster_ips.clear();
            service.selector.clear();
            for port in &mut service.ports {
                port.endpoints.clear();
            }
        }
        _ => {}
    }
}

#[test]
fn each_kind_of_service_has_a_picture_of_its_own() {
    let (mut world, asks) = tiers(&[3, 2, 1, 1], 1, "web", 0);
    for (service, flag) in world.services.iter_mut().zip([2, 1, 4, 0]) {
        of_kind(service, flag);
    }
    let scene = set(&world, &asks, SIZES[4], &mut LayoutMemory::default());
    let of = |tier: usize| &scene.interchanges[&world.services[tier].key];
    assert_eq!(
        (of(0).body, of(0).balanced),
        (Body::Address, Some(false)),
        "waits for its address"
    );
    assert_eq!((of(1).body, of(1).balanced), (Body::Names, None));
    assert_eq!(of(2).body, Body::Alias);
    assert_eq!((of(3).body, of(3).selects), (Body::Address, true));
    let out = &scene.stations[&Who::Name("db.example.com".to_owned())];
    assert_eq!(out.mark, Symbol::Out);
    assert!(scene.wires.contains_key(&WireId::Forward(
        world.services[2].key.clone(),
        Who::Name("db.example.com".to_owned())
    )));
    let doors: Vec<&str> = scene.districts[0]
        .doors
        .iter()
        .map(|door| door.label.text.as_str())
        .collect();
    assert_eq!(doors, [":30080"]);
    assert_eq!(faults(&scene), Vec::<String>::new());
}

fn any_world() -> impl Strategy<Value = (World, Vec<AskEdge>)> {
    let tiers_of = prop::collection::vec(0_usize..24, 1..4);
    let name = prop_oneof![Just("web"), Just("front-end-deployment-7d4b9c6f5d"), Just("a")];
    let flags = prop::collection::vec(any::<u8>(), 64);
    (tiers_of, 1_usize..4, name, 0_usize..8, flags).prop_map(|(sizes, nodes, name, loose, flags)| {
        let (mut world, mut asks) = tiers(&sizes, nodes, name, loose);
        for (pod, flag) in world.pods.iter_mut().map(Rc::make_mut).zip(&flags) {
            pod.ready = flag % 7 != 0;
            pod.terminating = flag % 11 == 0;
            if flag % 13 == 0 {
                pod.node = None;
                pod.ip = None;
                pod.ready = false;
            }
        }
        // Some ask across tiers, backwards, or what they are behind themselves.
        let keys: Vec<ObjectKey> = world.services.iter().map(|service| service.key.clone()).collect();
        for (pod, flag) in world.pods.iter().zip(flags.iter().rev()) {
            if flag % 9 == 0
                && let Some(key) = keys.get(usize::from(*flag) % keys.len())
            {
                asks.push((Client::Pod(pod.key.clone()), key.clone()));
            }
        }
        let scheduled: Vec<Rc<Pod>> = world.pods.iter().filter(|pod| pod.ip.is_some()).cloned().collect();
        for (tier, entry) in world.services.iter_mut().enumerate() {
            let node_port = entry.ports[0].node_port;
            *entry = service(&entry.key.name, &format!("t{tier}"), node_port, &scheduled);
            of_kind(entry, flags.get(40 + tier).copied().unwrap_or_default());
        }
        (world, asks)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_map_is_clean((world, asks) in any_world(), size in prop::sample::select(SIZES.to_vec())) {
        let scene = set(&world, &asks, size, &mut LayoutMemory::default());
        prop_assert_eq!(faults(&scene), Vec::<String>::new());
    }

    #[test]
    fn the_same_world_is_set_the_same_again((world, asks) in any_world()) {
        let mut memory = LayoutMemory::default();
        let once = set(&world, &asks, SIZES[0], &mut memory);
        let again = set(&world, &asks, SIZES[0], &mut memory);
        let places = |scene: &Scene| -> BTreeMap<Who, String> {
            scene.stations.iter().map(|(who, station)| (who.clone(), format!("{:?}", station.at))).collect()
        };
        prop_assert_eq!(places(&once), places(&again));
    }
}
