//! What Pods, and the objects that create them, may not be, and what the API server warns of.

use super::fixes::{field, missing, value};
use super::help;
use api::Rule;

#[cfg(test)]
const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n";
const ONE_SOURCE: &str = "Only one of these may be given: keep one and leave the others out.";

help! { Rule:
    ContainersMissing {
        "A Pod needs a container, which has a name and an image.",
        example: Pod("{}")
    }
    ContainerUnnamed {
        "Each container needs a name.",
        example: Pod("{containers: [{image: a}]}")
    }
    ContainerNameTaken {
        "Two containers of the Pod have this name: give each its own.",
        fix: value::another,
        example: Pod("{containers: [{name: a, image: a}, {name: a, image: a}]}")
    }
    ImageMissing {
        "Each container needs an image: nginx, httpd:2.4 …",
        example: Pod("{containers: [{name: a}]}")
    }
    ImagePullPolicy {
        "imagePullPolicy is Always, IfNotPresent or Never.",
        fix: value::supported,
        example: Container("imagePullPolicy: always")
    }
    ContainerPortMissing {
        "containerPort is the number on which the container listens, from 1 to 65535, and is required.",
        example: Container("ports: [{name: http}]")
    }
    ContainerPortNameTaken {
        "Two ports of the container have this name: give each its own.",
        fix: value::another,
        example: Container("ports: [{containerPort: 1, name: a}, {containerPort: 2, name: a}]")
    }
    VariableUnnamed {
        "Each environment variable needs a name.",
        example: Container("env: [{value: a}]")
    }
    VariableSources {
        "Say where the value comes from: by one of the fields in the message.",
        example: Container("env: [{name: a, valueFrom: {}}]")
    }
    VariableValueTwice {
        "A variable has value or valueFrom, not both.",
        example: Container("env: [{name: a, value: b, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]")
    }
    MountUnnamed {
        "A mount names one of the Pod's volumes.",
        also: [Rule::MountVolumeMissing],
        example: Container("volumeMounts: [{mountPath: /v}]")
    }
    MountVolumeMissing {
        "The Pod has no volume of this name: list it under volumes.",
        example: Container("volumeMounts: [{name: v, mountPath: /v}]")
    }
    MountPathMissing {
        "mountPath is the place of the volume in the container: /data.",
        example: Pod("{containers: [{name: a, image: a, volumeMounts: [{name: v}]}], volumes: [{name: v, emptyDir: {}}]}")
    }
    MountPathTaken {
        "Two mounts of the container have this path: give each its own.",
        example: Pod("{containers: [{name: a, image: a, volumeMounts: [{name: v, mountPath: /v}, {name: v, mountPath: /v}]}], volumes: [{name: v, emptyDir: {}}]}")
    }
    RestartPolicy {
        "restartPolicy is Always, OnFailure or Never.",
        fix: value::supported,
        example: Pod("{restartPolicy: always, containers: [{name: a, image: a}]}")
    }
    RestartPolicyOfTemplate {
        "The pods of a Deployment, a ReplicaSet or a StatefulSet are always restarted: leave restartPolicy out.",
        fix: field::left_out,
        example: Text("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n")
    }
    ProbeHandlerMissing {
        "A probe says how it asks: by httpGet, tcpSocket, grpc or exec.",
        example: Container("readinessProbe: {}")
    }
    HookHandlerMissing {
        "Say what to do at this moment: exec, httpGet or sleep.",
        example: Container("lifecycle: {preStop: {}}")
    }
    HandlersTooMany {
        "A probe or hook has one way of asking: keep one and leave the others out.",
        example: Container("readinessProbe: {tcpSocket: {port: 1}, exec: {command: [a]}}")
    }
    ProbeSuccesses {
        "One success is enough for a liveness or startup probe: leave successThreshold out.",
        fix: field::left_out,
        example: Container("livenessProbe: {successThreshold: 2, exec: {command: [a]}}")
    }
    VolumeSourcesTooMany {
        ONE_SOURCE,
        example: Pod("{volumes: [{name: v, emptyDir: {}, secret: {secretName: a}}], containers: [{name: a, image: a}]}")
    }
    SourcesTooMany {
        ONE_SOURCE,
        example: Container("env: [{name: a, valueFrom: {fieldRef: {fieldPath: metadata.name}, secretKeyRef: {name: a, key: b}}}]")
    }
    RequestOverLimit {
        "A container may not request more than its limit: lower the request or raise the limit.",
        example: Container("resources: {limits: {cpu: 1}, requests: {cpu: 2}}")
    }
    ResourceName {
        "Resources are cpu, memory and ephemeral-storage; others need a domain and a slash: example.com/gpu.",
        example: Container("resources: {limits: {disk: 1}}")
    }
    PriorityClassUnknown {
        "The cluster has no such PriorityClass: leave priorityClassName out.",
        fix: field::left_out,
        example: Pod("{priorityClassName: high, containers: [{name: a, image: a}]}")
    }
    RuntimeClassUnknown {
        "The cluster has no such RuntimeClass: leave runtimeClassName out.",
        fix: field::left_out,
        example: Pod("{runtimeClassName: kata, containers: [{name: a, image: a}]}")
    }
    ServiceAccountUnknown {
        "The namespace has no such ServiceAccount yet: put its document before that of the Pod, or leave serviceAccountName out.",
        fix: missing::service_account,
        fix: missing::service_account_left_out,
        example: Pod("{serviceAccountName: builder, containers: [{name: a, image: a}]}")
    }
    PodSecurityLevel {
        "A level is privileged, baseline or restricted.",
        fix: value::security_level,
        example: Text("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  labels:\n    pod-security.kubernetes.io/enforce: strict\n")
    }
    PodSecurityVersion {
        "A version is latest, or v1. and the minor version: v1.36.",
        fix: value::security_version,
        example: Text("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  labels:\n    pod-security.kubernetes.io/enforce-version: '1.36'\n")
    }
    PodSecurity {
        "The label pod-security.kubernetes.io/enforce of the namespace allows no such pod: change what the message names, or the label.",
        example: Text("apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {pod-security.kubernetes.io/enforce: baseline}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: a}\nspec: {hostNetwork: true, containers: [{name: a, image: a}]}\n")
    }
    PodSecurityWarning {
        "The namespace's labels pod-security.kubernetes.io/… allow no such pods, and where they say enforce, none is made: change what the message names, or the labels.",
        example: Text("apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {pod-security.kubernetes.io/warn: baseline}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: a}\nspec: {hostNetwork: true, containers: [{name: a, image: a}]}\n")
    }
    PodFixed {
        "Little more than the image of an existing Pod can be changed: delete it and create it again.",
        example: Command(POD, "kubectl patch pod a -p '{\"spec\":{\"hostname\":\"b\"}}'")
    }
    StatefulSetFixed {
        "Only the fields in the message can be changed: delete the StatefulSet and create it again.",
        example: Command(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: a, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}\n",
            "kubectl patch statefulset a -p '{\"spec\":{\"serviceName\":\"b\"}}'",
        )
    }
    SelectorMissing {
        "A selector is required: matchLabels, with labels that the template has.",
        also: [Rule::SelectorDiffers],
        example: Text("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}\n")
    }
    SelectorEmpty {
        "An empty selector would choose every pod: give it labels that the template has.",
        example: Text("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}\n")
    }
    SelectorDiffers {
        "The selector would not choose these pods: the labels of the template must include those of the selector.",
        example: Text("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: c}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}\n")
    }
    SelectorBroken {
        "A label or an expression of this selector breaks a rule, which has a message of its own.",
        also: [Rule::OperatorUnknown],
        example: Text("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchExpressions: [{key: a, operator: Is}]}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}\n")
    }
    OperatorValuesMissing {
        "In and NotIn compare with a list: give values.",
        example: Pod("{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In}]}]}}}, containers: [{name: a, image: a}]}")
    }
    OperatorValuesNotAllowed {
        "Exists and DoesNotExist look only at the key: leave values out.",
        fix: field::left_out,
        example: Pod("{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists, values: [b]}]}]}}}, containers: [{name: a, image: a}]}")
    }
    OperatorUnknown {
        "operator is In, NotIn, Exists or DoesNotExist.",
        example: Pod("{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Is}]}]}}}, containers: [{name: a, image: a}]}")
    }
    StrategyType {
        "The type of a strategy is RollingUpdate or Recreate.",
        fix: value::supported,
        example: Deployment("strategy: {type: Rolling}")
    }
    RecreateRolling {
        "Recreate ends all pods before new ones begin: leave rollingUpdate out, or set type: RollingUpdate.",
        fix: field::left_out,
        example: Deployment("strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}")
    }
    RolloutStuck {
        "With no pod more and none less nothing can be replaced: raise maxSurge or maxUnavailable.",
        example: Deployment("strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}")
    }
    DeadlineTooShort {
        "The rollout would be given up before its pods could become available: raise progressDeadlineSeconds.",
        example: Deployment("minReadySeconds: 700")
    }
    PercentForm {
        "A percentage is a number and a percent sign: 25%.",
        example: Deployment("strategy: {rollingUpdate: {maxSurge: half}}")
    }

    PodNameNotLabel {
        "The name becomes part of host names, which hold only small letters, digits and dashes, at most 63: choose such a name.",
        fix: value::name,
        example: Text("apiVersion: v1\nkind: Pod\nmetadata: {name: a.b}\nspec: {containers: [{name: a, image: a}]}\n")
    }
    NodeLabelDeprecated {
        "This label of nodes has a new name or is gone: use the one in the message.",
        fix: field::node_label,
        example: Pod("{nodeSelector: {beta.kubernetes.io/os: linux}, containers: [{name: a, image: a}]}")
    }
    NodeLabelValue {
        "No label has such a value, so no node is preferred: it holds only letters, digits, dashes, underscores and dots.",
        example: Pod("{affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: a, operator: In, values: ['a b']}]}}]}}, containers: [{name: a, image: a}]}")
    }
    SelectorNull {
        "Without labelSelector no pod is counted, so this has no effect: give it labels.",
        example: Pod("{topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}], containers: [{name: a, image: a}]}")
    }
    AnnotationDeprecated {
        "This annotation has no effect any more or soon will not: use the field in the message.",
        example: Text("apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {scheduler.alpha.kubernetes.io/critical-pod: ''}}\nspec: {containers: [{name: a, image: a}]}\n")
    }
    VolumeDeprecated {
        "Clusters no longer support this source of a volume: use another.",
        example: Pod("{volumes: [{name: v, gitRepo: {repository: a}}], containers: [{name: a, image: a}]}")
    }
    VolumePathsOverlap {
        "Two files of the volume have the same path, or one would be a directory of the other: give each its own path.",
        example: Pod("{volumes: [{name: v, configMap: {name: a, items: [{key: a, path: p}, {key: b, path: p}]}}], containers: [{name: a, image: a}]}")
    }
    ProjectedEmpty {
        "This source of the volume is empty: leave it out, or name a configMap, a secret …",
        example: Pod("{volumes: [{name: v, projected: {sources: [{}]}}], containers: [{name: a, image: a}]}")
    }
    BytesFractional {
        "There is no part of a byte; m means thousandths: write Mi or Gi for memory.",
        example: Container("resources: {limits: {memory: 100m}}")
    }
    HostAliasTwice {
        "Two entries have this address: put all its names into one.",
        example: Pod("{hostAliases: [{ip: 10.0.0.1, hostnames: [a]}, {ip: 10.0.0.1, hostnames: [b]}], containers: [{name: a, image: a}]}")
    }
    PullSecretTwice {
        "The same secret stands above: one entry is enough.",
        example: Pod("{imagePullSecrets: [{name: a}, {name: a}], containers: [{name: a, image: a}]}")
    }
    PullSecretUnnamed {
        "This entry names no secret: give it a name, or leave it out.",
        example: Pod("{imagePullSecrets: [{}], containers: [{name: a, image: a}]}")
    }
    VariableHidden {
        "The variable is set above; the later value wins, and kubectl apply may lose one of them: keep one.",
        example: Container("env: [{name: A, value: a}, {name: A, value: b}]")
    }
    HostIpWithoutPort {
        "hostIP means nothing without hostPort: give both, or leave hostIP out.",
        example: Container("ports: [{containerPort: 80, hostIP: 10.0.0.1}]")
    }
    ContainerPortTwice {
        "The containers of a Pod share one address, so only one of them can listen on a port: give each its own number.",
        example: Container("ports: [{containerPort: 80}, {containerPort: 80}]")
    }
    PodPortNameTwice {
        "Two containers name a port so; a targetPort of this name means the first only: give each its own name.",
        example: Pod("{containers: [{name: a, image: a, ports: [{containerPort: 80, name: web}]}, {name: b, image: a, ports: [{containerPort: 81, name: web}]}]}")
    }
    GraceNegative {
        "A negative time counts as 1 second: write 0 or more.",
        example: Text("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {terminationGracePeriodSeconds: -1, containers: [{name: a, image: a}]}}}\n")
    }
    HistoryNegative {
        "A negative number keeps every old revision: write 0 or more.",
        example: Text("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: a, revisionHistoryLimit: -1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}\n")
    }
    ExternalIdDeprecated {
        "Nothing reads this field any more: leave it out.",
        fix: field::left_out,
        example: Text("apiVersion: v1\nkind: Node\nmetadata: {name: a}\nspec: {externalID: a}\n")
    }
    IngressClassDeprecated {
        "The annotation has become a field: set spec.ingressClassName instead.",
        example: Text("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, annotations: {kubernetes.io/ingress.class: a}}\nspec: {defaultBackend: {service: {name: a, port: {number: 80}}}}\n")
    }
}
