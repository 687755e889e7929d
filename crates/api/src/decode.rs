use crate::schema::{self, Field, Omit, Struct, Type, bare};
use crate::{Detail, Finding, Kind, Map, Path, Rule, Segment, Value, base64, go, quantity, time};
use std::fmt;

/// Why the API server, or kubectl, cannot decode an object.
///
/// Displays the text after `… cannot be handled as a Service: `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// A value has the wrong type or cannot be parsed. Decoding reports only the first one.
    Mismatch(Box<Finding>),
    /// Fields that the kind does not have, in their order.
    Strict(Vec<Finding>),
}

impl DecodeError {
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Mismatch(finding) => std::slice::from_ref(finding),
            Self::Strict(findings) => findings,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch(finding) => finding.fmt(f),
            Self::Strict(findings) => {
                let list: Vec<String> = findings.iter().map(ToString::to_string).collect();
                write!(f, "strict decoding error: {}", list.join(", "))
            }
        }
    }
}

/// Decodes an object to the form that the API server stores. Unknown fields are errors; empty ones are omitted or
/// written as Go writes them.
///
/// Models: sigs.k8s.io/json UnmarshalStrict into the kind's struct and json.Marshal back (v1.36).
pub fn decode(kind: Kind, object: &Value) -> Result<Value, DecodeError> {
    if kind.is_custom() {
        let (decoded, unknown) = decode_custom(kind, object).map_err(DecodeError::Mismatch)?;
        return if unknown.is_empty() {
            Ok(decoded)
        } else {
            Err(DecodeError::Strict(unknown))
        };
    }
    let (form, api_version) = form(kind, object);
    let mut decoded = decode_as(form, object)?;
    if let Value::Object(fields) = &mut decoded {
        fields.insert("apiVersion".to_owned(), api_version.into());
        fields.insert("kind".to_owned(), kind.name().into());
    }
    Ok(decoded)
}

/// Like [`decode`], but drops unknown fields and returns a finding for each.
///
/// # Errors
///
/// If a value has another type than its field.
pub fn decode_known(kind: Kind, object: &Value) -> Result<(Value, Vec<Finding>), Box<Finding>> {
    if kind.is_custom() {
        return decode_custom(kind, object);
    }
    let (form, api_version) = form(kind, object);
    let (mut decoded, mismatch, unknown) = Decoder::run(form, object);
    if let Value::Object(fields) = &mut decoded {
        fields.insert("apiVersion".to_owned(), api_version.into());
        fields.insert("kind".to_owned(), kind.name().into());
    }
    mismatch.map_or(Ok((decoded, unknown)), Err)
}

/// The struct and version to decode an object as. Defaulting later converts an older version to the current one.
fn form(kind: Kind, object: &Value) -> (&'static str, &'static str) {
    match kind.older_version() {
        Some(older) if object.get("apiVersion").is_some_and(|it| it == older) => (kind.name(), older),
        _ => (kind.go_type(), kind.api_version()),
    }
}

/// Decodes the metadata of a custom object and keeps the rest as sent.
///
/// Its schema is another matter: see [`crate::structural`].
fn decode_custom(kind: Kind, object: &Value) -> Result<(Value, Vec<Finding>), Box<Finding>> {
    let sent = object.get("metadata").map(|it| ("metadata".to_owned(), it.clone()));
    let (mut decoded, mismatch, unknown) = Decoder::run(kind.go_type(), &Value::Object(Map::from_iter(sent)));
    if let (Value::Object(fields), Value::Object(sent)) = (&mut decoded, object) {
        let rest = sent.iter().filter(|(name, _)| *name != "metadata");
        fields.extend(rest.map(|(name, value)| (name.clone(), value.clone())));
        fields.insert("apiVersion".to_owned(), kind.api_version().into());
        fields.insert("kind".to_owned(), kind.name().into());
    }
    mismatch.map_or(Ok((decoded, unknown)), Err)
}

/// Decodes a value as any struct of the schema.
pub fn decode_as(name: &'static str, object: &Value) -> Result<Value, DecodeError> {
    let (decoded, mismatch, unknown) = Decoder::run(name, object);
    match mismatch {
        Some(mismatch) => Err(DecodeError::Mismatch(mismatch)),
        None if !unknown.is_empty() => Err(DecodeError::Strict(unknown)),
        None => Ok(decoded),
    }
}

