//! Epochs as bytes: a pod that several worlds share crosses the seam once, and is shared again on the other side.

use crate::run::{Cause, SeenEpoch};
use network::{Micros, Pod, World};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Serialize, Deserialize)]
struct Pooled {
    pods: Vec<Rc<Pod>>,
    epochs: Vec<PooledEpoch>,
}

#[derive(Serialize, Deserialize)]
struct PooledEpoch {
    from: Micros,
    cause: Cause,
    /// Without pods, and the places of its pods in the pool.
    world: Option<(World, Vec<u32>)>,
    caveats: Option<Rc<[String]>>,
}

pub fn serialize<S: Serializer>(epochs: &[SeenEpoch], serializer: S) -> Result<S::Ok, S::Error> {
    let mut pods: Vec<Rc<Pod>> = Vec::new();
    let mut places: BTreeMap<*const Pod, u32> = BTreeMap::new();
    let mut pool = |pod: &Rc<Pod>| {
        *places.entry(Rc::as_ptr(pod)).or_insert_with(|| {
            pods.push(pod.clone());
            u32::try_from(pods.len() - 1).unwrap_or(u32::MAX)
        })
    };
    let mut pooled = Vec::with_capacity(epochs.len());
    for epoch in epochs {
        let world = epoch.world.as_deref().map(|world| {
            let places = world.pods.iter().map(&mut pool).collect();
            let bare = World {
                pods: Vec::new(),
                ..world.clone()
            };
            (bare, places)
        });
        pooled.push(PooledEpoch {
            from: epoch.from,
            cause: epoch.cause,
            world,
            caveats: epoch.caveats.clone(),
        });
    }
    Pooled { pods, epochs: pooled }.serialize(serializer)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SeenEpoch>, D::Error> {
    let Pooled { pods, epochs } = Pooled::deserialize(deserializer)?;
    let seen = |epoch: PooledEpoch| SeenEpoch {
        from: epoch.from,
        cause: epoch.cause,
        world: epoch.world.map(|(bare, places)| {
            let pods = places.iter().filter_map(|place| pods.get(*place as usize).cloned());
            Rc::new(World {
                pods: pods.collect(),
                ..bare
            })
        }),
        caveats: epoch.caveats,
    };
    Ok(epochs.into_iter().map(seen).collect())
}
