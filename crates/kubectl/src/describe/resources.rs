//! Amounts of resources: sums and comparisons of what pods request.

use super::description::int_or_string;
use api::{Fields, Value, quantity};
use cluster::Object;
use std::collections::BTreeMap;
use std::fmt;

const NANO: i128 = 1_000_000_000;
const MILLI: i128 = 1_000_000;

/// An amount of a resource, and its unit when printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    nanos: i128,
    binary: bool,
}

impl Amount {
    fn of(value: &Value) -> Option<Self> {
        let text = int_or_string(value);
        Some(Self {
            nanos: quantity::nanos(&text)?,
            binary: text.ends_with('i'),
        })
    }

    /// Adds an amount; the unit is that of the first that is not zero.
    ///
    /// Models: apimachinery/pkg/api/resource Quantity.Add (v1.36).
    fn add(&mut self, other: Self) {
        if self.nanos == 0 {
            self.binary = other.binary;
        }
        self.nanos = self.nanos.saturating_add(other.nanos);
    }

    /// The percentage of a whole, rounded down; CPU counts in thousandths, everything else in ones.
    ///
    /// Models: kubectl/pkg/describe describeNodeResource (v1.36), which divides floating-point numbers.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "to the letter as Go divides"
    )]
    pub(super) fn percent_of(self, whole: Self, name: &str) -> i64 {
        let unit = if name == "cpu" { MILLI } else { NANO };
        let count = |amount: Self| amount.nanos.div_euclid(unit) + i128::from(amount.nanos.rem_euclid(unit) > 0);
        if count(whole) == 0 {
            return 0;
        }
        (count(self) as f64 / count(whole) as f64 * 100.0) as i64
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.nanos / NANO;
        let is_binary = self.binary && whole != 0 && self.nanos % NANO == 0;
        let mut units = [(60, "Ei"), (50, "Pi"), (40, "Ti"), (30, "Gi"), (20, "Mi"), (10, "Ki")].into_iter();
        let unit = units.find(|(bits, _)| is_binary && whole % (1_i128 << bits) == 0);
        if let Some((bits, unit)) = unit {
            return write!(f, "{}{unit}", whole >> bits);
        }
        let text = quantity::canonical(&Value::from(format!("{}n", self.nanos)));
        f.write_str(&text.unwrap_or_default())
    }
}

/// Amounts by resource name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Resources(BTreeMap<String, Amount>);

impl Resources {
    /// The amounts of a resource list.
    pub(super) fn of(value: &Value) -> Self {
        let amounts = value.as_object().into_iter().flatten();
        Self(
            amounts
                .filter_map(|(name, amount)| Some((name.clone(), Amount::of(amount)?)))
                .collect(),
        )
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Amount)> {
        self.0.iter().map(|(name, amount)| (name.as_str(), *amount))
    }

    /// The amount of a resource, or zero.
    pub(super) fn get(&self, name: &str) -> Amount {
        self.0.get(name).copied().unwrap_or_default()
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            self.0.entry(name.clone()).or_default().add(*amount);
        }
    }

    /// Raises amounts to at least those given.
    fn raise(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            let kept = self.0.entry(name.clone()).or_insert(*amount);
            if amount.nanos > kept.nanos {
                *kept = *amount;
            }
        }
    }

    /// Replaces amounts by the pod-level ones.
    ///
    /// Models: component-helpers/resource IsSupportedPodLevelResource (v1.36).
    fn replace(&mut self, of_pod: Self) {
        let supported = |name: &str| ["cpu", "memory"].contains(&name) || name.starts_with("hugepages-");
        let replacing = of_pod.0.into_iter().filter(|(name, _)| supported(name));
        self.0.extend(replacing);
    }
}

/// The requests of a pod.
///
/// Models: component-helpers/resource PodRequests (v1.36).
pub(super) fn pod_requests(pod: &Object) -> Resources {
    let mut requests = of_containers(pod, "requests");
    requests.replace(Resources::of(pod.spec().field("resources").field("requests").value));
    requests.add(&Resources::of(pod.spec().field("overhead").value));
    requests
}

/// The limits of a pod.
///
/// Models: component-helpers/resource PodLimits (v1.36).
pub(super) fn pod_limits(pod: &Object) -> Resources {
    let mut limits = of_containers(pod, "limits");
    limits.replace(Resources::of(pod.spec().field("resources").field("limits").value));
    let mut overhead = Resources::of(pod.spec().field("overhead").value);
    overhead.0.retain(|name, _| limits.get(name).nanos != 0);
    limits.add(&overhead);
    limits
}

/// The sum over containers and sidecars, or the largest need of an init container if that is more.
///
/// Models: component-helpers/resource AggregateContainerRequests, AggregateContainerLimits (v1.36).
fn of_containers(pod: &Object, which: &str) -> Resources {
    let of = |container: &Value| Resources::of(container.field("resources").field(which).value);
    let mut sum = Resources::default();
    for container in pod.spec().field("containers").list() {
        sum.add(&of(container));
    }
    let (mut sidecars, mut most) = (Resources::default(), Resources::default());
    for container in pod.spec().field("initContainers").list() {
        let mut needed = of(container);
        if container.field("restartPolicy").text() == "Always" {
            sum.add(&needed);
            sidecars.add(&needed);
            most.raise(&sidecars);
        } else {
            needed.add(&sidecars);
            most.raise(&needed);
        }
    }
    sum.raise(&most);
    sum
}
