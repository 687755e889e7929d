use crate::at::At;
use crate::{Finding, format, ip};

/// Models: pkg/apis/core/validation validatePodDNSConfig (v1.36).
pub fn dns(spec: &At) -> Vec<Finding> {
    const MAX_SERVERS: usize = 3;
    const MAX_SEARCHES: usize = 32;
    const MAX_SEARCH_CHARS: usize = 2048;
    let config = spec.field("dnsConfig");
    let (servers, searches) = (config.field("nameservers"), config.field("searches"));
    if spec.field("dnsPolicy").text() == "None" {
        if !config.is_set() {
            return vec![config.required("must provide `dnsConfig` when `dnsPolicy` is None")];
        }
        if servers.is_empty() {
            let words = "must provide at least one DNS nameserver when `dnsPolicy` is None";
            return vec![servers.required(words)];
        }
    }
    let mut errors = Vec::new();
    if servers.len() > MAX_SERVERS {
        errors.push(servers.invalid(format!("must not have more than {MAX_SERVERS} nameservers")));
    }
    errors.extend(servers.items().flat_map(|it| ip::validate(&it.path, it.text(), &[])));
    if searches.len() > MAX_SEARCHES {
        errors.push(searches.invalid(format!("must not have more than {MAX_SEARCHES} search paths")));
    }
    if searches.texts().join(" ").len() > MAX_SEARCH_CHARS {
        errors.push(searches.invalid(format!(
            "must not have more than {MAX_SEARCH_CHARS} characters (including spaces) in the search list"
        )));
    }
    for search in searches.items().filter(|it| it.text() != ".") {
        let name = search.text().strip_suffix('.').unwrap_or(search.text());
        let forms = format::dns1123_subdomain_with_underscore(name).into_iter();
        errors.extend(forms.map(|it| Finding::invalid(search.path.clone(), name, it)));
    }
    let options = config.field("options");
    let nameless = options.items().filter(|it| it.field("name").text().is_empty());
    errors.extend(nameless.map(|it| it.required("must not be empty")));
    errors
}

/// Models: ValidateHostAliases.
pub fn host_aliases(aliases: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    for alias in aliases.items() {
        let address = alias.field("ip");
        errors.extend(ip::validate(&address.path, address.text(), &[]));
        let names = alias.field("hostnames");
        errors.extend(
            names
                .items()
                .flat_map(|it| it.invalid_each(format::dns1123_subdomain(it.text()))),
        );
    }
    errors
}

/// Models: validatePodHostName.
pub fn override_of_host_name(spec: &At) -> Vec<Finding> {
    const MAX_BYTES: usize = 64;
    let name = spec.field("hostnameOverride");
    if !name.is_set() {
        return Vec::new();
    }
    let mut errors = Vec::new();
    if spec.field("setHostnameAsFQDN").flag() {
        errors.push(name.forbidden("may not be specified when setHostnameAsFQDN is true"));
    }
    if spec.field("hostNetwork").flag() {
        errors.push(name.forbidden("may not be specified when hostNetwork is true"));
    }
    if name.text().len() > MAX_BYTES {
        errors.push(Finding::too_long(name.path.clone(), MAX_BYTES));
    }
    errors.extend(name.invalid_each(format::dns1123_subdomain(name.text())));
    errors
}
