//! Objects by the schema, with what does not fit now and then: decoding, defaults, validation, warnings, and a session with them.

use crate::Choices;
use api::{
    Kind, Value, decode, default, drop_disabled, read_manifest, schema, validate_create, validate_update,
    warnings_on_create, warnings_on_update,
};
use playground::{Scenario, Session};
use serde_json::{Map, json};

pub fn run(input: &[u8]) {
    let mut choices = Choices::new(input);
    let kind = Kind::ALL[usize::from(u16::from_le_bytes([choices.byte(), choices.byte()])) % Kind::ALL.len()];
    let ty = schema::Type::Struct(kind.go_type());
    let mut one = value(&mut choices, &ty, 7);
    let mut other = value(&mut choices, &ty, 7);
    for object in [&mut one, &mut other] {
        named(kind, object, &mut choices);
        let _ = read_manifest(object);
    }
    if let (Some(one), Some(other)) = (admitted(kind, &one), admitted(kind, &other)) {
        let _ = (
            validate_update(kind, &one, &other),
            warnings_on_update(kind, &one, &other),
        );
    }
    let text = format!("{one}\n---\n{other}\n");
    let session = Session::new(Scenario {
        text: text.clone(),
        ..Scenario::default()
    });
    for diagnostic in session.diagnostics() {
        assert!(text.get(diagnostic.range.clone()).is_some(), "{diagnostic:?}");
        assert!(!diagnostic.message.is_empty());
        for fix in &diagnostic.fixes {
            assert!(text.get(fix.range.clone()).is_some(), "{fix:?}");
        }
    }
}

fn admitted(kind: Kind, object: &Value) -> Option<Value> {
    let mut kept = decode(kind, object).ok()?;
    default(kind, &mut kept);
    drop_disabled(kind, &mut kept);
    for finding in validate_create(kind, &kept) {
        assert!(finding.to_string().contains(": "), "{finding}");
    }
    let _ = warnings_on_create(kind, &kept);
    let again = decode(kind, &kept).map_err(|_| ());
    assert_eq!(again.as_ref(), Ok(&kept), "decoding what is kept changes nothing");
    let mut defaulted = kept.clone();
    default(kind, &mut defaulted);
    assert_eq!(defaulted, kept, "defaults are set once");
    Some(kept)
}

/// Without kind and name nothing gets far.
fn named(kind: Kind, object: &mut Value, choices: &mut Choices<'_>) {
    if choices.one_in(16) {
        return;
    }
    if let Some(fields) = object.as_object_mut() {
        fields.insert("apiVersion".into(), kind.api_version().into());
        fields.insert("kind".into(), kind.name().into());
        let metadata = fields.entry("metadata").or_insert_with(|| json!({}));
        if let Some(metadata) = metadata.as_object_mut() {
            metadata.insert("name".into(), choices.of(&["a", "b", "a.b", "A_"]).into());
        }
    }
}

const WORDS: [&str; 24] = [
    "",
    "a",
    "b",
    "A_",
    "None",
    "NodePort",
    "LoadBalancer",
    "ExternalName",
    "Local",
    "ClientIP",
    "10.0.0.1",
    "10.96.0.20",
    "::1",
    "fd00::/64",
    "25%",
    "http",
    "Always",
    "TCP",
    "UDP",
    "Exists",
    "In",
    "RollingUpdate",
    "1h",
    "é\n",
];

fn any(choices: &mut Choices<'_>, depth: usize) -> Value {
    match choices.below(if depth == 0 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => choices.one_in(2).into(),
        2 => json!(choices.of(&[-1_i64, 0, 1, 80, 65_536, i64::MAX, i64::MIN])),
        3 => json!(choices.of(&[0.5, -1.5, 1e300])),
        4 | 5 => choices.of(&WORDS).into(),
        6 => (0..choices.below(3)).map(|_| any(choices, depth - 1)).collect(),
        _ => (0..choices.below(3))
            .map(|_| (choices.of(&WORDS).to_owned(), any(choices, depth - 1)))
            .collect(),
    }
}

fn value(choices: &mut Choices<'_>, ty: &schema::Type, depth: usize) -> Value {
    use schema::Type;
    if choices.one_in(40) {
        return any(choices, 2);
    }
    match ty {
        Type::Bool => choices.one_in(2).into(),
        Type::Int32 | Type::Int64 | Type::Float64 => json!(choices.of(&[0_i64, 1, -1, 80, 30_080, 70_000, i64::MAX])),
        Type::IntOrString => choices
            .of(&[json!(80), json!("http"), json!("25%"), json!(-1)].each_ref())
            .clone(),
        Type::Quantity => choices
            .of(&["1", "-1", "64Mi", "0.5", "1e3", "9223372036854775807Ei", "x"])
            .into(),
        Type::Time | Type::MicroTime => choices
            .of(&["2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00Z", "now"])
            .into(),
        Type::String(_) | Type::Bytes => choices.of(&WORDS).into(),
        Type::Any => any(choices, 2),
        Type::Pointer(inner) => value(choices, inner, depth),
        Type::List(inner) => (0..choices.below(3)).map(|_| value(choices, inner, depth)).collect(),
        Type::Map(inner) => {
            let entry = |choices: &mut Choices<'_>| {
                (
                    choices.of(&["a", "app", "k8s.io/b", ""]).to_owned(),
                    value(choices, inner, depth),
                )
            };
            (0..choices.below(3)).map(|_| entry(choices)).collect()
        }
        Type::Struct(name) => fields(choices, name, depth),
    }
}

fn fields(choices: &mut Choices<'_>, name: &str, depth: usize) -> Value {
    let all: Vec<_> = schema::lookup(name)
        .into_iter()
        .flat_map(schema::Struct::fields)
        .collect();
    let mut object = Map::new();
    if depth == 0 || all.is_empty() {
        return object.into();
    }
    for _ in 0..choices.below(6) {
        if choices.is_over() {
            break;
        }
        let field = &all[choices.below(all.len())];
        let held = value(choices, &field.ty, depth - 1);
        object.insert(field.name.to_owned(), held);
    }
    object.into()
}