/// Checks `metadata`, as kubectl does before it sends an object.
///
/// Models: cli-runtime/pkg/resource metadataValidatingDecoder (v1.36).
pub fn decode_metadata(object: &Value) -> Result<(), Box<Finding>> {
    let (_, mismatch, _) = Decoder::run("metadataOnlyObject", object);
    mismatch.map_or(Ok(()), Err)
}

/// Names of the fields that the schema has at a path, for suggestions. Empty if any name is allowed.
pub fn fields_at(kind: Kind, path: &Path) -> Vec<&'static str> {
    let start = Type::Struct(kind.go_type());
    let step = |ty: &Type, segment: &Segment| match (ty.target(), segment) {
        (Type::Struct(name), Segment::Field(field)) => Some(schema::lookup(name)?.field(field)?.ty.clone()),
        (Type::List(inner), Segment::Index(_)) | (Type::Map(inner), _) => Some((**inner).clone()),
        _ => None,
    };
    let found = path.segments().iter().try_fold(start, |ty, segment| step(&ty, segment));
    match found.as_ref().map(Type::target) {
        Some(Type::Struct(name)) => schema::lookup(name)
            .into_iter()
            .flat_map(Struct::fields)
            .map(|it| it.name)
            .collect(),
        _ => Vec::new(),
    }
}

/// The value that Go writes for a field that is not set.
pub fn zero(ty: &Type) -> Value {
    match ty {
        Type::String(_) => "".into(),
        Type::Int32 | Type::Int64 | Type::Float64 | Type::IntOrString => 0.into(),
        Type::Bool => false.into(),
        Type::Quantity => "0".into(),
        Type::Struct(name) => {
            let mut fields = Map::new();
            if let Some(shape) = schema::lookup(name) {
                fill(shape, &mut fields);
            }
            Value::Object(fields)
        }
        Type::Bytes | Type::Time | Type::MicroTime | Type::Any | Type::List(_) | Type::Map(_) | Type::Pointer(_) => {
            Value::Null
        }
    }
}

/// Adds the fields that Go writes even when unset, and removes those that it omits.
fn fill(shape: &Struct, fields: &mut Map<String, Value>) {
    for field in shape.fields() {
        match fields.get(field.name) {
            Some(value) if is_left_out(field, value) => {
                fields.remove(field.name);
            }
            None if is_written_when_absent(field) => {
                fields.insert(field.name.to_owned(), zero(&field.ty));
            }
            _ => {}
        }
    }
}

/// Whether Go writes the field when it is unset: true for structs that are not pointers and have no `omitzero`.
fn is_written_when_absent(field: &Field) -> bool {
    match field.omit {
        Omit::Never => true,
        Omit::Empty => is_struct(&field.ty),
        Omit::Zero => false,
    }
}

const fn is_struct(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Struct(_) | Type::Time | Type::MicroTime | Type::Quantity | Type::IntOrString
    )
}

fn is_left_out(field: &Field, value: &Value) -> bool {
    match (field.omit, &field.ty) {
        (Omit::Never, _) => false,
        (Omit::Empty, ty) if is_struct(ty) => false,
        (_, Type::List(_) | Type::Bytes) => value.as_array().is_none_or(Vec::is_empty) && !value.is_string(),
        (_, Type::Map(_)) => value.as_object().is_none_or(Map::is_empty),
        (_, ty) => *value == zero(ty),
    }
}

/// Walks a value and its type side by side. Keeps the path both as Go's errors print it and as ours.
struct Decoder<'a> {
    path: Vec<Step<'a>>,
    /// The struct that contains the last field entered, and the names of the fields on the way (Go's form of the path).
    owner: &'static str,
    names: Vec<&'static str>,
    mismatch: Option<Box<Finding>>,
    /// Whether the mismatch stopped the decoding; after most mismatches Go goes on.
    ended: bool,
    unknown: Vec<Finding>,
}

