//! The traffic: flows, nodes and the mode of kube-proxy, all of which can be changed.

use super::{Glyph, Icon, Pick, number_options};
use crate::ingress;
use crate::say;
use crate::state::Action;
use playground::{FlowSpec, IpFamily, KubectlVersion, NetworkPolicies, Proxy, Traffic};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// In thousandths of requests a second.
const RATES: [u32; 7] = [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000];

const NODES: [usize; 6] = [1, 2, 3, 5, 10, 20];

/// An option of a chooser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedChoice {
    pub word: String,
    pub label: String,
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub flows: Rc<Vec<FlowSpec>>,
    pub nodes: usize,
    pub proxy: Proxy,
    pub policies: NetworkPolicies,
    /// The chosen families of addresses; none if they are those of a new cluster.
    pub families: Vec<IpFamily>,
    /// The version of kubectl, as `1.36`.
    pub kubectl: AttrValue,
    /// Whether the learner chose the flows.
    pub chosen: bool,
    /// The possible clients.
    pub clients: Rc<Vec<NamedChoice>>,
    /// The possible targets, as `NAMESPACE/NAME:PORT`.
    pub targets: Rc<Vec<NamedChoice>>,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn TrafficPane(props: &Props) -> Html {
    let dispatch = props.dispatch.clone();
    let flows = props.flows.clone();
    let on_auto = move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let traffic = if input.checked() {
            Traffic::Auto
        } else {
            Traffic::Chosen(flows.to_vec())
        };
        dispatch.emit(Action::SetTraffic(traffic));
    };
    let add = fresh(props).map(|flow| {
        let change = change(props);
        html! {
            <button class="quiet add" type="button" onclick={move |_| change.emit((None, Some(flow.clone())))}>
                <Icon of={Glyph::Plus} />{ say::flow_add() }
            </button>
        }
    });
    html! {
        <div class="traffic">
            <label class="auto"><input type="checkbox" checked={!props.chosen} onchange={on_auto} />
                <span>{ say::flows_choose() }<small>{ say::flows_choose_about() }</small></span></label>
            if props.flows.is_empty() {
                <p class="empty">{ if props.targets.is_empty() { say::flows_no_service() } else { say::flows_no_client() } }</p>
            } else {
                <ul class="flows">{ for props.flows.iter().enumerate().map(|(index, flow)| row(props, index, flow)) }</ul>
            }
            { add.unwrap_or_default() }
            { nodes(props) }
            { proxy(props) }
            { families(props) }
            { policies(props) }
            { kubectl(props) }
            <p class="nodes"><button class="action" type="button" onclick={props.dispatch.reform(|_: MouseEvent| Action::Compare(0))}>{ say::compare_open() }</button>
                <small>{ say::compare_open_about() }</small></p>
        </div>
    }
}

fn nodes(props: &Props) -> Html {
    let dispatch = props.dispatch.clone();
    let on_pick = move |word: String| {
        if let Ok(nodes) = word.parse() {
            dispatch.emit(Action::Nodes(nodes));
        }
    };
    let options = number_options(&NODES, props.nodes, say::node_count);
    html! {
        <p class="nodes"><span>{ say::cluster_of() }</span>
            <Pick label={say::cluster_nodes()} {options} chosen={props.nodes.to_string()} {on_pick} />
            <small>{ say::cluster_again() }</small></p>
    }
}

fn proxy(props: &Props) -> Html {
    let dispatch = props.dispatch.clone();
    let on_pick = move |word: String| {
        if let Some(proxy) = Proxy::ALL.into_iter().find(|proxy| proxy.word() == word) {
            dispatch.emit(Action::Proxy(proxy));
        }
    };
    let says = |proxy: Proxy| {
        let label = match proxy {
            Proxy::Iptables | Proxy::Nftables => proxy.word(),
            Proxy::Ipvs => say::proxy_ipvs(),
            Proxy::IpvsLeastConnection => say::proxy_least(),
            Proxy::IpvsSourceHash => say::proxy_source(),
        };
        (proxy.word().to_owned(), label.to_owned())
    };
    let options: Vec<(String, String)> = Proxy::ALL.into_iter().map(says).collect();
    html! {
        <p class="nodes proxy"><span>{ say::proxy_mode() }</span>
            <Pick label={say::proxy_mode()} {options} chosen={props.proxy.word()} {on_pick} /></p>
    }
}

fn policies(props: &Props) -> Html {
    let dispatch = props.dispatch.clone();
    let on_pick = move |word: String| {
        if let Some(policies) = NetworkPolicies::ALL.into_iter().find(|it| it.word() == word) {
            dispatch.emit(Action::NetworkPolicies(policies));
        }
    };
    let says = |it: NetworkPolicies| match it {
        NetworkPolicies::Enforced => say::policies_enforced(),
        NetworkPolicies::Ignored => say::policies_ignored(),
    };
    let options = NetworkPolicies::ALL.map(|it| (it.word().to_owned(), says(it).to_owned()));
    html! {
        <p class="nodes policies"><span>{ say::policies_are() }</span>
            <Pick label={say::policies_are()} options={options.to_vec()} chosen={props.policies.word()} {on_pick} /></p>
    }
}

/// The choices of families, the primary one first, each with what it says.
fn family_choices() -> [(&'static [IpFamily], &'static str); 5] {
    [
        (&[], say::families_default()),
        (&[IpFamily::V4], say::families_v_four()),
        (&[IpFamily::V4, IpFamily::V6], say::families_both()),
        (&[IpFamily::V6, IpFamily::V4], say::families_both_six()),
        (&[IpFamily::V6], say::families_v_six()),
    ]
}

