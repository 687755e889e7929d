/// A minor version of kubectl: what older ones print otherwise than v1.36 is known from recordings of 1.27 to 1.33.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KubectlVersion(u8);

impl KubectlVersion {
    /// The oldest that is known.
    pub const OLDEST: Self = Self(27);
    /// That of the cluster.
    pub const NEWEST: Self = Self(36);

    /// Events end the description of several objects, too, and HTTP/2 and traffic distribution are not described.
    pub(crate) const V1_33: Self = Self(33);
    /// The last to which no server warns of Endpoints.
    pub(crate) const V1_32: Self = Self(32);
    /// Describes endpoint slices, with the endpoints that are not ready.
    pub(crate) const V1_31: Self = Self(31);
    /// The last that describes a Service by its Endpoints.
    pub(crate) const V1_30: Self = Self(30);
    /// The last that does not describe where the pods of a template may run.
    pub(crate) const V1_29: Self = Self(29);
    /// The last that does not warn of ambiguous short names.
    pub(crate) const V1_28: Self = Self(28);
    /// The last without `-o kyaml`, unless a variable asks for it.
    pub(crate) const V1_34: Self = Self(34);

    /// Reads `1.30`; `None` for what is not known.
    pub fn read(written: &str) -> Option<Self> {
        let minor = written.trim_start_matches('v').strip_prefix("1.")?.parse().ok()?;
        (Self::OLDEST.0..=Self::NEWEST.0)
            .contains(&minor)
            .then_some(Self(minor))
    }

    /// All, the newest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (Self::OLDEST.0..=Self::NEWEST.0).rev().map(Self)
    }

    pub const fn minor(self) -> u8 {
        self.0
    }

    /// `1.30`.
    pub fn word(self) -> String {
        format!("1.{}", self.0)
    }
}

impl Default for KubectlVersion {
    fn default() -> Self {
        Self::NEWEST
    }
}
