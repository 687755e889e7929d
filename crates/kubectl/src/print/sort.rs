//! `--sort-by`.

use super::custom_columns::relaxed;
use super::jsonpath::JsonPath;
use api::Value;

/// Up to this length Go's sort.Sort is an insertion sort, which keeps the order of equals.
const INSERTION_SORT: usize = 12;

/// Sorts objects by the value at a path; the error follows kubectl's `error: `.
///
/// Models: kubectl/pkg/cmd/get/sorter.go (v1.36).
/// Differs: of more than twelve objects, equals keep their order.
pub(crate) fn sort_by<T: Clone>(path: &str, objects: &mut Vec<T>, value: fn(&T) -> &Value) -> Result<(), String> {
    let path = relaxed(path).unwrap_or_else(|_| path.to_owned());
    let parsed = JsonPath::parse(&path).map_err(|error| format!("sorting error: {error}"))?;
    let mut keyed = Vec::new();
    for object in objects.iter() {
        let found = parsed.find(value(object), true)?;
        let first = found.first().and_then(|found| found.first());
        keyed.push((first.map(|item| item.to_value()), object.clone()));
    }
    if !keyed.is_empty() && keyed.iter().all(|(key, _)| key.is_none()) {
        let path = api::go::quote(&path);
        return Err(format!(
            "couldn't find any field with path {path} in the list of objects"
        ));
    }
    sort(&mut keyed)?;
    *objects = keyed.into_iter().map(|(_, object)| object).collect();
    Ok(())
}

type Keyed<T> = (Option<Value>, T);

/// As Go sorts: two objects without a key swap, because each counts as less.
fn sort<T>(keyed: &mut Vec<Keyed<T>>) -> Result<(), String> {
    if keyed.len() > INSERTION_SORT {
        return merge_sort(keyed);
    }
    for end in 1..keyed.len() {
        let mut at = end;
        while at > 0 && is_less(key(keyed, at), key(keyed, at - 1))? {
            keyed.swap(at, at - 1);
            at -= 1;
        }
    }
    Ok(())
}

fn key<T>(keyed: &[Keyed<T>], at: usize) -> Option<&Value> {
    keyed.get(at)?.0.as_ref()
}

fn merge_sort<T>(keyed: &mut Vec<Keyed<T>>) -> Result<(), String> {
    if keyed.len() < 2 {
        return Ok(());
    }
    let mut right = keyed.split_off(keyed.len() / 2);
    merge_sort(keyed)?;
    merge_sort(&mut right)?;
    let left = std::mem::take(keyed);
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
        let takes_second = second.0 != first.0 && is_less(second.0.as_ref(), first.0.as_ref())?;
        keyed.extend(if takes_second { right.next() } else { left.next() });
    }
    keyed.extend(left);
    keyed.extend(right);
    Ok(())
}

fn is_less(left: Option<&Value>, right: Option<&Value>) -> Result<bool, String> {
    let (Some(left), Some(right)) = (left, right) else {
        return Ok(left.is_none());
    };
    match (left, right) {
        (Value::Null, _) => Ok(!right.is_null()),
        (_, Value::Null) => Ok(false),
        (Value::String(left), Value::String(right)) => {
            Ok(match (api::quantity::nanos(left), api::quantity::nanos(right)) {
                (Some(left), Some(right)) => left < right,
                _ => left < right,
            })
        }
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Ok(left < right),
            (None, None) => Ok(left.as_f64() < right.as_f64()),
            _ => Err("unsortable interface: interface".to_owned()),
        },
        (Value::Bool(_) | Value::Array(_) | Value::Object(_), _) => {
            Err(format!("unsortable type: {}", api::go::type_name(left)))
        }
        _ => Err("unsortable interface: interface".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::sort_by;
    use api::Value;
    use serde_json::json;

    fn sorted(path: &str, specs: &[(&str, Value)]) -> Result<String, String> {
        let object = |(name, spec): &(&str, Value)| json!({"metadata": {"name": name}, "spec": spec});
        let mut objects: Vec<_> = specs.iter().map(object).collect();
        sort_by(path, &mut objects, |object| object)?;
        Ok(objects
            .iter()
            .filter_map(|object| object["metadata"]["name"].as_str())
            .collect::<Vec<_>>()
            .join(" "))
    }

    #[test]
    fn numbers_quantities_and_texts_are_in_their_own_order() {
        let ports = [
            ("b", json!({"port": 443})),
            ("a", json!({"port": 8080})),
            ("c", json!({"port": 80})),
        ];
        assert_eq!(sorted(".spec.port", &ports).as_deref(), Ok("c b a"));
        assert_eq!(sorted("{metadata.name}", &ports).as_deref(), Ok("a b c"));
        let memory = [("a", json!({"memory": "1Gi"})), ("b", json!({"memory": "200Mi"}))];
        assert_eq!(sorted("spec.memory", &memory).as_deref(), Ok("b a"));
    }

    #[test]
    fn what_has_no_such_field_comes_first_and_backwards() {
        let some = [("a", json!({})), ("b", json!({"port": 1})), ("c", json!({}))];
        assert_eq!(sorted(".spec.port", &some).as_deref(), Ok("c a b"));
    }

    #[test]
    fn a_field_nobody_has_is_an_error() {
        let error = sorted(".spec.prt", &[("a", json!({}))]);
        assert_eq!(
            error.as_deref().map_err(String::as_str),
            Err("couldn't find any field with path \"{.spec.prt}\" in the list of objects")
        );
    }
}
