//! The requests of clients: objects are created, replaced and deleted.

use crate::Cluster;
use crate::controllers::garbage::{self, Deletion};
use crate::controllers::{definitions, kubernetes_service, namespaces};
use crate::server::allocations::Allocator;
use crate::server::default_class::default_class;
use crate::server::managed_fields::entry::Managers;
use crate::server::registry_strategy::{
    count_generation, has_status, is_created_by_update, keep_system_fields, other_uid, prepare_for_create,
    prepare_for_update, without_unread_fields,
};
use crate::server::status::{Reason, Status};
use crate::server::{admission, allocate, custom_objects, managed_fields};
use crate::stand_ins::setting::Kubelet;
use crate::store::{Object, ObjectKey, Store, Tools, has_generation, next_state, remove, set, without_empty_lists};
use crate::time::timestamp;
use api::{DecodeError, Fields, Finding, Kind, Path, Rule, Value};
use serde_json::json;
use std::rc::Rc;

/// Query parameters of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestOptions {
    /// Checks and answers as usual, but stores nothing.
    pub dry_run: bool,
    pub validation: FieldValidation,
}

/// What the server does about unknown fields; it drops them in any case.
///
/// Models: apimachinery/pkg/apis/meta/v1/types.go FieldValidationStrict, FieldValidationWarn, FieldValidationIgnore
/// (v1.36).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldValidation {
    /// Refuses the object.
    #[default]
    Strict,
    Warn,
    Ignore,
}

/// What a successful request came to.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The object as stored.
    pub object: Rc<Object>,
    pub warnings: Vec<Finding>,
}

impl Cluster {
    /// Creates an object that a client sends: decodes, defaults, allocates, validates and stores it.
    ///
    /// Models: apiserver/pkg/registry/generic/registry/store.go Create (v1.36).
    pub fn create(
        &mut self,
        kind: Kind,
        namespace: &str,
        value: &Value,
        options: RequestOptions,
    ) -> Result<Admitted, Status> {
        self.create_managed(kind, namespace, value, options, None)
    }

    /// As [`Self::create`]; the one who sends it manages what it sends, unless others are given.
    pub(crate) fn create_managed(
        &mut self,
        kind: Kind,
        namespace: &str,
        value: &Value,
        options: RequestOptions,
        managers: Option<Managers>,
    ) -> Result<Admitted, Status> {
        let sent = value;
        let (value, mut warnings) = decoded(&self.tools.store, kind, sent, options.validation)?;
        let managers = managers.unwrap_or_else(|| {
            let by = &self.tools.field_manager;
            managed_fields::created(by, self.tools.now(), &value)
        });
        let mut value = prepare_decoded(&mut self.tools, kind, namespace, value)?;
        let name = value.metadata().field("name").text().to_owned();
        let key = ObjectKey::new(if kind.namespaced() { namespace } else { "" }, &name);
        if kind == Kind::Service {
            allocate::on_create(Allocator::new(&self.tools, &key, options.dry_run), &mut value).map_err(|error| {
                let mut status = error.status(&name);
                place_as_sent(&mut status.findings, sent);
                status
            })?;
        }
        let mut errors = api::validate_create(kind, &value);
        errors.extend(custom_objects::validate(&self.tools.store, kind, sent, &value));
        if !errors.is_empty() {
            place_as_sent(&mut errors, sent);
            return Err(Status::invalid(kind, &name, &errors));
        }
        let admitted = admission::validate(&self.tools.store, kind, &key.namespace, &value, None)
            .map_err(|refusal| refusal.status(kind, &name))?;
        if self.tools.store.get(kind, &key).is_some() {
            return Err(Status::already_exists(kind, &name));
        }
        warnings.extend(api::warnings_on_create(kind, &value));
        warnings.extend(admitted);
        place_as_sent(&mut warnings, sent);
        without_unread_fields(kind, &mut value);
        if kind == Kind::EndpointSlice {
            without_empty_lists(&mut value);
        }
        if options.dry_run {
            let object = Object::new(kind, key, value, u64::MAX).managed_by(managers);
            let object = Rc::new(object);
            return Ok(Admitted { object, warnings });
        }
        let object = self.tools.write_managed(kind, key, value, managers);
        garbage::doubt_owners(&mut self.tools, &object);
        Ok(Admitted { object, warnings })
    }