impl<'a> Decoder<'a> {
    fn run(name: &'static str, object: &'a Value) -> (Value, Option<Box<Finding>>, Vec<Finding>) {
        let mut walk = Self {
            path: Vec::new(),
            owner: "",
            names: Vec::new(),
            mismatch: None,
            ended: false,
            unknown: Vec::new(),
        };
        let decoded = walk.value(&Type::Struct(name), object);
        (decoded, walk.mismatch, walk.unknown)
    }

    fn value(&mut self, ty: &Type, value: &'a Value) -> Value {
        match (ty, value) {
            (Type::Any, value) => value.clone(),
            (ty, Value::Null) => zero(ty),
            (Type::Pointer(inner), value) => self.value(inner, value),
            (Type::Struct(name), Value::Object(fields)) => self.fields(name, fields),
            (Type::List(item), Value::Array(values)) => self.list(item, values),
            (Type::Map(inner), Value::Object(entries)) => self.map(inner, entries),
            (Type::String(_) | Type::IntOrString, Value::String(_))
            | (Type::Bool, Value::Bool(_))
            | (Type::Float64, Value::Number(_)) => value.clone(),
            (Type::Bytes, Value::String(text)) => match base64::decode(text) {
                Ok(bytes) => base64::encode(&bytes).into(),
                Err(at) => self.refuse(ty, format!("illegal base64 data at input byte {at}")),
            },
            (Type::IntOrString, value) => self.by_its_own(|it| it.value(&Type::Int32, value)),
            (Type::Int32, Value::Number(number)) => match number.as_i64().filter(|it| i32::try_from(*it).is_ok()) {
                Some(number) => number.into(),
                None => self.whole(ty, number),
            },
            (Type::Int64, Value::Number(number)) => match number.as_i64() {
                Some(number) => number.into(),
                None => self.whole(ty, number),
            },
            (Type::Quantity, value) => match quantity::canonical(value) {
                Ok(text) => text.into(),
                Err(detail) => self.by_its_own(|it| it.refuse(ty, detail)),
            },
            (Type::Time | Type::MicroTime, Value::String(text)) => match time::parse(text, *ty == Type::MicroTime) {
                Ok(text) => text.into(),
                Err(message) => self.by_its_own(|it| it.refuse(ty, (Rule::TimeForm, message))),
            },
            (Type::Time | Type::MicroTime, value) => {
                self.by_its_own(|it| it.unmarshal(&Type::String(None), go::json_type(value)))
            }
            (ty, value) => self.unmarshal(ty, go::json_type(value)),
        }
    }

    /// Runs a decoder that is a method of the Go type: its error stops the decoding, other mismatches do not.
    fn by_its_own(&mut self, read: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.ended {
            return Value::Null;
        }
        let noted = self.mismatch.take();
        let value = read(self);
        self.ended = self.mismatch.is_some();
        self.mismatch = self.mismatch.take().or(noted);
        value
    }

    /// Reads a number that is not a plain integer of the type: `1e3` is accepted, a fraction or a larger number is not.
    fn whole(&mut self, ty: &Type, number: &serde_json::Number) -> Value {
        let text = go::number(number);
        match text.parse::<i64>() {
            Ok(whole) if *ty == Type::Int64 || i32::try_from(whole).is_ok() => whole.into(),
            _ => self.unmarshal(ty, &format!("number {text}")),
        }
    }

    fn fields(&mut self, name: &'static str, values: &'a Map<String, Value>) -> Value {
        let mut fields = Map::new();
        let Some(shape) = schema::lookup(name) else {
            return Value::Null;
        };
        for (key, value) in values {
            match shape.field(key) {
                Some(field) => {
                    let decoded = self.field(name, field, value);
                    fields.insert(field.name.to_owned(), decoded);
                }
                None => self.unknown(key),
            }
        }
        fill(shape, &mut fields);
        Value::Object(fields)
    }

    fn field(&mut self, owner: &'static str, field: &'static Field, value: &'a Value) -> Value {
        let (outer, depth) = (self.owner, self.names.len());
        self.owner = owner;
        self.names.extend(field.embedded);
        self.names.push(field.name);
        let decoded = self.below(Step::Field(field.name), &field.ty, value);
        self.owner = outer;
        self.names.truncate(depth);
        decoded
    }

    fn list(&mut self, item: &Type, values: &'a [Value]) -> Value {
        let decoded = values.iter().enumerate();
        decoded
            .map(|(index, value)| self.below(Step::Index(index), item, value))
            .collect()
    }

