#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use crate::describe::tests::{check_part, full_pod};
use api::Kind;
use expect_test::expect;

#[test]
fn mounts_are_sorted_by_path() {
    let cluster = full_pod();
    check_part(
        &cluster,
        Kind::Pod,
        "web-1",
        ("Mounts:", "Conditions:"),
        &expect![[r#"
            Mounts:
              /cache from cache (rw)
              /etc/web from conf (ro,path="web.conf")
    "#]],
    );
}

#[test]
fn volumes_show_their_kind_and_its_fields() {
    let cluster = full_pod();
    check_part(
        &cluster,
        Kind::Pod,
        "web-1",
        ("Volumes:", "QoS Class:"),
        &expect![[r#"
        Volumes:
          cache:
            Type:       EmptyDir (a temporary directory that shares a pod's lifetime)
            Medium:     
            SizeLimit:  <unset>
          conf:
            Type:      ConfigMap (a volume populated by a ConfigMap)
            Name:      web
            Optional:  false
          host:
            Type:          HostPath (bare host directory volume)
            Path:          /var/log
            HostPathType:  
          all:
            Type:         Projected (a volume that contains injected data from multiple sources)
            SecretName:   key
            Optional:     false
            DownwardAPI:  true
          disk:
            Type:        FC (a Fibre Channel disk)
            TargetWWNs:  a, b
            LUN:         0
            FSType:      
            ReadOnly:    false
          me:
            Type:  DownwardAPI (a volume populated by information about the pod)
            Items:
              metadata.labels -> labels
    "#]],
    );
}