    /// Replaces an object by what a client sends.
    ///
    /// Models: apiserver/pkg/registry/generic/registry/store.go Update, rest.BeforeUpdate (v1.36).
    pub fn update(
        &mut self,
        kind: Kind,
        namespace: &str,
        name: &str,
        value: &Value,
        options: RequestOptions,
    ) -> Result<Admitted, Status> {
        self.update_managed(kind, namespace, name, value, options, None)
    }

    /// As [`Self::update`]; the one who sends it manages what it changes, unless others are given.
    pub(crate) fn update_managed(
        &mut self,
        kind: Kind,
        namespace: &str,
        name: &str,
        value: &Value,
        options: RequestOptions,
        managers: Option<Managers>,
    ) -> Result<Admitted, Status> {
        let sent = value;
        let (mut value, mut warnings) = decoded(&self.tools.store, kind, sent, options.validation)?;
        in_namespace(kind, namespace, &mut value)?;
        let given = value.metadata().field("name").text().to_owned();
        if given.is_empty() {
            return Err(Status::bad_request(format!(
                "the name of the object ({name} based on URL) was undeterminable: name must be provided"
            )));
        }
        if given != name {
            return Err(Status::bad_request(format!(
                "the name of the object ({given}) does not match the name on the URL ({name})"
            )));
        }
        let old = match self.get(kind, namespace, name) {
            Err(_) if is_created_by_update(kind) => return self.create(kind, namespace, sent, options),
            old => old?,
        };
        let version = value.metadata().field("resourceVersion").text().to_owned();
        if !version.bytes().all(|it| it.is_ascii_digit()) {
            let unread = format!(
                "strconv.ParseUint: parsing {}: invalid syntax",
                api::go::quote(&version)
            );
            return Err(Status::plain(500, Reason::Unknown, unread));
        }
        if !version.is_empty() && Some(version.as_str()) != old.metadata().field("resourceVersion").as_text() {
            return Err(Status::conflict(
                kind,
                name,
                "the object has been modified; please apply your changes to the latest version and try again",
            ));
        }
        let uid = value.metadata().field("uid").text().to_owned();
        if !uid.is_empty() && uid != old.uid() {
            return Err(other_uid(kind, &old, &uid));
        }
        let managers = managers.unwrap_or_else(|| {
            let by = &self.tools.field_manager;
            managed_fields::updated(&old, &value, by, self.tools.now())
        });
        keep_system_fields(kind, &old.value, &mut value);
        if kind == Kind::Service {
            allocate::on_update(Allocator::new(&self.tools, &old.key, options.dry_run), &old, &mut value)
                .map_err(|error| error.status(name))?;
        }
        prepare_for_update(kind, &old.value, &mut value);
        custom_objects::prepare_for_update(&self.tools.store, kind, &old.value, &mut value);
        count_generation(kind, &old.value, &mut value);
        let mut errors = api::validate_update(kind, &value, &old.value);
        errors.extend(custom_objects::validate(&self.tools.store, kind, sent, &value));
        refuse_invalid(kind, name, &errors)?;
        let admitted = admission::validate(&self.tools.store, kind, old.namespace(), &value, Some(&old.value))
            .map_err(|refusal| refusal.status(kind, name))?;
        warnings.extend(api::warnings_on_update(kind, &value, &old.value));
        warnings.extend(admitted);
        without_unread_fields(kind, &mut value);
        let object = store(&mut self.tools, &old, value, managers, options.dry_run);
        if !options.dry_run {
            if kind == Kind::Pod && self.tools.kubelet() == Kubelet::Programs {
                self.tools.queue.add(kind, object.key.clone());
            }
            garbage::doubt_owners(&mut self.tools, &object);
            garbage::finish_finalized(&mut self.tools, &object);
        }
        Ok(Admitted { object, warnings })
    }

    /// Whether the status of a kind is written apart from the rest.
    pub fn serves_status(&self, kind: Kind) -> bool {
        has_status(kind) || custom_objects::has_status(&self.tools.store, kind)
    }

