use api::Rule;
use std::ops::Range;
use yaml::SyntaxRule;

/// A finding or a piece of advice at a range of the text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Diagnostic {
    /// How serious it is.
    pub severity: Severity,
    /// What it is about.
    pub code: Code,
    /// The range, in bytes of the text.
    pub range: Range<usize>,
    /// The number of its document in the text, from 0.
    pub document: usize,
    /// What kubectl or the API server says, to the letter; for advice, our own words.
    pub message: String,
    /// What that means, in one plain sentence, if we know.
    pub meaning: Option<String>,
    /// Changes that would cure it, the likeliest first.
    pub fixes: Vec<Fix>,
}

/// What a diagnostic is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Code {
    /// The text is not YAML.
    Syntax(SyntaxRule),
    /// kubectl or the API server objects to an object.
    Rule(Rule),
    /// The playground has advice.
    Advice(Advice),
    /// The scenario document cannot be read.
    Scenario,
    /// A limit of the playground is exceeded.
    Limit,
}

/// What the playground gives advice about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Advice {
    /// YAML reads a plain word as something else than text.
    PlainWord,
    /// The annotation about a pod's answers cannot be read.
    Answers,
    /// What a container listens on is a guess.
    Listens,
    /// No pod has the labels that a Service selects.
    NoPods,
    /// The pods that a Service selects are in another namespace.
    OtherNamespace,
    /// No pod names the port that a Service sends to.
    NoPort,
    /// No selected pod listens on the port that a Service sends to.
    NotListening,
    /// Only some of the pods that a Service selects listen.
    SomeNotListening,
    /// A headless Service is asked at a port on which its pods do not listen.
    HeadlessPort,
    /// An external name is an address, or has ports to map.
    ExternalName,
    /// A port of hand-written endpoints is called otherwise than the Service's.
    EndpointPortName,
    /// Hand-written endpoints belong to no Service.
    NoService,
    /// A Service has a family of addresses that its pods lack.
    IpFamily,
    /// A StatefulSet names a Service that does not give its pods their names.
    ServiceName,
    /// The owner of an object is not there.
    Owner,
    /// A pod names a node on which no kubelet runs.
    NodeName,
    /// A probe asks at a port on which nobody in the pod listens.
    ProbePort,
    /// A script looks up a short name by a program that does not find it.
    ShortLookup,
    /// An Ingress leads to a Service that is not there.
    NoBackend,
    /// An Ingress leads to a port that its Service does not have.
    NoBackendPort,
    /// No ingress controller serves an Ingress.
    NoController,
    /// A cluster printed the object.
    Printed,
    /// Network policies shut out who sends requests.
    ShutOut,
}

impl Code {
    /// A stable name in kebab case, for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Syntax(rule) => rule.code(),
            Self::Rule(rule) => rule.code(),
            Self::Advice(Advice::PlainWord) => "plain-word",
            Self::Advice(Advice::Answers) => "answers",
            Self::Advice(Advice::Listens) => "listens",
            Self::Advice(Advice::NoPods) => "no-pods",
            Self::Advice(Advice::OtherNamespace) => "other-namespace",
            Self::Advice(Advice::NoPort) => "no-port",
            Self::Advice(Advice::NotListening) => "not-listening",
            Self::Advice(Advice::SomeNotListening) => "some-not-listening",
            Self::Advice(Advice::HeadlessPort) => "headless-port",
            Self::Advice(Advice::ExternalName) => "external-name",
            Self::Advice(Advice::EndpointPortName) => "endpoint-port-name",
            Self::Advice(Advice::NoService) => "no-service",
            Self::Advice(Advice::IpFamily) => "ip-family",
            Self::Advice(Advice::ServiceName) => "service-name",
            Self::Advice(Advice::Owner) => "owner",
            Self::Advice(Advice::NodeName) => "node-name",
            Self::Advice(Advice::ProbePort) => "probe-port",
            Self::Advice(Advice::ShortLookup) => "short-lookup",
            Self::Advice(Advice::NoBackend) => "no-backend",
            Self::Advice(Advice::NoBackendPort) => "no-backend-port",
            Self::Advice(Advice::NoController) => "no-controller",
            Self::Advice(Advice::Printed) => "printed",
            Self::Advice(Advice::ShutOut) => "shut-out",
            Self::Scenario => "scenario",
            Self::Limit => "limit",
        }
    }
}

impl Diagnostic {
    /// The same, this many bytes further on in the text.
    #[must_use]
    pub(crate) fn moved(mut self, bytes: usize) -> Self {
        let on = |range: &mut Range<usize>| *range = range.start + bytes..range.end + bytes;
        on(&mut self.range);
        for fix in &mut self.fixes {
            on(&mut fix.range);
        }
        self
    }
}

/// How serious a diagnostic is: which gate a text does not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Severity {
    /// kubectl cannot read the text.
    Syntax,
    /// The API server cannot decode the object.
    Decode,
    /// The API server refuses the object.
    Refused,
    /// The API server takes the object and warns.
    Warning,
    /// The playground has advice; a cluster says nothing.
    Advice,
}

impl Severity {
    /// Whether the object was not created.
    pub const fn is_error(self) -> bool {
        matches!(self, Self::Syntax | Self::Decode | Self::Refused)
    }
}

/// A change of the text that cures a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fix {
    /// The label of the button: `Change to targetPort`.
    pub label: String,
    /// The range that is replaced, in bytes of the text.
    pub range: Range<usize>,
    /// The text that replaces it.
    pub replacement: String,
}
