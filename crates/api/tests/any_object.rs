//! Whatever is sent, the API answers.

use api::{
    Kind, Value, decode, default, drop_disabled, read_manifest, schema, validate_create, validate_update,
    warnings_on_create, warnings_on_update,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

/// Names of fields that exist somewhere, and a few that don't.
fn names() -> Vec<&'static str> {
    let structs = [
        "ObjectMeta",
        "ServiceSpec",
        "ServicePort",
        "PodSpec",
        "Container",
        "DeploymentSpec",
        "PodTemplateSpec",
    ];
    let known = structs
        .into_iter()
        .filter_map(schema::lookup)
        .flat_map(schema::Struct::fields)
        .map(|field| field.name);
    known.chain(["nope", "", "a b", "matchLabels"]).collect()
}

fn leaf() -> impl Strategy<Value = Value> {
    let words = [
        "",
        "a",
        "None",
        "LoadBalancer",
        "ExternalName",
        "ClientIP",
        "Local",
        "10.0.0.1",
        "::1",
        "25%",
        "é\n",
    ];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        select(vec![-1_i64, 0, 1, 80, 65_536, i64::MAX]).prop_map(Value::from),
        Just(json!(0.5)),
        select(words.to_vec()).prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(select(names()), inner, 0..5).prop_map(|fields| fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

/// A value of the type now and then, so that more objects get past decoding.
fn fitting(ty: &schema::Type, depth: u32) -> BoxedStrategy<Value> {
    use schema::Type;
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Type::Int32 | Type::Int64 | Type::Float64 => select(vec![-1, 0, 1, 80, 70_000]).prop_map(Value::from).boxed(),
        Type::IntOrString => prop_oneof![Just(json!(80)), Just(json!("http")), Just(json!("25%"))].boxed(),
        Type::Quantity => select(vec!["1", "-1", "64Mi", "0.5"]).prop_map(Value::from).boxed(),
        Type::Time | Type::MicroTime => Just(json!("2026-01-01T00:00:00.000000Z")).boxed(),
        Type::String(_) | Type::Bytes => select(vec![
            "",
            "a",
            "A_",
            "None",
            "NodePort",
            "LoadBalancer",
            "Local",
            "10.0.0.1",
            "::ffff:1.2.3.4",
        ])
        .prop_map(Value::from)
        .boxed(),
        Type::Any => Just(json!({})).boxed(),
        Type::Pointer(inner) => fitting(inner, depth),
        Type::List(inner) => prop::collection::vec(fitting(inner, depth), 0..3)
            .prop_map(Value::from)
            .boxed(),
        Type::Map(inner) => prop::collection::btree_map("[a-z]", fitting(inner, depth), 0..3)
            .prop_map(|fields| fields.into_iter().collect())
            .boxed(),
        Type::Struct(_) if depth == 0 => Just(json!({})).boxed(),
        Type::Struct(name) => {
            let fields: Vec<_> = schema::lookup(name)
                .into_iter()
                .flat_map(schema::Struct::fields)
                .collect();
            if fields.is_empty() {
                return Just(json!({})).boxed();
            }
            prop::collection::vec(select(fields), 0..6)
                .prop_flat_map(move |fields| {
                    let each = fields
                        .into_iter()
                        .map(|field| (Just(field.name.to_owned()), fitting(&field.ty, depth - 1)));
                    each.collect::<Vec<_>>()
                })
                .prop_map(|fields| fields.into_iter().collect())
                .boxed()
        }
    }
}

fn admit(kind: Kind, object: &Value) -> Option<Value> {
    let mut kept = decode(kind, object).ok()?;
    default(kind, &mut kept);
    drop_disabled(kind, &mut kept);
    let said: Vec<String> = validate_create(kind, &kept).iter().map(ToString::to_string).collect();
    assert!(said.iter().all(|it| it.contains(": ")), "{said:?}");
    let _ = warnings_on_create(kind, &kept);
    Some(kept)
}

proptest! {
    #[test]
    fn any_value_is_answered(value in value(), kind in select(Kind::ALL.to_vec())) {
        let _ = read_manifest(&value);
        admit(kind, &value);
    }

    #[test]
    fn what_fits_is_kept_and_keeping_it_again_changes_nothing(
        (kind, one, other) in select(Kind::ALL.to_vec()).prop_flat_map(|kind| {
            let ty = schema::Type::Struct(kind.go_type());
            (Just(kind), fitting(&ty, 6), fitting(&ty, 6))
        }),
    ) {
        if let (Some(one), Some(other)) = (admit(kind, &one), admit(kind, &other)) {
            let _ = validate_update(kind, &one, &other);
            let _ = warnings_on_update(kind, &one, &other);
            let again = decode(kind, &one).ok();
            prop_assert_eq!(again.as_ref(), Some(&one));
            let mut defaulted = one.clone();
            default(kind, &mut defaulted);
            prop_assert_eq!(defaulted, one);
        }
    }
}

#[test]
fn a_port_of_the_node_that_is_zero_is_left_out() {
    let pod = json!({"spec": {"hostNetwork": true, "containers": [{"ports": [{}]}]}});
    let kept = admit(Kind::Pod, &pod);
    assert_eq!(kept.as_ref().and_then(|pod| decode(Kind::Pod, pod).ok()), kept);
}
