//! Every field of every supported kind, as the v1.36 API knows it.
//!
//! Source: staging/src/k8s.io/api/{core,apps,discovery}/v1 and apimachinery's meta/v1 (v1.36): names and types only.
//!
//! A line is a Go type and its fields, `name:type`.
//! Types: `s` string, `s=T` a string type named T, `b` bool, `i32`, `i64`, `f` float, `ios` IntOrString, `q` Quantity, `t` Time,
//! `any` whatever, `T` a struct, `[]x` a list, `{}x` a map from strings.

pub const TYPES: &[(&str, &str)] = &[
    (
        "Service",
        "apiVersion:s kind:s metadata:ObjectMeta spec:ServiceSpec status:ServiceStatus",
    ),
    (
        "ServiceSpec",
        "ports:[]ServicePort selector:{}s clusterIP:s clusterIPs:[]s type:s=ServiceType externalIPs:[]s sessionAffinity:s=ServiceAffinity loadBalancerIP:s loadBalancerSourceRanges:[]s externalName:s externalTrafficPolicy:s=ServiceExternalTrafficPolicy healthCheckNodePort:i32 publishNotReadyAddresses:b sessionAffinityConfig:SessionAffinityConfig ipFamilies:[]s=IPFamily ipFamilyPolicy:s=IPFamilyPolicy allocateLoadBalancerNodePorts:b loadBalancerClass:s internalTrafficPolicy:s=ServiceInternalTrafficPolicy trafficDistribution:s",
    ),
    (
        "ServicePort",
        "name:s protocol:s=Protocol appProtocol:s port:i32 targetPort:ios nodePort:i32",
    ),
    ("SessionAffinityConfig", "clientIP:ClientIPConfig"),
    ("ClientIPConfig", "timeoutSeconds:i32"),
    (
        "ServiceStatus",
        "loadBalancer:LoadBalancerStatus conditions:[]Condition",
    ),
    ("LoadBalancerStatus", "ingress:[]LoadBalancerIngress"),
    (
        "LoadBalancerIngress",
        "ip:s hostname:s ipMode:s=LoadBalancerIPMode ports:[]PortStatus",
    ),
    ("PortStatus", "port:i32 protocol:s=Protocol error:s"),
    (
        "Condition",
        "type:s status:s=ConditionStatus observedGeneration:i64 lastTransitionTime:t reason:s message:s",
    ),
    (
        "ObjectMeta",
        "name:s generateName:s namespace:s selfLink:s uid:s=UID resourceVersion:s generation:i64 creationTimestamp:t deletionTimestamp:t deletionGracePeriodSeconds:i64 labels:{}s annotations:{}s ownerReferences:[]OwnerReference finalizers:[]s managedFields:[]any",
    ),
    (
        "OwnerReference",
        "apiVersion:s kind:s name:s uid:s=UID controller:b blockOwnerDeletion:b",
    ),
    ("Pod", "apiVersion:s kind:s metadata:ObjectMeta spec:PodSpec status:any"),
    (
        "PodSpec",
        "volumes:[]Volume initContainers:[]Container containers:[]Container ephemeralContainers:[]any restartPolicy:s=RestartPolicy terminationGracePeriodSeconds:i64 activeDeadlineSeconds:i64 dnsPolicy:s=DNSPolicy nodeSelector:{}s serviceAccountName:s serviceAccount:s automountServiceAccountToken:b nodeName:s hostNetwork:b hostPID:b hostIPC:b shareProcessNamespace:b securityContext:any imagePullSecrets:[]LocalObjectReference hostname:s subdomain:s affinity:any schedulerName:s tolerations:[]Toleration hostAliases:[]HostAlias priorityClassName:s priority:i32 dnsConfig:any readinessGates:[]any runtimeClassName:s enableServiceLinks:b preemptionPolicy:s=PreemptionPolicy overhead:{}q topologySpreadConstraints:[]any setHostnameAsFQDN:b os:any hostUsers:b schedulingGates:[]any resourceClaims:[]any resources:ResourceRequirements hostnameOverride:s workloadRef:any schedulingGroup:any",
    ),
    ("LocalObjectReference", "name:s"),
    ("HostAlias", "ip:s hostnames:[]s"),
    (
        "Toleration",
        "key:s operator:s=TolerationOperator value:s effect:s=TaintEffect tolerationSeconds:i64",
    ),
    (
        "Volume",
        "name:s hostPath:any emptyDir:any gcePersistentDisk:any awsElasticBlockStore:any gitRepo:any secret:any nfs:any iscsi:any glusterfs:any persistentVolumeClaim:any rbd:any flexVolume:any cinder:any cephfs:any flocker:any downwardAPI:any fc:any azureFile:any configMap:any vsphereVolume:any quobyte:any azureDisk:any photonPersistentDisk:any projected:any portworxVolume:any scaleIO:any storageos:any csi:any ephemeral:any image:any",
    ),
    (
        "Container",
        "name:s image:s command:[]s args:[]s workingDir:s ports:[]ContainerPort envFrom:[]any env:[]EnvVar resources:ResourceRequirements resizePolicy:[]any restartPolicy:s=ContainerRestartPolicy restartPolicyRules:[]any volumeMounts:[]VolumeMount volumeDevices:[]any livenessProbe:Probe readinessProbe:Probe startupProbe:Probe lifecycle:any terminationMessagePath:s terminationMessagePolicy:s=TerminationMessagePolicy imagePullPolicy:s=PullPolicy securityContext:any stdin:b stdinOnce:b tty:b",
    ),
    (
        "ContainerPort",
        "name:s hostPort:i32 containerPort:i32 protocol:s=Protocol hostIP:s",
    ),
    ("EnvVar", "name:s value:s valueFrom:any"),
    ("ResourceRequirements", "limits:{}q requests:{}q claims:[]any"),
    (
        "VolumeMount",
        "name:s readOnly:b recursiveReadOnly:s=RecursiveReadOnlyMode mountPath:s subPath:s mountPropagation:s=MountPropagationMode subPathExpr:s",
    ),
    (
        "Probe",
        "exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction grpc:GRPCAction initialDelaySeconds:i32 timeoutSeconds:i32 periodSeconds:i32 successThreshold:i32 failureThreshold:i32 terminationGracePeriodSeconds:i64",
    ),
    ("ExecAction", "command:[]s"),
    (
        "HTTPGetAction",
        "path:s port:ios host:s scheme:s=URIScheme httpHeaders:[]any",
    ),
    ("TCPSocketAction", "port:ios host:s"),
    ("GRPCAction", "port:i32 service:s"),
    ("PodTemplateSpec", "metadata:ObjectMeta spec:PodSpec"),
    (
        "LabelSelector",
        "matchLabels:{}s matchExpressions:[]LabelSelectorRequirement",
    ),
    (
        "LabelSelectorRequirement",
        "key:s operator:s=LabelSelectorOperator values:[]s",
    ),
    (
        "Deployment",
        "apiVersion:s kind:s metadata:ObjectMeta spec:DeploymentSpec status:any",
    ),
    (
        "DeploymentSpec",
        "replicas:i32 selector:LabelSelector template:PodTemplateSpec strategy:DeploymentStrategy minReadySeconds:i32 revisionHistoryLimit:i32 paused:b progressDeadlineSeconds:i32",
    ),
    (
        "DeploymentStrategy",
        "type:s=DeploymentStrategyType rollingUpdate:RollingUpdateDeployment",
    ),
    ("RollingUpdateDeployment", "maxUnavailable:ios maxSurge:ios"),
    (
        "ReplicaSet",
        "apiVersion:s kind:s metadata:ObjectMeta spec:ReplicaSetSpec status:any",
    ),
    (
        "ReplicaSetSpec",
        "replicas:i32 minReadySeconds:i32 selector:LabelSelector template:PodTemplateSpec",
    ),
    (
        "Namespace",
        "apiVersion:s kind:s metadata:ObjectMeta spec:any status:any",
    ),
];

/// The fields of a Go type as (name, type); none when there is no such type.
pub fn fields(name: &str) -> Option<impl Iterator<Item = (&'static str, &'static str)>> {
    let (_, fields) = TYPES.iter().find(|(type_name, _)| *type_name == name)?;
    Some(fields.split(' ').filter_map(|field| field.split_once(':')))
}
