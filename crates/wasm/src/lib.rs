//! The JavaScript boundary: one handle, [`Playground`], and the plain values it takes and gives.
//!
//! May import: playground, heap.
//! Invariant: decides nothing. Bad YAML, unknown names and refused objects are ordinary results; only misuse of the API throws.
#![warn(missing_docs)]

mod wire;

use heap as _;
use playground::{Act, Micros, ObjectKey, Scenario, Session, View, share};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

/// The longest stretch [`Playground::simulate`] plays at once, in seconds of virtual time.
const LONGEST_STRETCH: f64 = 3_600.0;

/// A cluster described by YAML, with kubectl and the requests sent through its Services.
#[wasm_bindgen]
pub struct Playground {
    session: Session,
    now: Micros,
}

#[wasm_bindgen]
impl Playground {
    /// A playground on a fresh default cluster.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_optional_param_type = "Options")] options: Option<JsValue>,
    ) -> Result<Self, JsError> {
        let options: wire::Options = options.map(read).transpose()?.unwrap_or_default();
        Ok(Self::of(Scenario {
            text: options.text,
            seed: options.seed,
            nodes: options.nodes,
            proxy: options.proxy,
            network_policies: options.network_policies,
            ip_families: options.ip_families,
            ..Scenario::default()
        }))
    }

    /// The playground of a link: the fragment of its URL, with or without `#`. Throws if the link cannot be read.
    #[wasm_bindgen(js_name = fromShare)]
    pub fn from_share(fragment: &str) -> Result<Self, JsError> {
        Ok(Self::of(share::decode(fragment)?))
    }

    /// The fragment of a link that carries this playground: text, seed, and what was done to it.
    pub fn share(&self) -> String {
        share::encode(&self.session.scenario(View {
            at: self.now.0,
            ..View::default()
        }))
    }

    /// Builds the cluster from a text; errors in the text are reported, not thrown.
    #[wasm_bindgen(unchecked_return_type = "Applied")]
    pub fn apply(&mut self, text: String) -> Result<JsValue, JsError> {
        self.session.set_text(self.now, text);
        self.applied()
    }

    /// What became of the text.
    #[wasm_bindgen(unchecked_return_type = "Applied")]
    pub fn applied(&self) -> Result<JsValue, JsError> {
        write(&wire::Applied::of(&self.session))
    }

    /// What would become of a text on a fresh default cluster.
    #[wasm_bindgen(unchecked_return_type = "Applied")]
    pub fn parse(text: String) -> Result<JsValue, JsError> {
        let scenario = Scenario {
            text,
            ..Scenario::default()
        };
        write(&wire::Applied::of(&Session::new(scenario)))
    }

    /// Tests an author's file, a text with a scenario document or a `*.scenario.yaml`: whether what it checks holds, and of an
    /// exercise whether the unsolved text fails, the solution passes and no mistake does.
    #[wasm_bindgen(unchecked_return_type = "Checked")]
    pub fn check(file: &str) -> Result<JsValue, JsError> {
        write(&wire::Checked::of(playground::check(file)))
    }

    /// Holds the cluster as it is now against the checks of the text's scenario document, as *Check* on the page does; empty
    /// without one.
    #[wasm_bindgen(unchecked_return_type = "Judgement[]")]
    pub fn judge(&self) -> Result<JsValue, JsError> {
        write(&wire::judgements(&playground::judge(&self.session, self.now)))
    }

    /// The text's scenario document, as `docs/scenario.schema.json` describes it; `undefined` without one.
    #[wasm_bindgen(getter, unchecked_return_type = "ScenarioDocument | undefined")]
    pub fn scenario(&self) -> Result<JsValue, JsError> {
        let document = self.session.lesson();
        document.map_or(Ok(JsValue::UNDEFINED), |document| write(&**document))
    }

    /// The text that describes the cluster.
    #[wasm_bindgen(getter)]
    pub fn text(&self) -> String {
        self.session.text().to_owned()
    }

    /// The moment reached, in milliseconds of virtual time.
    #[wasm_bindgen(getter)]
    pub fn now(&self) -> f64 {
        wire::millis(self.now)
    }

    /// Runs a command line such as `kubectl get pods -o wide`; its changes hold from this moment on.
    #[wasm_bindgen(unchecked_return_type = "Output")]
    pub fn kubectl(&mut self, line: &str) -> Result<JsValue, JsError> {
        write(&wire::Output::of(self.session.perform(self.now, line).0))
    }

    /// `kubectl describe service` of one Service, in the namespace `default` if none is given.
    #[wasm_bindgen(unchecked_return_type = "Output")]
    pub fn describe(&self, service: &str, namespace: Option<String>) -> Result<JsValue, JsError> {
        let namespace = namespace.unwrap_or_else(default_namespace);
        let line = format!("kubectl describe service {service} --namespace {namespace}");
        write(&wire::Output::of(self.session.kubectl(self.now, &line)))
    }

    /// The Service's endpoints now, port by port; empty if there is no such Service.
    #[wasm_bindgen(unchecked_return_type = "Endpoint[]")]
    pub fn endpoints(&self, service: &str, namespace: Option<String>) -> Result<JsValue, JsError> {
        let key = ObjectKey::new(&namespace.unwrap_or_else(default_namespace), service);
        write(&wire::endpoints(self.session.world(self.now), &key))
    }

    /// Makes a pod's readiness probe succeed or fail from this moment on.
    #[wasm_bindgen(js_name = setReady)]
    pub fn set_ready(&mut self, pod: String, ready: bool, namespace: Option<String>) -> Result<(), JsError> {
        let namespace = namespace.unwrap_or_else(default_namespace);
        if self.session.act(self.now, Act::Ready { namespace, pod, ready }) {
            return Ok(());
        }
        Err(JsError::new("this playground has no room for more acts"))
    }

    /// Plays so many seconds of virtual time and returns the requests sent in them, each with its outcome.
    #[wasm_bindgen(unchecked_return_type = "Simulated")]
    pub fn simulate(&mut self, seconds: f64) -> Result<JsValue, JsError> {
        if !(0.0..=LONGEST_STRETCH).contains(&seconds) {
            return Err(JsError::new(&format!(
                "simulate takes from 0 to {LONGEST_STRETCH} seconds at once"
            )));
        }
        let from = self.now;
        self.now = from + wire::micros(seconds);
        self.session.run(self.now);
        write(&wire::Simulated::of(self.session.requests(self.now), from, self.now))
    }

    /// Counts what would become of so many requests, at most a million, all sent at once now; changes nothing.
    #[wasm_bindgen(unchecked_return_type = "Tally")]
    pub fn tally(
        &self,
        #[wasm_bindgen(unchecked_param_type = "AtOnce")] flow: JsValue,
        count: f64,
    ) -> Result<JsValue, JsError> {
        let flow: wire::AtOnce = read(flow)?;
        let tally = self.session.tally(self.now, &flow.spec(), wire::whole(count));
        let tally = tally.ok_or_else(|| {
            JsError::new("tally takes a client (`pod/NAMESPACE/NAME`, `node/NAME`, `outside`) and a Service")
        })?;
        write(&wire::Tally::of(&tally))
    }
}

impl Playground {
    fn of(scenario: Scenario) -> Self {
        let mut session = Session::new(scenario);
        let now = session.opening();
        session.run(now);
        Self { session, now }
    }
}

fn default_namespace() -> String {
    "default".to_owned()
}

fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, JsError> {
    Ok(serde_wasm_bindgen::from_value(value)?)
}

fn write(value: &impl Serialize) -> Result<JsValue, JsError> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}