fn families(props: &Props) -> Html {
    let dispatch = props.dispatch.clone();
    let on_pick = move |word: String| {
        if let Some((families, _)) = family_choices()
            .into_iter()
            .find(|(families, _)| words(families) == word)
        {
            dispatch.emit(Action::IpFamilies(families.to_vec()));
        }
    };
    let options = family_choices().map(|(families, says)| (words(families), says.to_owned()));
    html! {
        <p class="nodes families"><span>{ say::families() }</span>
            <Pick label={say::families_label()} options={options.to_vec()} chosen={words(&props.families)} {on_pick} />
            <small>{ say::families_about() }</small></p>
    }
}

fn words(families: &[IpFamily]) -> String {
    let words: Vec<&str> = families.iter().map(|family| family.word()).collect();
    words.join(",")
}

fn kubectl(props: &Props) -> Html {
    let on_pick = props.dispatch.reform(Action::KubectlVersion);
    let options: Vec<(String, String)> = KubectlVersion::all().map(|it| (it.word(), it.word())).collect();
    html! {
        <p class="nodes kubectl-version"><span>{ "kubectl" }</span>
            <Pick label={say::kubectl_version()} {options} chosen={props.kubectl.to_string()} {on_pick} />
            <small>{ say::kubectl_version_about() }</small></p>
    }
}

/// Takes the index of a flow (`None` to add one) and its new value (`None` to remove it).
fn change(props: &Props) -> Callback<(Option<usize>, Option<FlowSpec>)> {
    let (dispatch, flows) = (props.dispatch.clone(), props.flows.clone());
    Callback::from(move |(place, flow): (Option<usize>, Option<FlowSpec>)| {
        let mut flows = flows.to_vec();
        match (place, flow) {
            (Some(place), None) if place < flows.len() => {
                flows.remove(place);
            }
            (Some(place), Some(flow)) => {
                if let Some(old) = flows.get_mut(place) {
                    *old = flow;
                }
            }
            (None, Some(flow)) => flows.push(flow),
            _ => {}
        }
        dispatch.emit(Action::SetTraffic(Traffic::Chosen(flows)));
    })
}

fn fresh(props: &Props) -> Option<FlowSpec> {
    let flow = FlowSpec {
        from: props.clients.first()?.word.clone(),
        millihertz: 1_000,
        ..FlowSpec::default()
    };
    aimed(flow, &props.targets.first()?.word)
}

/// The flow with that target: a Service and its port, with the host and path to ask for where it is the ingress controller.
fn aimed(flow: FlowSpec, word: &str) -> Option<FlowSpec> {
    let (host, path, rest) = ingress::read_word(word);
    let (to, port) = split(rest)?;
    Some(FlowSpec {
        to,
        port,
        host,
        path,
        ..flow
    })
}

fn split(target: &str) -> Option<(String, u16)> {
    let (to, port) = target.rsplit_once(':')?;
    Some((to.to_owned(), port.parse().ok()?))
}

fn row(props: &Props, index: usize, flow: &FlowSpec) -> Html {
    let becomes = |make: fn(FlowSpec, String) -> Option<FlowSpec>| {
        let (change, flow) = (change(props), flow.clone());
        Callback::from(move |word: String| {
            if let Some(flow) = make(flow.clone(), word) {
                change.emit((Some(index), Some(flow)));
            }
        })
    };
    let on_from = becomes(|flow, from| Some(FlowSpec { from, ..flow }));
    let on_to = becomes(|flow, word| aimed(flow, &word));
    let on_rate = becomes(|flow, word| {
        Some(FlowSpec {
            millihertz: word.parse().ok()?,
            ..flow
        })
    });
    let on_keep = {
        let (change, flow) = (change(props), flow.clone());
        Callback::from(move |_: Event| {
            let kept = FlowSpec {
                keep_alive: !flow.keep_alive,
                ..flow.clone()
            };
            change.emit((Some(index), Some(kept)));
        })
    };
    let target = ingress::flow_word(flow);
    let change = change(props);
    let remove = move |_| change.emit((Some(index), None));
    let number = index + 1;
    html! {
        <li class="flow">
            <Pick label={say::flow_who(&number)} options={options(&props.clients, &flow.from)} chosen={flow.from.clone()} on_pick={on_from} />
            <span class="flow-word">{ say::flow_asks() }</span>
            <Pick label={say::flow_what(&number)} options={options(&props.targets, &target)} chosen={target} on_pick={on_to} />
            <Pick label={say::flow_often(&number)} options={rates(flow.millihertz)} chosen={flow.millihertz.to_string()} on_pick={on_rate} />
            <button class="quiet" type="button" aria-label={say::flow_remove(&number)} onclick={remove}><Icon of={Glyph::Close} /></button>
            <label class="flow-keep" title={say::kept_open()}><input type="checkbox" aria-label={say::flow_keep(&number)}
                checked={flow.keep_alive} onchange={on_keep} />{ say::keep_open() }</label>
        </li>
    }
}

/// Includes the current choice even if it no longer exists.
fn options(choices: &[NamedChoice], current: &str) -> Vec<(String, String)> {
    let gone =
        (!choices.iter().any(|choice| choice.word == current)).then(|| (current.to_owned(), say::flow_gone(&current)));
    let known = choices.iter().map(|choice| (choice.word.clone(), choice.label.clone()));
    gone.into_iter().chain(known).collect()
}

fn rates(current: u32) -> Vec<(String, String)> {
    let says = |rate: u32| say::with_own_decimal(&format_args!("{}/s", f64::from(rate) / 1_000.0));
    number_options(&RATES, current, says)
}
