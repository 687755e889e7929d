//! What pods and what makes them may not be.

use super::Sentence;

const ONE_SOURCE: &str = "Only one of these may be given: keep one and leave the others out.";

pub(super) const SENTENCES: &[Sentence] = &[
    (
        &["containers: Required value"],
        "A Pod needs a container, which has a name and an image.",
    ),
    (
        &["env[", ".name: Required value"],
        "Each environment variable needs a name.",
    ),
    (
        &["volumeMounts[", ".name: Required value"],
        "A mount names one of the Pod's volumes.",
    ),
    (
        &["volumeMounts[", ".name: Not found"],
        "The Pod has no volume of this name: list it under volumes.",
    ),
    (
        &["mountPath: Required value"],
        "mountPath is where in the container the volume is found: /data.",
    ),
    (
        &["mountPath: Invalid value", "must be unique"],
        "Two mounts of the container have this path: give each its own.",
    ),
    (
        &["ontainers[", "].ports[", ".name: Duplicate value"],
        "Two ports of the container have this name: give each its own.",
    ),
    (
        &["ontainers[", "].name: Required value"],
        "Each container needs a name.",
    ),
    (
        &["ontainers[", "].name: Duplicate value"],
        "Two containers of the Pod have this name: give each its own.",
    ),
    (
        &["ontainers[", "].image: Required value"],
        "Each container needs an image: nginx, httpd:2.4 …",
    ),
    (
        &["containerPort: Required value"],
        "containerPort is the number the container listens on, from 1 to 65535, and has to be given.",
    ),
    (
        &["imagePullPolicy: Unsupported value"],
        "imagePullPolicy is Always, IfNotPresent or Never.",
    ),
    (
        &["template.spec.restartPolicy: Unsupported value"],
        "The pods of a Deployment, a ReplicaSet or a StatefulSet are always started again: leave restartPolicy out.",
    ),
    (
        &["spec.restartPolicy: Unsupported value"],
        "restartPolicy is Always, OnFailure or Never.",
    ),
    (
        &["Probe: Required value: must specify a handler type"],
        "A probe says how it asks: by httpGet, tcpSocket, grpc or exec.",
    ),
    (
        &["must specify a handler type"],
        "What is done at this moment has to be said: exec, httpGet or sleep.",
    ),
    (
        &["may not specify more than 1 handler type"],
        "There is one way of asking for each probe and hook: keep one and leave the others out.",
    ),
    (
        &["successThreshold: Invalid value", "must be 1"],
        "One success is enough for a liveness or startup probe: leave successThreshold out.",
    ),
    (
        &["must specify a volume type"],
        "A volume says where its files come from: emptyDir: {}, configMap, secret …",
    ),
    (&["may not specify more than 1 volume type"], ONE_SOURCE),
    (
        &["must be less than or equal to", "limit of"],
        "A container may not ask for more than its limit: lower the request or raise the limit.",
    ),
    (
        &["must be a standard resource"],
        "Resources are cpu, memory and ephemeral-storage; others stand behind a domain and a slash: example.com/gpu.",
    ),
    (
        &["may not be specified when `value` is not empty"],
        "A variable has value or valueFrom, not both.",
    ),
    (&["may not have more than one field specified at a time"], ONE_SOURCE),
    (
        &["must specify one of: `"],
        "Where the value comes from has to be said: by one of the fields that are named.",
    ),
    (
        &["no PriorityClass with name"],
        "The cluster has no such PriorityClass: leave priorityClassName out.",
    ),
    (
        &["RuntimeClass", "not found"],
        "The cluster has no such RuntimeClass: leave runtimeClassName out.",
    ),
    (
        &["pod updates may not change fields other than"],
        "Of a Pod that is there little more than the image can be changed: delete it and create it anew.",
    ),
    (
        &["updates to statefulset spec for fields other than"],
        "All fields but those named stay as they were made: delete the StatefulSet and create it anew.",
    ),
    (
        &["spec.selector: Required value"],
        "A selector is needed: matchLabels, with labels that the template has.",
    ),
    (
        &["empty selector is invalid"],
        "An empty selector would choose every pod: give it labels that the template has.",
    ),
    (
        &["`selector` does not match template `labels`"],
        "The pods this makes would not be its own: the labels of the template must include those of the selector.",
    ),
    (
        &["must be specified when `operator` is 'In' or 'NotIn'"],
        "In and NotIn compare with a list: give values.",
    ),
    (
        &["may not be specified when `operator` is 'Exists' or 'DoesNotExist'"],
        "Exists and DoesNotExist look at the key alone: leave values out.",
    ),
    (
        &["not a valid selector operator"],
        "operator is In, NotIn, Exists or DoesNotExist.",
    ),
    (
        &["invalid label selector"],
        "A label or an expression of this selector breaks a rule: each is told besides.",
    ),
    (
        &["spec.strategy: Unsupported value"],
        "The type of a strategy is RollingUpdate or Recreate.",
    ),
    (
        &["may not be specified when strategy `type` is 'Recreate'"],
        "Recreate ends all pods before new ones begin: leave rollingUpdate out, or set type: RollingUpdate.",
    ),
    (
        &["may not be 0 when `maxSurge` is 0"],
        "With no pod more and none less nothing can be replaced: raise maxSurge or maxUnavailable.",
    ),
    (
        &["must be greater than minReadySeconds"],
        "A rollout would be given up before its pods could count as available: raise progressDeadlineSeconds.",
    ),
    (
        &["a valid percent string"],
        "A share is a number and a percent sign: 25%.",
    ),
];
