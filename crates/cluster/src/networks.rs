use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};

/// The addresses that a cluster is set up with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Networks {
    /// The first address of cluster IPs: `--service-cluster-ip-range`.
    pub services: Ipv4Addr,
    /// How many bits all of them share.
    pub services_bits: u8,
    /// Where the API server listens: the endpoint of the Service `kubernetes`.
    pub api_server: SocketAddrV4,
}

impl Default for Networks {
    /// As on minikube.
    fn default() -> Self {
        Self {
            services: Ipv4Addr::new(10, 96, 0, 0),
            services_bits: 12,
            api_server: SocketAddrV4::new(Ipv4Addr::new(192, 168, 49, 2), 6443),
        }
    }
}

impl Networks {
    /// Sets the range of cluster IPs: `10.43.0.0/16`. The error says why it cannot be one.
    ///
    /// Models: cmd/kube-apiserver/app/options/validation.go validateClusterIPFlags (v1.36): at most 20 bits for addresses; this
    /// playground asks for at least 9, as the first 256 are given only to who asks for them.
    pub fn with_services(self, range: &str) -> Result<Self, String> {
        let wrong = || format!("{range:?} is no range of IPv4 addresses such as 10.43.0.0/16");
        let (first, bits) = range.split_once('/').ok_or_else(wrong)?;
        let services: Ipv4Addr = first.parse().map_err(|_| wrong())?;
        let services_bits: u8 = bits.parse().map_err(|_| wrong())?;
        if !(12..=23).contains(&services_bits) {
            return Err(format!("{range:?}: a range of cluster IPs has 12 to 23 bits"));
        }
        if services.to_bits().trailing_zeros() < 32 - u32::from(services_bits) {
            return Err(format!("{range:?} does not begin at its first address"));
        }
        Ok(Self {
            services,
            services_bits,
            ..self
        })
    }

    /// Sets where the API server listens: `192.40.199.6:6443`.
    pub fn with_api_server(self, address: &str) -> Result<Self, String> {
        let api_server = address.parse();
        let api_server =
            api_server.map_err(|_| format!("{address:?} is no address with a port such as 192.168.49.2:6443"))?;
        Ok(Self { api_server, ..self })
    }

    /// How many addresses the range has.
    pub(crate) fn services_size(self) -> u32 {
        1 << (32 - u32::from(self.services_bits))
    }

    /// `10.96.0.0/12`.
    pub fn service_cidr(self) -> String {
        let mut range = self.services.to_string();
        let _ = write!(range, "/{}", self.services_bits);
        range
    }

    /// The first address that is given: that of the Service `kubernetes`.
    pub fn kubernetes(self) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.services.to_bits() + 1)
    }

    /// The tenth address: that of the cluster's DNS, as installers set it up.
    pub fn dns(self) -> IpAddr {
        Ipv4Addr::from_bits(self.services.to_bits() + 10).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_or_said_why_not() {
        let read = |range| {
            Networks::default()
                .with_services(range)
                .map(|it| (it.service_cidr(), it.dns().to_string()))
        };
        assert_eq!(
            read("10.43.0.0/16"),
            Ok(("10.43.0.0/16".to_owned(), "10.43.0.10".to_owned()))
        );
        assert_eq!(
            read("10.43.0.0/8"),
            Err("\"10.43.0.0/8\": a range of cluster IPs has 12 to 23 bits".to_owned())
        );
        assert_eq!(
            read("10.43.1.0/16"),
            Err("\"10.43.1.0/16\" does not begin at its first address".to_owned())
        );
        assert!(read("10.43/16").is_err() && read("fd00::/108").is_err());
    }
}