    fn map(&mut self, inner: &Type, entries: &'a Map<String, Value>) -> Value {
        let decoded = entries.iter();
        let entry = |(key, value): (&'a String, &'a Value)| (key.clone(), self.below(Step::Key(key), inner, value));
        Value::Object(decoded.map(entry).collect())
    }

    fn below(&mut self, step: Step<'a>, ty: &Type, value: &'a Value) -> Value {
        self.path.push(step);
        let decoded = self.value(ty, value);
        self.path.pop();
        decoded
    }

    fn place(&self) -> Path {
        self.path.iter().map(Step::segment).collect()
    }

    /// Records an unknown field; at most a hundred, as the server does.
    fn unknown(&mut self, key: &str) {
        if self.unknown.len() < 100 {
            let path = self.place().field(key);
            // Here keys of maps are named as fields are.
            let shown: Path = { path.segments().iter() }.map(as_field).collect();
            self.unknown.push(Finding::unknown_field(shown).placed(path));
        }
    }

    fn unmarshal(&mut self, ty: &Type, found: &str) -> Value {
        let message = if self.names.is_empty() {
            format!("json: cannot unmarshal {found} into Go value of type {ty}")
        } else {
            let (owner, field) = (bare(self.owner), self.names.join("."));
            format!("json: cannot unmarshal {found} into Go struct field {owner}.{field} of type {ty}")
        };
        self.refuse(ty, (mismatch(ty, found), message))
    }

    fn refuse(&mut self, ty: &Type, detail: impl Into<Detail>) -> Value {
        if self.mismatch.is_none() {
            self.mismatch = Some(Box::new(Finding::message(self.place(), detail)));
        }
        zero(ty)
    }
}

fn as_field(segment: &Segment) -> Segment {
    match segment {
        Segment::Key(name) => Segment::Field(name.clone()),
        other => other.clone(),
    }
}

