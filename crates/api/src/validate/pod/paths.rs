//! Paths of files within a volume.

use crate::FieldError;
use crate::trail::Trail;

/// Models: pkg/apis/core/validation validatePathNoBacksteps (v1.36).
pub fn no_backsteps(at: &Trail, path: &str) -> Option<FieldError> {
    let steps_back = path.split('/').any(|it| it == "..");
    steps_back.then(|| FieldError::invalid(at.clone(), path, "must not contain '..'"))
}

/// Models: validateLocalDescendingPath.
pub fn descending(at: &Trail, path: &str) -> Vec<FieldError> {
    let absolute = path
        .starts_with('/')
        .then(|| FieldError::invalid(at.clone(), path, "must be a relative path"));
    absolute.into_iter().chain(no_backsteps(at, path)).collect()
}

/// Models: ValidateLocalNonReservedPath.
pub fn non_reserved(at: &Trail, path: &str) -> Vec<FieldError> {
    let mut errors = descending(at, path);
    if path.starts_with("..") && !path.starts_with("../") {
        errors.push(FieldError::invalid(at.clone(), path, "must not start with '..'"));
    }
    errors
}
