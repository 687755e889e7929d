#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use crate::describe::tests::{check, cluster};
use api::Kind;
use expect_test::expect;

#[test]
fn a_namespace_says_that_nothing_limits_it() {
    check(
        &cluster(1),
        Kind::Namespace,
        "default",
        &expect![[r#"
        Name:         default
        Labels:       kubernetes.io/metadata.name=default
        Annotations:  <none>
        Status:       Active

        No resource quota.

        No LimitRange resource.
    "#]],
    );
}
