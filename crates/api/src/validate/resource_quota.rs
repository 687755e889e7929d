use crate::at::At;
use crate::validate::resource_name::{QUOTA, is_containers, is_counted, name_form};
use crate::{Finding, Rule, quantity};

const NANO: i128 = 1_000_000_000;
const SCOPES: [&str; 7] = [
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "VolumeAttributesClass",
    "CrossNamespacePodAffinity",
];
const COMPUTE: [&str; 6] = [
    "cpu",
    "memory",
    "limits.cpu",
    "limits.memory",
    "requests.cpu",
    "requests.memory",
];

/// Models: pkg/apis/core/validation ValidateResourceQuotaSpec (v1.36).
pub fn create(quota: &At) -> Vec<Finding> {
    let spec = quota.field("spec");
    let mut errors = amounts(&spec.field("hard"));
    errors.extend(scopes(&spec));
    errors.extend(selector(&spec));
    errors
}

/// Models: ValidateResourceQuotaUpdate.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = create(new);
    let names = |quota: &At| {
        let mut names: Vec<String> = quota
            .field("spec")
            .field("scopes")
            .texts()
            .into_iter()
            .map(str::to_owned)
            .collect();
        base::Order::order(names.as_mut_slice());
        names.dedup();
        names
    };
    if names(new) != names(old) {
        let scopes = new.field("spec").field("scopes");
        errors.push(scopes.invalid((Rule::Immutable, "field is immutable")));
    }
    errors
}

/// Models: ValidateResourceQuotaStatusUpdate.
pub fn status(status: &At) -> Vec<Finding> {
    ["hard", "used"]
        .into_iter()
        .flat_map(|it| amounts(&status.field(it)))
        .collect()
}

/// Models: ValidateResourceQuotaResourceName, ValidateResourceQuantityValue.
fn amounts(list: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    for (name, amount) in list.entries() {
        let path = list.path.key(name);
        let forms = name_form(name).into_iter();
        errors.extend(forms.map(|it| Finding::invalid(path.clone(), name, it)));
        if !name.contains('/') && !is_standard(name) {
            errors.push(Finding::invalid(
                path.clone(),
                name,
                "must be a standard resource for quota",
            ));
        }
        let nanos = quantity::nanos(amount).unwrap_or_default();
        if nanos < 0 {
            let words = (Rule::NotNegative, "must be greater than or equal to 0");
            errors.push(Finding::invalid(path.clone(), amount, words));
        }
        if is_counted(name) && nanos % NANO != 0 {
            errors.push(Finding::invalid(path, amount, "must be an integer"));
        }
    }
    errors
}

/// Models: pkg/apis/core/helper IsStandardQuotaResourceName.
fn is_standard(name: &str) -> bool {
    is_containers(name) || name.starts_with("requests.hugepages-") || QUOTA.contains(&name) && name != "storage"
}

/// Models: IsResourceQuotaScopeValidForResource.
fn fits(scope: &str, resource: &str) -> bool {
    match scope {
        "BestEffort" => resource == "pods",
        "VolumeAttributesClass" => matches!(resource, "persistentvolumeclaims" | "requests.storage"),
        _ if SCOPES.contains(&scope) => resource == "pods" || COMPUTE.contains(&resource),
        _ => true,
    }
}

fn unfit(spec: &At, scope: &str) -> usize {
    let hard = spec.field("hard");
    hard.entries()
        .filter(|(name, _)| is_standard(name) && !fits(scope, name))
        .count()
}

fn conflicts(names: &[&str]) -> usize {
    let pairs = [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]];
    pairs
        .iter()
        .filter(|pair| pair.iter().all(|it| names.contains(it)))
        .count()
}

/// Models: validateResourceQuotaScopes.
fn scopes(spec: &At) -> Vec<Finding> {
    let scopes = spec.field("scopes");
    let names = scopes.texts();
    let mut words = Vec::new();
    for scope in &names {
        if !SCOPES.contains(scope) {
            words.push("unsupported scope");
        }
        words.extend(vec!["unsupported scope applied to resource"; unfit(spec, scope)]);
    }
    words.extend(vec!["conflicting scopes"; conflicts(&names)]);
    words.into_iter().map(|it| scopes.invalid(it)).collect()
}

/// Models: validateScopeSelector, validateScopedResourceSelectorRequirement, which name no index.
fn selector(spec: &At) -> Vec<Finding> {
    let selector = spec.field("scopeSelector");
    let list = selector.field("matchExpressions");
    let mut errors = Vec::new();
    for (index, item) in list.items().enumerate() {
        let before = errors.len();
        let rule = At {
            value: item.value,
            path: list.path.clone(),
        };
        let (scope, operator, values) = (rule.field("scopeName"), rule.field("operator"), rule.field("values"));
        if !SCOPES.contains(&scope.text()) {
            errors.push(scope.invalid("unsupported scope"));
        }
        for _ in 0..unfit(spec, scope.text()) {
            let words = "unsupported scope applied to resource";
            errors.push(Finding::invalid_struct(list.path.clone(), printed(&list), words));
        }
        let exists_only =
            !matches!(scope.text(), "PriorityClass" | "VolumeAttributesClass") && SCOPES.contains(&scope.text());
        if exists_only && operator.text() != "Exists" {
            errors.push(operator.invalid(
                "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
            ));
        }
        match operator.text() {
            "In" | "NotIn" if values.is_empty() => errors.push(values.required((
                Rule::OperatorValuesMissing,
                "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
            ))),
            "Exists" | "DoesNotExist" if !values.is_empty() => errors.push(values.invalid((
                Rule::OperatorValuesNotAllowed,
                "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
            ))),
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            _ => errors.push(operator.invalid("not a valid selector operator")),
        }
        let place = list.path.index(index);
        for finding in errors.iter_mut().skip(before) {
            finding.move_to(&(&list.path).into(), &(&place).into());
        }
    }
    let names: Vec<&str> = list.items().map(|it| it.field("scopeName").text()).collect();
    let scopes = || spec.field("scopes").value.clone();
    let conflict = || Finding::invalid(list.path.clone(), scopes(), "conflicting scopes");
    errors.extend((0..conflicts(&names)).map(|_| conflict()));
    errors
}

/// A selector as Go prints it: its fields as they are declared.
fn printed(list: &At) -> String {
    let rules = list.items().map(|rule| {
        let text = |field: &'static str| crate::go::quote(rule.field(field).text());
        let (scope, operator, values) = (text("scopeName"), text("operator"), rule.field("values"));
        let values = if values.is_set() {
            values.value.to_string()
        } else {
            "null".to_owned()
        };
        format!("{{\"ScopeName\":{scope},\"Operator\":{operator},\"Values\":{values}}}")
    });
    let rules: Vec<String> = rules.collect();
    format!("{{\"MatchExpressions\":[{}]}}", rules.join(","))
}