    /// Replaces an object's status alone.
    pub fn update_status(
        &mut self,
        kind: Kind,
        namespace: &str,
        name: &str,
        value: &Value,
        options: RequestOptions,
    ) -> Result<Admitted, Status> {
        if !self.serves_status(kind) {
            let nowhere = "the server could not find the requested resource".to_owned();
            return Err(Status::plain(404, Reason::NotFound, nowhere));
        }
        let old = self.get(kind, namespace, name)?;
        let (sent, mut warnings) = decoded(&self.tools.store, kind, value, options.validation)?;
        let mut value = old.value.clone();
        value["status"] = sent.get("status").cloned().unwrap_or_else(|| json!({}));
        let mut errors = api::validate_status_update(kind, &value, &old.value);
        errors.extend(custom_objects::validate(&self.tools.store, kind, &sent, &value));
        refuse_invalid(kind, name, &errors)?;
        warnings.extend(api::warnings_on_status_update(kind, &value));
        let by = self.tools.field_manager.on("status");
        let managers = managed_fields::updated(&old, &value, &by, self.tools.now());
        let object = store(&mut self.tools, &old, value, managers, options.dry_run);
        Ok(Admitted { object, warnings })
    }

    /// Replaces the conditions of a request for a certificate, by which it is approved or denied.
    ///
    /// Models: pkg/registry/certificates/certificates/strategy.go csrApprovalStrategy (v1.36).
    pub fn update_approval(
        &mut self,
        name: &str,
        conditions: Vec<Value>,
        options: RequestOptions,
    ) -> Result<Admitted, Status> {
        let kind = Kind::CertificateSigningRequest;
        let old = self.get(kind, "", name)?;
        let mut value = old.value.clone();
        value["status"]["conditions"] = conditions.into();
        refuse_invalid(kind, name, &api::validate_approval(&value, &old.value))?;
        let by = self.tools.field_manager.on("approval");
        let managers = managed_fields::updated(&old, &value, &by, self.tools.now());
        let object = store(&mut self.tools, &old, value, managers, options.dry_run);
        Ok(Admitted {
            object,
            warnings: Vec::new(),
        })
    }

    pub fn delete(
        &mut self,
        kind: Kind,
        namespace: &str,
        name: &str,
        deletion: Deletion,
    ) -> Result<Rc<Object>, Status> {
        let object = self.get(kind, namespace, name)?;
        if kind == Kind::Namespace && ["default", "kube-system", "kube-public"].contains(&name) {
            return Err(Status::forbidden(kind, name, "this namespace may not be deleted"));
        }
        if deletion.dry_run {
            return Ok(object);
        }
        if kind == Kind::CustomResourceDefinition {
            definitions::delete_objects(&mut self.tools, &object);
        }
        if kind == Kind::Namespace {
            namespaces::delete(&mut self.tools, &object);
        } else {
            garbage::delete(&mut self.tools, &object, deletion);
        }
        if kind == Kind::Service {
            kubernetes_service::note_deletion(&mut self.tools, &object.key);
        }
        Ok(object)
    }
}

/// Decodes, defaults and admits an object to create: all that does not depend on other objects of its kind.
pub(crate) fn prepare(tools: &mut Tools, kind: Kind, namespace: &str, value: &Value) -> Result<Value, Status> {
    let (value, _) = decoded(&tools.store, kind, value, FieldValidation::Strict)?;
    prepare_decoded(tools, kind, namespace, value)
}

fn prepare_decoded(tools: &mut Tools, kind: Kind, namespace: &str, mut value: Value) -> Result<Value, Status> {
    in_namespace(kind, namespace, &mut value)?;
    admit_namespace(&tools.store, kind, namespace, &value)?;
    fill_metadata(tools, kind, namespace, &mut value);
    if kind == Kind::Pod {
        let name = value.metadata().field("name").text().to_owned();
        let admitted = admission::mutate(tools, namespace, &name, &mut value);
        admitted.map_err(|refusal| refusal.status(kind, &name))?;
    }
    default_class(&tools.store, kind, &mut value);
    prepare_for_create(kind, &mut value);
    custom_objects::prepare_for_create(&tools.store, kind, &mut value);
    Ok(value)
}

fn refuse_invalid(kind: Kind, name: &str, errors: &[Finding]) -> Result<(), Status> {
    if errors.is_empty() {
        return Ok(());
    }
    Err(Status::invalid(kind, name, errors))
}

