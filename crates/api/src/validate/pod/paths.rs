//! Paths of files within a volume.

use crate::Finding;
use crate::trail::Trail;

/// Models: pkg/apis/core/validation validatePathNoBacksteps (v1.36).
pub fn no_backsteps(at: &Trail, path: &str) -> Option<Finding> {
    let steps_back = path.split('/').any(|it| it == "..");
    steps_back.then(|| Finding::invalid(at.clone(), path, "must not contain '..'"))
}

/// Models: validateLocalDescendingPath.
pub fn descending(at: &Trail, path: &str) -> Vec<Finding> {
    let absolute = path
        .starts_with('/')
        .then(|| Finding::invalid(at.clone(), path, "must be a relative path"));
    absolute.into_iter().chain(no_backsteps(at, path)).collect()
}

/// Models: ValidateLocalNonReservedPath.
pub fn non_reserved(at: &Trail, path: &str) -> Vec<Finding> {
    let mut errors = descending(at, path);
    if path.starts_with("..") && !path.starts_with("../") {
        errors.push(Finding::invalid(at.clone(), path, "must not start with '..'"));
    }
    errors
}
