//! Types of all API structs: the basis of strict decoding, printing order, patches and `explain`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

/// A Go type in the API's structs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text, with the name of its Go type if it has one of its own (`Protocol`).
    String(Option<&'static str>),
    Int32,
    Int64,
    Float64,
    Bool,
    /// `[]byte`, base64 in JSON.
    Bytes,
    /// Time in RFC 3339, to the second.
    Time,
    /// Time in RFC 3339, to the microsecond.
    MicroTime,
    /// A quantity such as `100m` or `8Gi`.
    Quantity,
    IntOrString,
    /// Any JSON, kept unchanged.
    Any,
    /// A struct, by its name in the table.
    Struct(&'static str),
    List(Box<Type>),
    /// A map with text keys.
    Map(Box<Type>),
    /// A value for which absent and zero are different.
    Pointer(Box<Type>),
}

/// When Go omits a field (`omitempty`, `omitzero`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Omit {
    Never,
    /// Omitted if false, 0, empty text, an empty list or map, or nil.
    Empty,
    /// Omitted also if it is a struct of zero values.
    Zero,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name in JSON.
    pub name: &'static str,
    pub ty: Type,
    pub omit: Omit,
    /// Strategic merge patch: whether lists are merged by key instead of replaced.
    pub merge: bool,
    /// Strategic merge patch: whether keys that the patch does not name are dropped.
    pub retain_keys: bool,
    /// Strategic merge patch: the field that identifies items of a merged list; `None` for lists of plain values.
    pub merge_key: Option<&'static str>,
    /// The embedded struct that declares it (`VolumeSource`); Go's decoding errors name it.
    pub embedded: Option<&'static str>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Struct {
    fields: BTreeMap<&'static str, Field>,
    /// Field names in the order of Go's declaration. Fields of an embedded struct come where it is embedded.
    declared: Vec<&'static str>,
}

impl Struct {
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(name)
    }

    /// Names of all fields in the order of Go's declaration, which is the order Go writes them in.
    pub fn declared(&self) -> &[&'static str] {
        &self.declared
    }

    /// All fields, sorted by name.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.values()
    }
}

/// The struct with this name, such as `ServiceSpec`. A kind (`Service`) and its struct have the same name.
///
/// Events of the group events.k8s.io have structs of their own, `events.Event` and `events.EventSeries`.
pub fn lookup(name: &str) -> Option<&'static Struct> {
    table().lookup(name)
}

impl Type {
    /// The type without its pointer.
    #[must_use]
    pub fn target(&self) -> &Self {
        match self {
            Self::Pointer(inner) => inner.target(),
            other => other,
        }
    }

    /// The struct that this type is, points to, or is a list of.
    pub fn fields(&self) -> Option<&'static Struct> {
        match self {
            Self::Struct(name) => lookup(name),
            Self::List(inner) | Self::Pointer(inner) => inner.fields(),
            _ => None,
        }
    }
}

/// The name that Go's reflection prints: `[]v1.ServicePort`, `map[string]string`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(None) => f.write_str("string"),
            Self::String(Some(name @ ("UID" | "NodeName"))) => write!(f, "types.{name}"),
            Self::String(Some(name)) | Self::Struct(name) => write!(f, "{}.{}", version(name), bare(name)),
            Self::Int32 => f.write_str("int32"),
            Self::Int64 => f.write_str("int64"),
            Self::Float64 => f.write_str("float64"),
            Self::Bool => f.write_str("bool"),
            Self::Bytes => f.write_str("[]uint8"),
            Self::Time => f.write_str("v1.Time"),
            Self::MicroTime => f.write_str("v1.MicroTime"),
            Self::Quantity => f.write_str("resource.Quantity"),
            Self::IntOrString => f.write_str("intstr.IntOrString"),
            Self::Any => f.write_str("v1.FieldsV1"),
            Self::List(item) => write!(f, "[]{item}"),
            Self::Map(value) if **value == Self::Quantity => f.write_str("v1.ResourceList"),
            Self::Map(value) => write!(f, "map[string]{value}"),
            Self::Pointer(inner) => write!(f, "*{inner}"),
        }
    }
}

/// A struct's name as Go prints it, without the prefix that keeps names unique here (`events.Event`).
pub fn bare(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The package that Go prints before a type: the version of its API group.
fn version(name: &str) -> &'static str {
    if name.starts_with("v2.") { "v2" } else { "v1" }
}

/// The table's text. Structs are parsed on first use, because a page needs few of them.
struct Table {
    /// Named types that are not structs, such as `Protocol`, with their underlying type.
    named: BTreeMap<&'static str, &'static str>,
    structs: BTreeMap<&'static str, Entry>,
}

#[derive(Default)]
struct Entry {
    lines: Vec<&'static str>,
    read: OnceLock<Struct>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::of(include_str!("schema.txt")))
}

