//! What a Service may not be, what the API server warns of, and what it cannot allocate.

use super::fixes::{field, value};
use super::help;
use api::Rule;

#[cfg(test)]
const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n";
const KEPT: &str = "A Service keeps this value as long as it exists: delete it and create it again.";

help! { Rule:
    FieldFixed {
        KEPT,
        example: Command(SERVICE, "kubectl patch service a -p '{\"spec\":{\"clusterIP\":\"10.96.0.99\",\"clusterIPs\":[\"10.96.0.99\"]}}'")
    }
    SecondaryReleased {
        "To give up the second address or family, set ipFamilyPolicy: SingleStack.",
        example: Command(
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}\n",
            "kubectl patch service a --type merge -p '{\"spec\":{\"ipFamilies\":[\"IPv4\"]}}'",
        )
    }
    ServicePortsMissing {
        "A Service needs a port, unless it is headless or of type ExternalName.",
        example: Service("{}")
    }
    ServicePortUnnamed {
        "A Service with several ports needs a name for each of them.",
        fix: value::port_name,
        example: Service("{ports: [{port: 1, name: a}, {port: 2}]}")
    }
    ServicePortNameTaken {
        "Two ports of the Service have this name: give each its own.",
        fix: value::another,
        example: Service("{ports: [{port: 1, name: a}, {port: 2, name: a}]}")
    }
    ServicePortName {
        "The name of a Service's port holds small letters, digits and dashes, at most 63, and begins and ends with a letter or digit: http, metrics-2.",
        fix: value::name,
        example: Service("{ports: [{port: 1, name: A}]}")
    }
    ServicePortNumber {
        "port is the number at which clients reach the Service, from 1 to 65535, and is required.",
        example: Service("{ports: [{port: 70000, targetPort: 80}]}")
    }
    ServicePortTaken {
        "Two ports of the Service have the same number and protocol: give each its own number.",
        example: Service("{ports: [{port: 80, name: a}, {port: 80, name: b}]}")
    }
    Protocol {
        "protocol is TCP, UDP or SCTP, in capital letters; HTTP goes over TCP.",
        fix: value::protocol,
        example: Service("{ports: [{port: 80, protocol: http}]}")
    }
    TargetPortRange {
        "targetPort is the port on which the container listens: a number from 1 to 65535, or the name of a container's port; left out, it is the same as port.",
        example: Service("{ports: [{port: 80, targetPort: 70000}]}")
    }
    TargetPortQuoted {
        "A targetPort that is text is the name of a container's port: write a number without quotes.",
        fix: value::unquoted,
        example: Service("{ports: [{port: 80, targetPort: '80'}]}")
    }
    TargetPortName {
        "A targetPort that is text is the name of a container's port: at most 15 small letters, digits and single dashes, with at least one letter.",
        example: Service("{ports: [{port: 80, targetPort: a_b}]}")
    }
    AppProtocol {
        "appProtocol is a name like http, or one after a domain and a slash, like kubernetes.io/h2c.",
        example: Service("{ports: [{port: 80, appProtocol: 'a b'}]}")
    }
    NodePortOfClusterIp {
        "A Service of type ClusterIP has no node ports: set type: NodePort, or leave nodePort out.",
        example: Service("{ports: [{port: 80, nodePort: 30080}]}")
    }
    NodePortTwice {
        "Two ports of the Service ask for the same node port: each node has it only once for a protocol.",
        also: [Rule::ServicePortTaken],
        example: Service("{type: NodePort, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 80, nodePort: 30080}]}")
    }
    NodePortRange {
        "Node ports are numbers from 30000 to 32767. Without nodePort the cluster picks a free one.",
        fix: value::node_port,
        fix: value::free_node_port,
        example: Service("{type: NodePort, ports: [{name: a, port: 80, nodePort: 80}]}")
    }
    NodePortTaken {
        "Another port has this number on each node: choose another, or leave it out to get a free one.",
        example: Text("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}\n")
    }
    ServiceType {
        "type is ClusterIP, NodePort, LoadBalancer or ExternalName, spelt exactly so.",
        fix: value::supported,
        example: Service("{type: Nodeport, ports: [{port: 80}]}")
    }
    HeadlessType {
        "A headless Service, which has clusterIP: None, is of type ClusterIP: leave clusterIP out, or change the type.",
        example: Service("{type: NodePort, clusterIP: None, ports: [{port: 80}]}")
    }
    ExternalNameAddress {
        "A Service of type ExternalName is only a name in DNS and has no cluster IP: leave this field out.",
        fix: field::left_out,
        example: Service("{type: ExternalName, externalName: a, ipFamilyPolicy: SingleStack}")
    }
    ExternalNameMissing {
        "A Service of type ExternalName needs externalName: the DNS name that it stands for.",
        example: Service("{type: ExternalName}")
    }
    ExternalNameForm {
        "externalName is a DNS name in small letters, without scheme, port or path: db.example.com.",
        fix: value::name,
        example: Service("{type: ExternalName, externalName: 'http://a'}")
    }
    SessionAffinity {
        "sessionAffinity is ClientIP, so that a client keeps its pod, or None.",
        fix: value::supported,
        example: Service("{sessionAffinity: clientip, ports: [{port: 80}]}")
    }
    AffinityTimeout {
        "timeoutSeconds is from 1 to 86400, which is a day.",
        example: Service("{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}, ports: [{port: 80}]}")
    }
    HeadlessAddresses {
        "None makes the Service headless, so it has no cluster IP: leave the others out.",
        example: Service("{clusterIP: None, clusterIPs: [None, 10.96.0.9], ports: [{port: 80}]}")
    }
    ClusterIpForm {
        "A cluster IP is an address like 10.96.0.100, or None for a headless Service; without clusterIP the cluster picks a free one.",
        example: Service("{clusterIP: none, ports: [{port: 80}]}")
    }
    ClusterIpsTooMany {
        "A Service has at most two cluster IPs: one of IPv4 and one of IPv6.",
        example: Service("{clusterIP: 10.96.1.1, clusterIPs: [10.96.1.1, 10.96.1.2], ports: [{port: 80}]}")
    }
    ClusterIpFamily {
        "Cluster IPs have the order of ipFamilies, and this one is of the other family: change one of the two.",
        example: Service("{clusterIP: 10.96.1.1, ipFamilies: [IPv6], ports: [{port: 80}]}")
    }
    ClusterIpFirst {
        "clusterIP and the first of clusterIPs are the same: make them equal, or leave clusterIPs out.",
        example: Service("{clusterIP: 10.96.1.1, clusterIPs: [10.96.1.2], ports: [{port: 80}]}")
    }
    ClusterIpMissing {
        "clusterIP and the first of clusterIPs are the same: give clusterIP too, or leave both out.",
        example: Service("{clusterIPs: [10.96.1.2], ports: [{port: 80}]}")
    }
    ClusterIpTaken {
        "Another Service has this cluster IP. Without clusterIP the cluster picks a free one.",
        fix: value::free_cluster_ip,
        example: Service("{clusterIP: 10.96.0.1, ports: [{port: 80}]}")
    }
    ClusterIpRange {
        "Cluster IPs come from the cluster's range, 10.96.0.0/12 and for IPv6 fd00:10:96::/108 unless it is set up otherwise. Without clusterIP the cluster picks a free one.",
        fix: value::free_cluster_ip,
        example: Service("{clusterIP: 10.1.0.1, ports: [{port: 80}]}")
    }
    IpFamily {
        "ipFamilies holds IPv4, IPv6 or both, spelt exactly so.",
        fix: value::supported,
        example: Service("{ipFamilies: [ipv4], ports: [{port: 80}]}")
    }
    IpFamilyTwice {
        "ipFamilies holds each family once.",
        example: Service("{ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv4, IPv4], ports: [{port: 80}]}")
    }
    IpFamilyPolicy {
        "ipFamilyPolicy is SingleStack, PreferDualStack or RequireDualStack.",
        fix: value::supported,
        example: Service("{ipFamilyPolicy: singlestack, ports: [{port: 80}]}")
    }
    DualStackPolicy {
        "Two families need ipFamilyPolicy: PreferDualStack or RequireDualStack; without it a Service has one.",
        example: Service("{ipFamilies: [IPv4, IPv6], ports: [{port: 80}]}")
    }
    FamilyNotConfigured {
        "The cluster gives Services no addresses of this family. Its IP families are a setting of the playground, and of a real \
         cluster when it is set up; ipFamilyPolicy: PreferDualStack takes both where they are there.",
        example: Text("apiVersion: playground/v1\nkind: Scenario\ntitle: a\ncluster: {ipFamilies: [IPv4]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}\n")
    }
    AddressMapped {
        "Write this address as IPv4, without ::ffff: before it.",
        example: Service("{externalIPs: ['::ffff:1.2.3.4'], ports: [{port: 80}]}")
    }
    AddressZeros {
        "Write the numbers of an address without leading zeros: some programs read those as octal.",
        example: Service("{clusterIP: 10.96.01.1, ports: [{port: 80}]}")
    }
    AddressUnspecified {
        "This is nobody's address: write one that leads to the nodes.",
        example: Service("{externalIPs: [0.0.0.0], ports: [{port: 80}]}")
    }
    AddressLocal {
        "Addresses of this range never leave the machine or its own network: write one that leads to the nodes.",
        example: Service("{externalIPs: [127.0.0.1], ports: [{port: 80}]}")
    }
    RangeForm {
        "A range is an address, a slash and the length of its prefix: 10.0.0.0/8, or 203.0.113.7/32 for one address.",
        example: Service("{type: LoadBalancer, loadBalancerSourceRanges: [1.2.3.4], ports: [{port: 80}]}")
    }
    RangeBits {
        "The address has more bits than its prefix: write 10.0.0.0/8 for the range, 10.1.2.3/32 for one address.",
        example: Service("{type: LoadBalancer, loadBalancerSourceRanges: [1.2.3.4/8], ports: [{port: 80}]}")
    }
    ExternalIpForm {
        "externalIPs are addresses that lead to the nodes, not names: 203.0.113.7.",
        example: Service("{externalIPs: [a], ports: [{port: 80}]}")
    }
    LoadBalancerOnly {
        "This field is for load balancers: set type: LoadBalancer, or leave it out.",
        fix: field::left_out,
        example: Service("{loadBalancerClass: a, ports: [{port: 80}]}")
    }
    LoadBalancerClass {
        "loadBalancerClass is a name, alone or after a domain and a slash: internal-vip, example.com/internal-vip.",
        example: Service("{type: LoadBalancer, loadBalancerClass: 'a b', ports: [{port: 80}]}")
    }
    ExternalTrafficPolicy {
        "externalTrafficPolicy is Cluster, or Local to stay on the node that was asked.",
        fix: value::supported,
        example: Service("{type: NodePort, externalTrafficPolicy: local, ports: [{port: 80}]}")
    }
    ExternalTrafficInside {
        "externalTrafficPolicy is about requests from outside: it needs type NodePort or LoadBalancer, or externalIPs.",
        example: Service("{externalTrafficPolicy: Local, ports: [{port: 80}]}")
    }
    HealthCheckPort {
        "healthCheckNodePort is only for type: LoadBalancer with externalTrafficPolicy: Local: leave it out.",
        fix: field::left_out,
        example: Service("{healthCheckNodePort: 30000, ports: [{port: 80}]}")
    }
    InternalTrafficPolicy {
        "internalTrafficPolicy is Cluster, or Local to reach only the pods on the client's own node.",
        fix: value::supported,
        example: Service("{internalTrafficPolicy: local, ports: [{port: 80}]}")
    }
    TrafficDistribution {
        "trafficDistribution is PreferSameZone or PreferSameNode; PreferClose is the old name of the first.",
        fix: value::supported,
        example: Service("{trafficDistribution: Close, ports: [{port: 80}]}")
    }
    TopologyAnnotations {
        "The two annotations are an old and a new name for the same thing: keep only service.kubernetes.io/topology-mode.",
        example: Text("apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {service.kubernetes.io/topology-aware-hints: Auto, service.kubernetes.io/topology-mode: Disabled}}\nspec: {ports: [{port: 80}]}\n")
    }
    ServiceUnnamed {
        "A Service needs metadata.name: the cluster keeps its address under that name.",
        example: Text("apiVersion: v1\nkind: Service\nmetadata: {labels: {a: b}}\nspec: {ports: [{port: 80}]}\n")
    }

    EndpointsDeprecated {
        "Endpoints still work, but kube-proxy reads EndpointSlices: write those.",
        example: Text("apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\nsubsets: []\n")
    }
    DomainNamesDeprecated {
        "Endpoints by domain name are no longer developed: use addressType: IPv4 or IPv6, or a Service of type ExternalName.",
        example: Text("apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: FQDN\nendpoints: [{addresses: [db.example.com]}]\nports: []\n")
    }
    TopologyHintsDeprecated {
        "The annotation has a new name: service.kubernetes.io/topology-mode.",
        fix: field::topology_mode,
        example: Text("apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {service.kubernetes.io/topology-aware-hints: Auto}}\nspec: {ports: [{port: 80}]}\n")
    }
    HeadlessIgnored {
        "A headless Service has no address of its own, so this has no effect: leave it out.",
        fix: field::left_out,
        example: Service("{clusterIP: None, sessionAffinity: ClientIP, ports: [{port: 80}]}")
    }
    ExternalIpsDeprecated {
        "externalIPs work here, but future clusters may not support them: prefer type: LoadBalancer.",
        example: Service("{externalIPs: [203.0.113.7], ports: [{port: 80}]}")
    }
    ExternalIpsIgnored {
        "A Service of type ExternalName is only a name in DNS, so externalIPs have no effect: leave them out.",
        fix: field::left_out,
        example: Service("{type: ExternalName, externalName: a, externalIPs: [203.0.113.7]}")
    }
    ExternalNameIgnored {
        "externalName only works with type: ExternalName: set that type, or leave the field out.",
        fix: field::left_out,
        example: Service("{externalName: a, ports: [{port: 80}]}")
    }
    PreferCloseDeprecated {
        "PreferSameZone is the new name of PreferClose and means the same.",
        fix: value::prefer_same_zone,
        example: Service("{trafficDistribution: PreferClose, ports: [{port: 80}]}")
    }
    AddressNotStandard {
        "Some programs read such an address otherwise: write it as the message says.",
        example: Service("{type: LoadBalancer, loadBalancerIP: 010.0.0.1, ports: [{port: 80}]}")
    }
    AddressNotCanonical {
        "An IPv6 address can be written in several ways: write it as the message says.",
        example: Service("{type: LoadBalancer, loadBalancerIP: 'FD00::1', ports: [{port: 80}]}")
    }
}
