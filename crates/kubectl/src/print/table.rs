//! The tables of `kubectl get`.

use super::columns::{self, Column, CustomColumn};
use super::inline;
use super::tabwriter::lay_out;
use api::{Fields, Kind, Value};
use cluster::{Cluster, Object};
use std::rc::Rc;

/// The columns beside the kind's own.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TableOptions {
    /// `-o wide`: also the kind's wide columns.
    pub(crate) wide: bool,
    /// `--no-headers`.
    pub(crate) no_headers: bool,
    /// `--show-labels`: a last column with all labels.
    pub(crate) show_labels: bool,
    /// `-L`: a column for each label.
    pub(crate) label_columns: Vec<String>,
    /// `--show-kind`, or several kinds: names as `service/web`.
    pub(crate) show_kind: bool,
    /// `-A`: a first column with the namespace.
    pub(crate) with_namespace: bool,
    /// The version of a custom kind whose columns they are, if it is not the preferred one.
    pub(crate) version: Option<String>,
    /// What is shown are the scales of workloads.
    pub(crate) of_scales: bool,
}

/// The table of objects of one kind; empty for none.
///
/// Models: cli-runtime/pkg/printers/tableprinter.go decorateTable and printTable (v1.36).
pub(crate) fn table(cluster: &Cluster, kind: Kind, objects: &[Rc<Object>], options: &TableOptions) -> String {
    if objects.is_empty() {
        return String::new();
    }
    let mut lines = Vec::new();
    if !options.no_headers {
        lines.push(headers(cluster, kind, options));
    }
    lines.extend(rows(cluster, kind, objects, options));
    lay_out(&lines)
}

/// The cells of each object, in the columns of [`headers`].
pub(crate) fn rows(cluster: &Cluster, kind: Kind, objects: &[Rc<Object>], options: &TableOptions) -> Vec<Vec<String>> {
    let columns = shown(cluster, kind, options);
    let row = |object: &Rc<Object>| cells(cluster, &columns, object, options);
    objects.iter().map(row).collect()
}

/// A column of a kind that the API serves, or of one that a definition defines.
enum ShownColumn {
    Own(&'static Column),
    Custom(CustomColumn),
}

impl ShownColumn {
    fn header(&self) -> &str {
        match self {
            Self::Own(column) => column.header,
            Self::Custom(column) => &column.header,
        }
    }

    fn is_wide(&self) -> bool {
        match self {
            Self::Own(column) => column.wide,
            Self::Custom(column) => column.wide,
        }
    }

    fn is_name(&self) -> bool {
        matches!(self, Self::Own(column) if column.is_name)
    }

    fn cell(&self, cluster: &Cluster, object: &Object) -> String {
        match self {
            Self::Own(column) => (column.cell)(cluster, object),
            Self::Custom(column) => column.cell(cluster, object),
        }
    }
}

fn shown(cluster: &Cluster, kind: Kind, options: &TableOptions) -> Vec<ShownColumn> {
    let mut columns: Vec<ShownColumn> = if options.of_scales {
        columns::SCALE.iter().map(ShownColumn::Own).collect()
    } else if kind.is_custom() {
        let custom = columns::of_custom(cluster, kind, options.version.as_deref())
            .into_iter()
            .map(ShownColumn::Custom);
        std::iter::once(ShownColumn::Own(&columns::NAMES))
            .chain(custom)
            .collect()
    } else {
        columns::of(kind).iter().map(ShownColumn::Own).collect()
    };
    columns.retain(|column| options.wide || !column.is_wide());
    columns
}

pub(crate) fn headers(cluster: &Cluster, kind: Kind, options: &TableOptions) -> Vec<String> {
    titles(shown(cluster, kind, options).iter().map(ShownColumn::header), options)
}

/// The titles of own columns and of those that the options add.
pub(crate) fn titles<'a>(own: impl Iterator<Item = &'a str>, options: &TableOptions) -> Vec<String> {
    let labels = options.label_columns.iter();
    let labels = labels.map(|label| label.rsplit('/').next().unwrap_or(label).to_uppercase());
    let namespace = options.with_namespace.then_some("NAMESPACE".to_owned()).into_iter();
    let cells = namespace.chain(own.map(str::to_owned)).chain(labels);
    cells
        .chain(options.show_labels.then_some("LABELS".to_owned()))
        .collect()
}

fn cells(cluster: &Cluster, columns: &[ShownColumn], object: &Object, options: &TableOptions) -> Vec<String> {
    let own = columns.iter().map(|column| {
        let text = column.cell(cluster, object);
        if column.is_name() && options.show_kind {
            format!("{}/{text}", object.kind.resource_name())
        } else {
            text
        }
    });
    row(&object.value, own, options)
}