/// The rule for a value of the wrong type. `found` begins with the JSON type of the value.
fn mismatch(ty: &Type, found: &str) -> Rule {
    let found = found.split(' ').next().unwrap_or_default();
    match (ty, found) {
        (Type::List(_), _) => Rule::ListWanted,
        (Type::Map(_), _) => Rule::MapWanted,
        (Type::Bool, _) => Rule::BooleanWanted,
        (Type::String(Some(name)), "number") if !["UID", "NodeName"].contains(name) => Rule::WordWanted,
        (Type::String(_), "bool") => Rule::TextNotBoolean,
        (Type::String(_), "number") => Rule::TextNotNumber,
        (Type::Int32 | Type::Int64, "string") => Rule::NumberNotText,
        (Type::Int32 | Type::Int64, "number") => Rule::NumberNotWhole,
        (Type::Int32 | Type::Int64, "bool") => Rule::NumberNotBoolean,
        (Type::Struct(_), "string") => Rule::FieldsWanted,
        (_, "array") => Rule::NoListWanted,
        (_, "object") => Rule::NoFieldsWanted,
        _ => Rule::WrongType,
    }
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Field(&'static str),
    Key(&'a str),
    Index(usize),
}

impl Step<'_> {
    fn segment(&self) -> Segment {
        match *self {
            Self::Field(name) => Segment::Field(name.to_owned()),
            Self::Key(name) => Segment::Key(name.to_owned()),
            Self::Index(index) => Segment::Index(index),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use serde_json::json;

    fn check(kind: Kind, object: &Value, expected: &Expect) {
        let said = match decode(kind, object) {
            Ok(value) => value.to_string(),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&said);
    }

    fn service(spec: &Value) -> Value {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": spec})
    }

    #[test]
    fn types_are_told_in_go_words() {
        check(
            Kind::Service,
            &service(&json!({"ports": [{"port": "80"}]})),
            &expect!["json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32"],
        );
        check(
            Kind::Service,
            &service(&json!({"ports": [{"port": 80.5}]})),
            &expect![
                "json: cannot unmarshal number 80.5 into Go struct field ServicePort.spec.ports.port of type int32"
            ],
        );
        check(
            Kind::Service,
            &service(&json!({"ports": 80})),
            &expect![
                "json: cannot unmarshal number into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort"
            ],
        );
        check(
            Kind::Service,
            &service(&json!({"ports": [{"protocol": 6}]})),
            &expect![
                "json: cannot unmarshal number into Go struct field ServicePort.spec.ports.protocol of type v1.Protocol"
            ],
        );
        check(
            Kind::Service,
            &service(&json!({"ports": [{"targetPort": true}]})),
            &expect![
                "json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32"
            ],
        );
        check(
            Kind::Service,
            &service(&json!({"selector": {"app": true}})),
            &expect!["json: cannot unmarshal bool into Go struct field ServiceSpec.spec.selector of type string"],
        );
        check(
            Kind::Service,
            &service(&json!({"selector": []})),
            &expect![
                "json: cannot unmarshal array into Go struct field ServiceSpec.spec.selector of type map[string]string"
            ],
        );
        check(
            Kind::Service,
            &service(&json!([])),
            &expect!["json: cannot unmarshal array into Go struct field Service.spec of type v1.ServiceSpec"],
        );
        check(
            Kind::Pod,
            &json!({"spec": {"volumes": [{"emptyDir": 1}]}}),
            &expect![
                "json: cannot unmarshal number into Go struct field Volume.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDirVolumeSource"
            ],
        );
    }

    #[test]
    fn unknown_fields_are_all_told() {
        check(
            Kind::Service,
            &service(&json!({"foo": 1, "ports": [{"port": 80, "bar": {"baz": 1}}]})),
            &expect![[r#"strict decoding error: unknown field "spec.foo", unknown field "spec.ports[0].bar""#]],
        );
        check(
            Kind::Deployment,
            &json!({"spec": {"template": {"spec": {"containers": [{"prots": []}]}}}}),
            &expect![[r#"strict decoding error: unknown field "spec.template.spec.containers[0].prots""#]],
        );
    }

    #[test]
    fn a_wrong_type_hides_unknown_fields() {
        check(
            Kind::Service,
            &service(&json!({"foo": 1, "type": 1})),
            &expect!["json: cannot unmarshal number into Go struct field ServiceSpec.spec.type of type v1.ServiceType"],
        );
    }

    #[test]
    fn what_reads_itself_ends_the_decoding() {
        let port = json!({"name": 1, "port": "80", "targetPort": 80.5});
        check(
            Kind::Service,
            &service(&json!({"clusterIP": 1, "ports": [port, {"targetPort": true}]})),
            &expect![
                "json: cannot unmarshal number 80.5 into Go struct field ServicePort.spec.ports.targetPort of type int32"
            ],
        );
        check(
            Kind::Pod,
            &json!({"spec": {"containers": [{"name": 1, "resources": {"limits": {"cpu": "1x", "memory": "64mi"}}}]}}),
            &expect!["quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
        );
    }

    #[test]
    fn what_is_kept_is_what_go_writes() {
        check(
            Kind::Service,
            &service(&json!({"ports": [{"port": 80.0, "name": "", "nodePort": null}], "selector": {}, "type": null})),
            &expect![[
                r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"port":80,"targetPort":0}]},"status":{"loadBalancer":{}}}"#
            ]],
        );
        check(
            Kind::Deployment,
            &json!({"spec": {"replicas": 0}}),
            &expect![[
                r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{},"spec":{"replicas":0,"selector":null,"strategy":{},"template":{"metadata":{},"spec":{"containers":null}}},"status":{}}"#
            ]],
        );
    }

    #[test]
    fn the_fields_of_a_place_are_known() {
        let ports = Path::root().field("spec").field("ports").index(0);
        assert!(fields_at(Kind::Service, &ports).contains(&"targetPort"));
        assert_eq!(
            fields_at(Kind::Service, &Path::root().field("spec").field("selector")),
            Vec::<&str>::new()
        );
    }

    #[test]
    fn kubectl_itself_reads_the_metadata() {
        let error = decode_metadata(&json!({"metadata": "name:back-end"})).unwrap_err();
        assert_eq!(
            error.to_string(),
            "json: cannot unmarshal string into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta"
        );
        let error = decode_metadata(&json!({"metadata": {"labels": {"a": 1}}, "spec": []})).unwrap_err();
        assert_eq!(
            error.to_string(),
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string"
        );
    }
}