/// Decodes and defaults an object; returns it with the warnings of unknown fields.
fn decoded(
    store: &Store,
    kind: Kind,
    value: &Value,
    validation: FieldValidation,
) -> Result<(Value, Vec<Finding>), Status> {
    if kind.is_custom() {
        return custom_objects::decoded(store, kind, value, validation);
    }
    let refuse = |error| Status::undecodable(kind, value, &error);
    let (mut value, unknown) = if validation == FieldValidation::Strict {
        (api::decode(kind, value).map_err(refuse)?, Vec::new())
    } else {
        api::decode_known(kind, value).map_err(|finding| refuse(DecodeError::Mismatch(finding)))?
    };
    api::default(kind, &mut value);
    api::drop_disabled(kind, &mut value);
    let warnings = match validation {
        FieldValidation::Warn => unknown,
        _ => Vec::new(),
    };
    Ok((value, warnings))
}

/// Refuses an object of another namespace than the request's, and fills it in.
///
/// Models: apiserver/pkg/registry/rest/meta.go EnsureObjectNamespaceMatchesRequestNamespace (v1.36).
fn in_namespace(kind: Kind, namespace: &str, value: &mut Value) -> Result<(), Status> {
    if !kind.namespaced() {
        remove(value, &["metadata", "namespace"]);
        return Ok(());
    }
    let given = value.metadata().field("namespace").text().to_owned();
    if !given.is_empty() && given != namespace {
        return Err(Status::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    set(value, &["metadata", "namespace"], namespace.into());
    Ok(())
}

/// Models: apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go Admit (v1.36).
pub(crate) fn admit_namespace(store: &Store, kind: Kind, namespace: &str, value: &Value) -> Result<(), Status> {
    if !kind.namespaced() {
        return Ok(());
    }
    let Some(found) = store.find(Kind::Namespace, "", namespace) else {
        let field = Path::root().field("metadata").field("namespace");
        return Err(Status::not_found(Kind::Namespace, namespace).about(Rule::NamespaceMissing, field));
    };
    if found.is_terminating() {
        let name = value.metadata().field("name").text().to_owned();
        let why = format!("unable to create new content in namespace {namespace} because it is being terminated");
        return Err(Status::forbidden(kind, &name, &why));
    }
    Ok(())
}

fn fill_metadata(tools: &mut Tools, kind: Kind, namespace: &str, value: &mut Value) {
    let prefix = value.metadata().field("generateName").text().to_owned();
    if value.metadata().field("name").text().is_empty() && !prefix.is_empty() {
        let name = tools.generated_name(kind, namespace, &prefix);
        set(value, &["metadata", "name"], name.into());
    }
    if kind == Kind::LimitRange && value.metadata().field("name").text().is_empty() {
        // Models: pkg/registry/core/limitrange/strategy.go PrepareForCreate (v1.36).
        let place = tools.generated_name(kind, namespace, "");
        let name = tools.uid(kind, namespace, &place);
        set(value, &["metadata", "name"], name.into());
    }
    for field in [
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "selfLink",
        "managedFields",
        "resourceVersion",
    ] {
        remove(value, &["metadata", field]);
    }
    let name = value.metadata().field("name").text().to_owned();
    set(value, &["metadata", "uid"], tools.uid(kind, namespace, &name).into());
    set(value, &["metadata", "creationTimestamp"], timestamp(tools.now()).into());
    if has_generation(kind) {
        set(value, &["metadata", "generation"], 1.into());
    }
}

/// Puts findings about addresses where the client wrote them: `clusterIP` fills in `clusterIPs`.
fn place_as_sent(findings: &mut [Finding], sent: &Value) {
    let written = |field: &str| sent.pointer(field).is_some_and(|value| !value.is_null());
    if written("/spec/clusterIPs") || !written("/spec/clusterIP") {
        return;
    }
    let spec = Path::root().field("spec");
    let (filled, sent) = (spec.field("clusterIPs"), spec.field("clusterIP"));
    for finding in findings {
        finding.move_to(&filled.index(0), &sent);
        finding.move_to(&filled, &sent);
    }
}

fn store(tools: &mut Tools, old: &Rc<Object>, value: Value, managers: Managers, dry_run: bool) -> Rc<Object> {
    if !dry_run {
        return tools.replace_managed(old, value, managers);
    }
    match next_state(old, value) {
        Some(value) => Rc::new(Object::new(old.kind, old.key.clone(), value, old.order).managed_by(managers)),
        None => old.clone(),
    }
}