impl Table {
    fn of(text: &'static str) -> Self {
        let mut table = Self {
            named: BTreeMap::new(),
            structs: BTreeMap::new(),
        };
        let mut open = Entry::default();
        let mut name = "";
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(field) = line.strip_prefix("  ") {
                open.lines.push(field);
            } else if let Some((alias, ty)) = line.split_once(" = ") {
                table.named.insert(alias, ty);
            } else {
                table.structs.insert(name, std::mem::take(&mut open));
                name = line;
            }
        }
        table.structs.insert(name, open);
        table
    }

    fn lookup(&self, name: &str) -> Option<&Struct> {
        let entry = self.structs.get(name)?;
        Some(entry.read.get_or_init(|| self.read(&entry.lines)))
    }

    fn read(&self, lines: &[&'static str]) -> Struct {
        let mut found = Struct::default();
        for line in lines {
            let Some(inner) = line.strip_prefix("... ") else {
                if let Some(field) = field(line, &self.named) {
                    found.declared.push(field.name);
                    found.fields.insert(field.name, field);
                }
                continue;
            };
            let taken_in = self.lookup(inner).cloned().unwrap_or_default();
            found.declared.extend(taken_in.declared);
            for (name, field) in taken_in.fields {
                let embedded = Some(inner);
                found.fields.insert(name, Field { embedded, ..field });
            }
        }
        found
    }
}

fn field(line: &'static str, named: &BTreeMap<&'static str, &'static str>) -> Option<Field> {
    let mut words = line.split(' ');
    let name = words.next()?;
    let ty = ty(words.next()?, named);
    let (name, omit) = match (name.strip_suffix('?'), name.strip_suffix('!')) {
        (Some(name), _) => (name, Omit::Empty),
        (_, Some(name)) => (name, Omit::Zero),
        _ => (name, Omit::Never),
    };
    let mut field = Field {
        name,
        ty,
        omit,
        merge: false,
        retain_keys: false,
        merge_key: None,
        embedded: None,
    };
    for word in words {
        if let Some(key) = word.strip_prefix("key=") {
            field.merge_key = Some(key);
        } else {
            field.merge = word.split(',').any(|strategy| strategy == "merge");
            field.retain_keys = word.split(',').any(|strategy| strategy == "retainKeys");
        }
    }
    Some(field)
}

fn ty(text: &'static str, named: &BTreeMap<&'static str, &'static str>) -> Type {
    if let Some(inner) = text.strip_prefix('*') {
        return Type::Pointer(Box::new(ty(inner, named)));
    }
    if text == "[]byte" {
        return Type::Bytes;
    }
    if let Some(inner) = text.strip_prefix("[]") {
        return Type::List(Box::new(ty(inner, named)));
    }
    if let Some((_, value)) = text.strip_prefix("map[").and_then(|rest| rest.split_once(']')) {
        return Type::Map(Box::new(ty(value, named)));
    }
    match text {
        "string" => Type::String(None),
        "int32" => Type::Int32,
        "int64" => Type::Int64,
        "float64" => Type::Float64,
        "bool" => Type::Bool,
        "Time" => Type::Time,
        "MicroTime" => Type::MicroTime,
        "Quantity" => Type::Quantity,
        "IntOrString" => Type::IntOrString,
        "FieldsV1" | "RawExtension" => Type::Any,
        "UID" | "NodeName" => Type::String(Some(text)),
        _ => match named.get(text) {
            Some(&"string") => Type::String(Some(text)),
            Some(other) => ty(other, named),
            None => Type::Struct(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn structs_of(ty: &Type) -> Option<&'static str> {
        match ty {
            Type::Struct(name) => Some(name),
            Type::List(inner) | Type::Map(inner) | Type::Pointer(inner) => structs_of(inner),
            _ => None,
        }
    }

    #[test]
    fn every_type_that_is_spoken_of_is_in_the_table() {
        let names = table()
            .structs
            .keys()
            .filter_map(|name| lookup(name))
            .flat_map(Struct::fields)
            .filter_map(|field| structs_of(&field.ty));
        let missing: Vec<_> = names.filter(|name| lookup(name).is_none()).collect();
        assert_eq!(missing, Vec::<&str>::new());
        for kind in crate::Kind::ALL {
            assert!(lookup(kind.go_type()).is_some(), "{kind:?}");
        }
    }

    #[test]
    fn fields_are_declared_in_gos_order() {
        let of = |name| lookup(name).map(|found| found.declared().to_vec()).unwrap_or_default();
        assert_eq!(of("Service"), ["kind", "apiVersion", "metadata", "spec", "status"]);
        assert_eq!(of("Volume")[..3], ["name", "hostPath", "emptyDir"]);
    }

    #[test]
    fn a_list_knows_its_merge_key() {
        let ports = lookup("ServiceSpec").and_then(|spec| spec.field("ports")).unwrap();
        assert_eq!(
            (ports.merge, ports.merge_key, ports.ty.to_string()),
            (true, Some("port"), "[]v1.ServicePort".to_owned())
        );
    }
}