/// The cells of own columns and of those that the options add.
pub(crate) fn row(object: &Value, own: impl Iterator<Item = String>, options: &TableOptions) -> Vec<String> {
    let metadata = |field: &str| object.metadata().field(field);
    let label = |label: &String| metadata("labels").field(label).text().to_owned();
    let namespace = || metadata("namespace").as_text().unwrap_or_default().to_owned();
    let cells = options.with_namespace.then(namespace).into_iter().chain(own);
    let cells = cells.chain(options.label_columns.iter().map(label));
    let all_labels = options.show_labels.then(|| inline::labels(metadata("labels").value));
    cells.chain(all_labels).map(|cell| one_line(&cell)).collect()
}

/// The first line of a cell.
fn one_line(cell: &str) -> String {
    let shown = match cell.split_once(['\u{c}', '\n', '\r']) {
        Some((line, _)) => format!("{line}..."),
        None => cell.to_owned(),
    };
    shown.replace('\u{1b}', "^[")
}

#[cfg(test)]
mod tests {
    use super::{TableOptions, table};
    use api::{Kind, Value};
    use cluster::{Cluster, Config, RequestOptions};
    use expect_test::{Expect, expect};
    use serde_json::json;

    fn article() -> Cluster {
        let mut cluster = Cluster::new(&Config {
            nodes: 1,
            seed: 0,
            ..Config::default()
        });
        let pod = json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "web-1", "labels": {"app": "web", "tier": "front"}},
            "spec": {"containers": [{"name": "nginx", "image": "nginx"}]}});
        let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
            "spec": {"type": "NodePort", "clusterIP": "10.104.148.160", "selector": {"app": "web"},
                "ports": [{"port": 80, "name": "http", "nodePort": 30008}, {"port": 443, "name": "tls", "nodePort": 30009}]}});
        create(&mut cluster, Kind::Pod, &pod);
        create(&mut cluster, Kind::Service, &service);
        cluster.settle();
        cluster.set_now(1);
        cluster
    }

    fn create(cluster: &mut Cluster, kind: Kind, value: &Value) {
        let created = cluster.create(kind, "default", value, RequestOptions::default());
        assert!(created.is_ok(), "{created:?}");
    }

    fn check(kind: Kind, options: &TableOptions, expected: &Expect) {
        let cluster = article();
        let objects = cluster.list(
            kind,
            Some("default").filter(|_| !options.with_namespace && kind != Kind::Node),
        );
        expected.assert_eq(&table(&cluster, kind, &objects, options));
    }

    #[test]
    fn services_show_addresses_and_ports() {
        check(
            Kind::Service,
            &TableOptions::default(),
            &expect![[r"
            NAME         TYPE        CLUSTER-IP       EXTERNAL-IP   PORT(S)                      AGE
            kubernetes   ClusterIP   10.96.0.1        <none>        443/TCP                      4m44s
            web          NodePort    10.104.148.160   <none>        80:30008/TCP,443:30009/TCP   1s
        "]],
        );
    }

    #[test]
    fn wide_pods_say_where_they_run() {
        let options = TableOptions {
            wide: true,
            ..TableOptions::default()
        };
        check(
            Kind::Pod,
            &options,
            &expect![[r"
            NAME    READY   STATUS    RESTARTS   AGE   IP           NODE       NOMINATED NODE   READINESS GATES
            web-1   1/1     Running   0          1s    10.244.0.2   minikube   <none>           <none>
        "]],
        );
        check(
            Kind::Node,
            &options,
            &expect![[r"
            NAME       STATUS   ROLES    AGE     VERSION   INTERNAL-IP    EXTERNAL-IP   OS-IMAGE                         KERNEL-VERSION   CONTAINER-RUNTIME
            minikube   Ready    <none>   4m44s   v1.36.2   192.168.49.2   <none>        Debian GNU/Linux 12 (bookworm)   6.8.0 (amd64)    containerd://2.1.0
        "]],
        );
    }

    #[test]
    fn labels_get_columns() {
        let options = TableOptions {
            label_columns: vec!["app".to_owned(), "example.com/none".to_owned()],
            show_labels: true,
            show_kind: true,
            with_namespace: true,
            ..TableOptions::default()
        };
        check(
            Kind::Pod,
            &options,
            &expect![[r"
            NAMESPACE   NAME        READY   STATUS    RESTARTS   AGE   APP   NONE   LABELS
            default     pod/web-1   1/1     Running   0          1s    web          app=web,tier=front
        "]],
        );
    }

    #[test]
    fn endpoints_show_the_first_three() {
        check(
            Kind::Endpoints,
            &TableOptions::default(),
            &expect![[r"
            NAME         ENDPOINTS                      AGE
            kubernetes   192.168.49.2:6443              4m44s
            web          10.244.0.2:80,10.244.0.2:443   1s
        "]],
        );
    }

    #[test]
    fn no_objects_make_no_table() {
        check(Kind::Deployment, &TableOptions::default(), &expect![[""]]);
    }
}
