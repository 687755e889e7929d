//! What a Service may not be, what it is warned of, and what cannot be allocated to it.

use super::Sentence;

const NODE_PORTS: &str = "Node ports come from 30000 to 32767. Without nodePort a free one is taken.";
const ADDRESSES: &str =
    "Cluster IPs come from 10.96.0.0/12, those of IPv6 from fd00:10:96::/108. Without clusterIP a free one is taken.";
const TWO_ADDRESSES: &str = "A Service has at most two cluster IPs: one of IPv4 and one of IPv6.";
const FOR_GOOD: &str = "A Service keeps this as long as it lives: delete it and create it anew.";

pub(super) const SENTENCES: &[Sentence] = &[
    (&["may not change once set"], FOR_GOOD),
    (&["can not be unset"], FOR_GOOD),
    (
        &["the secondary"],
        "Giving up the second address or family goes with ipFamilyPolicy: SingleStack.",
    ),
    (
        &["spec.ports: Required value"],
        "A Service needs a port, unless it is headless or of type ExternalName.",
    ),
    (
        &["spec.ports[", ".name: Required value"],
        "A Service with several ports needs a name for each of them.",
    ),
    (
        &["spec.ports[", ".name: Duplicate value"],
        "Two ports of the Service have this name: give each its own.",
    ),
    (
        &["spec.ports[", ".name: Invalid value"],
        "The name of a Service's port holds small letters, digits and dashes, at most 63, and begins and ends with a letter or digit: http, metrics-2.",
    ),
    (
        &["spec.ports[", ".port: Invalid value"],
        "port is the number at which the Service is asked, from 1 to 65535, and has to be given.",
    ),
    (
        &["protocol: Unsupported value"],
        "protocol is TCP, UDP or SCTP, in capital letters; HTTP goes over TCP.",
    ),
    (
        &["targetPort: Invalid value", "must be between"],
        "targetPort is where the container listens, a number from 1 to 65535 or the name of a container's port; left out, it is the same as port.",
    ),
    (
        &["targetPort: Invalid value", "must contain at least one letter"],
        "A targetPort that is text is the name of a container's port: write a number without quotes.",
    ),
    (
        &["targetPort: Invalid value"],
        "A targetPort that is text is the name of a container's port: at most 15 small letters, digits and single dashes, a letter among them.",
    ),
    (
        &["appProtocol: Invalid value"],
        "appProtocol is a name like http, or one behind a domain and a slash, like kubernetes.io/h2c.",
    ),
    (
        &["spec.ports[", "Duplicate value: {"],
        "Two ports of the Service have the same number and protocol: give each its own number.",
    ),
    (
        &["may not be used when `type` is 'ClusterIP'"],
        "A Service of type ClusterIP has no node ports: set type: NodePort, or leave nodePort out.",
    ),
    (
        &["nodePort: Duplicate value"],
        "Two ports of the Service ask for the same node port: each node has it only once for a protocol.",
    ),
    (&["provided port is not in the valid range"], NODE_PORTS),
    (
        &["provided port is already allocated"],
        "Another port has this number on each node: take another, or leave it out and a free one is taken.",
    ),
    (
        &["spec.type: Unsupported value"],
        "type is ClusterIP, NodePort, LoadBalancer or ExternalName, spelt so.",
    ),
    (
        &["may not be set to 'None' for"],
        "A headless Service, which has clusterIP: None, is of type ClusterIP: leave clusterIP out, or change the type.",
    ),
    (
        &["may not be set for ExternalName services"],
        "A Service of type ExternalName is a name in DNS alone and has no cluster IP: leave this field out.",
    ),
    (
        &["externalName: Required value"],
        "A Service of type ExternalName needs externalName: the DNS name it stands for.",
    ),
    (
        &["externalName: Invalid value"],
        "externalName is a DNS name in small letters, without scheme, port or path: db.example.com.",
    ),
    (
        &["sessionAffinity: Unsupported value"],
        "sessionAffinity is ClientIP, so that a client keeps its pod, or None.",
    ),
    (
        &["must be greater than 0 and less than 86400"],
        "timeoutSeconds is from 1 to 86400, which is a day.",
    ),
    (
        &["'None' must be the first and only value"],
        "None makes the Service headless and goes with no cluster IP: leave the others out.",
    ),
    (
        &["spec.clusterIPs", "must be a valid IP address"],
        "A cluster IP is an address like 10.96.0.100, or None for a headless Service; left out, a free one is taken.",
    ),
    (&["may only hold up to 2 values"], TWO_ADDRESSES),
    (&["no more than one IP for each IP family"], TWO_ADDRESSES),
    (
        &["as indicated by `ipFamilies"],
        "Cluster IPs stand in the order of ipFamilies, and this one is of the other family: change the one or the other.",
    ),
    (
        &["first value must match `clusterIP`"],
        "clusterIP and the first of clusterIPs are the same: make them equal, or leave clusterIPs out.",
    ),
    (
        &["must be empty when `clusterIP` is not specified"],
        "clusterIP and the first of clusterIPs are the same: give clusterIP too, or leave both out.",
    ),
    (
        &["spec.ipFamilies", "Unsupported value"],
        "ipFamilies names IPv4, IPv6 or both, spelt so.",
    ),
    (
        &["spec.ipFamilies", "Duplicate value"],
        "ipFamilies names each family once.",
    ),
    (
        &["ipFamilyPolicy: Unsupported value"],
        "ipFamilyPolicy is SingleStack, PreferDualStack or RequireDualStack.",
    ),
    (
        &["must be 'RequireDualStack' or 'PreferDualStack'"],
        "Two families go with ipFamilyPolicy: PreferDualStack or RequireDualStack; without it a Service has one.",
    ),
    (
        &["IPv4-mapped"],
        "Write this address as IPv4, without ::ffff: before it.",
    ),
    (
        &["must not have leading 0s"],
        "Write the numbers of an address without zeros before them: some programs read such as octal.",
    ),
    (
        &["must be a valid CIDR value"],
        "A range is an address, a slash and the length of its prefix: 10.0.0.0/8, or 203.0.113.7/32 for one address.",
    ),
    (
        &["bits set beyond the prefix length"],
        "The address goes on behind its prefix: write 10.0.0.0/8 for the range, 10.1.2.3/32 for one address.",
    ),
    (
        &["may not be unspecified"],
        "This is nobody's address: write one that leads to the nodes.",
    ),
    (
        &["may not be in the"],
        "Addresses of this range never leave the machine or its own wire: write one that leads to the nodes.",
    ),
    (
        &["spec.externalIPs", "must be a valid IP address"],
        "externalIPs are addresses that lead to the nodes, not names: 203.0.113.7.",
    ),
    (
        &["may only be used when `type` is 'LoadBalancer'"],
        "This field belongs to load balancers: set type: LoadBalancer, or leave it out.",
    ),
    (
        &["loadBalancerClass: Invalid value"],
        "loadBalancerClass is a name, alone or behind a domain and a slash: internal-vip, example.com/internal-vip.",
    ),
    (
        &["externalTrafficPolicy: Unsupported value"],
        "externalTrafficPolicy is Cluster, or Local to stay on the node that was asked.",
    ),
    (
        &["may only be set for externally-accessible services"],
        "externalTrafficPolicy is about requests from outside: it goes with type NodePort or LoadBalancer, or with externalIPs.",
    ),
    (
        &["may only be set when `type` is 'LoadBalancer' and"],
        "healthCheckNodePort goes with type: LoadBalancer and externalTrafficPolicy: Local alone: leave it out.",
    ),
    (
        &["internalTrafficPolicy: Unsupported value"],
        "internalTrafficPolicy is Cluster, or Local to reach only the pods on the client's own node.",
    ),
    (
        &["trafficDistribution: Unsupported value"],
        "trafficDistribution is PreferSameZone or PreferSameNode; PreferClose is the old name of the first.",
    ),
    (
        &["must match annotations["],
        "The two annotations are an old and a new name for the same: keep service.kubernetes.io/topology-mode alone.",
    ),
    (
        &["provided IP is already allocated"],
        "Another Service has this cluster IP. Without clusterIP a free one is taken.",
    ),
    (&["the provided network does not match the current range"], ADDRESSES),
    (
        &["spec.parentRef.name: Required value"],
        "A Service needs metadata.name: its address is kept under that name.",
    ),
    (
        &["topology-aware-hints is deprecated"],
        "The annotation has a new name: use the one that is named.",
    ),
    (
        &["is ignored for headless services"],
        "A headless Service has no address of its own, so this has no effect: leave it out.",
    ),
    (
        &["externalIPs is deprecated"],
        "externalIPs work here, but clusters may come to leave them out: prefer type: LoadBalancer.",
    ),
    (
        &["externalIPs is ignored when"],
        "A Service of type ExternalName is a name in DNS alone, so externalIPs have no effect: leave them out.",
    ),
    (
        &["externalName is ignored when"],
        "externalName works with type: ExternalName alone: set that type, or leave the field out.",
    ),
    (
        &["\"PreferClose\" is deprecated"],
        "PreferSameZone is the new name of PreferClose and means the same.",
    ),
    (
        &["RFC 5952 canonical format"],
        "An IPv6 address can be written in several ways: use the one that is named.",
    ),
    (
        &["v1 Endpoints is deprecated"],
        "Endpoints are still kept, but kube-proxy reads EndpointSlices: write those.",
    ),
];
