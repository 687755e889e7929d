use super::*;
use crate::store::ObjectKey;
use api::{Kind, Value};
use serde_json::json;

fn pod(containers: &Value) -> Object {
    let value = json!({"metadata": {"name": "web", "namespace": "default"}, "spec": {"containers": containers}});
    Object::new(Kind::Pod, ObjectKey::new("default", "web"), value, 1)
}

fn of(container: &Value) -> Program {
    let store = Store::default();
    let pod = pod(&json!([container]));
    let written = pod.spec().field("containers").items().next().unwrap_or(Cursor::NULL);
    let environment = Environment::own(&store, &pod, written).unwrap_or_default();
    program(&store, &pod, written, &environment, 0)
}

fn life(container: &Value) -> Life {
    of(container).life
}

fn sh(script: &str) -> Value {
    json!({"name": "a", "image": "busybox", "command": ["sh", "-c", script]})
}

fn ends(after: i64, code: i64) -> Life {
    Life::Ends { after, code }
}

/// What a script prints in its first seconds.
fn prints(script: &str, seconds: i64) -> Vec<String> {
    let lines = lines(&pod(&json!([sh(script)])), 0, seconds).into_iter();
    lines.map(|(at, line)| format!("{at} {line}")).collect()
}

/// What a container of a pod prints, and when.
fn lines(pod: &Object, place: usize, seconds: i64) -> Vec<(i64, String)> {
    let store = Store::default();
    let written = pod
        .spec()
        .field("containers")
        .items()
        .nth(place)
        .unwrap_or(Cursor::NULL);
    moment(&store, pod, written, &Environment::default(), (0, seconds)).lines
}

#[test]
fn a_command_ends_as_it_says() {
    let command = |words: &[&str]| life(&json!({"name": "a", "image": "me/app", "command": words}));
    assert_eq!(command(&["echo", "hi"]), ends(0, 0));
    assert_eq!(command(&["true"]), ends(0, 0));
    assert_eq!(command(&["/bin/false"]), ends(0, 1));
    assert_eq!(command(&["date"]), ends(0, 0));
    assert_eq!(command(&["sleep", "30"]), ends(30, 0));
    assert_eq!(command(&["sleep", "1h"]), ends(3600, 0));
    assert_eq!(command(&["sleep", "infinity"]), Life::Runs);
    assert_eq!(command(&["tail", "-f", "/dev/null"]), Life::Runs);
    assert_eq!(command(&["timeout", "5", "sleep", "9"]), ends(5, 124));
    assert_eq!(command(&["perl", "-Mbignum=bpi", "-wle", "print bpi(20)"]), ends(5, 0));
    assert_eq!(command(&["nginx", "-g", "daemon off;"]), Life::Runs);
    assert_eq!(command(&["nginx"]), ends(0, 0));
    assert_eq!(command(&["some-server"]), Life::Runs);
}

#[test]
fn a_script_is_followed() {
    let script = |text: &str| life(&sh(text));
    assert_eq!(script("echo hi; exit 3"), ends(0, 3));
    assert_eq!(script("sleep 5 && echo done"), ends(5, 0));
    assert_eq!(script("false || sleep 2; false"), ends(2, 1));
    assert_eq!(script("set -e\nfalse\nsleep 9"), ends(0, 1));
    assert_eq!(script("while true; do date; sleep 5; done"), Life::Runs);
    assert_eq!(script("for i in 1 2 3; do echo $i; sleep 2; done"), ends(6, 0));
    assert_eq!(script("for i in $(seq 1 4); do sleep 1; done"), ends(4, 0));
    assert_eq!(
        script("i=0; while [ $i -lt 10 ]; do i=$((i+1)); sleep 1; done; exit $i"),
        ends(10, 10)
    );
    assert_eq!(
        script("i=0; while true; do i=$((i+1)); if [ $i -ge 3 ]; then exit 4; fi; sleep 1; done"),
        ends(2, 4)
    );
    assert_eq!(script("until [ -f /tmp/ready ]; do sleep 1; done"), Life::Runs);
    assert_eq!(
        script("touch /tmp/ready; until [ -f /tmp/ready ]; do sleep 1; done"),
        ends(0, 0)
    );
    assert_eq!(script("echo started && exec sleep 7"), ends(7, 0));
    assert_eq!(script("sleep 3 & sleep 1"), ends(1, 0));
    assert_eq!(script("nginx -g 'daemon off;' & wait"), Life::Runs);
    assert_eq!(script("echo 'a; exit 5' # exit 6"), ends(0, 0));
    assert_eq!(script("curl -s web"), ends(0, 127));
    assert_eq!(script("cat <<EOF > /tmp/x\nexit 9\nEOF\nexit 2"), ends(0, 2));
    assert_eq!(script("pip install x && python app.py"), Life::Runs);
    assert_eq!(script("ping localhost"), Life::Runs);
}

#[test]
fn a_loop_that_asks_waits_for_an_answer() {
    let until = |script: &str| match life(&sh(script)) {
        Life::Until { awaited, then } => Some((awaited, *then)),
        _ => None,
    };
    let full = |host: &str| Awaited::FullName { host: host.to_owned() };
    let answer = |host: &str, port| Awaited::Answer {
        host: host.to_owned(),
        port,
    };
    let cases = [
        (
            "until nslookup myservice; do echo waiting; sleep 2; done",
            full("myservice"),
            ends(0, 0),
        ),
        (
            "until nslookup db.$(cat /var/ns).svc.cluster.local; do sleep 2; done; sleep 4",
            full("db..svc.cluster.local"),
            ends(4, 0),
        ),
        ("until nc -z db 3306; do sleep 1; done", answer("db", 3306), ends(0, 0)),
        (
            "while ! nc -w 1 -z db 3306 > /dev/null 2>&1; do sleep 1; done",
            answer("db", 3306),
            ends(0, 0),
        ),
        (
            "until wget -qO- http://api:8080/healthz; do sleep 1; done",
            answer("api", 8080),
            ends(0, 0),
        ),
        (
            "while true; do if nc -z db 5432; then break; fi; sleep 1; done; exit 1",
            answer("db", 5432),
            ends(0, 1),
        ),
        (
            "until pg_isready -h pg -p 5433; do sleep 1; done",
            answer("pg", 5433),
            ends(0, 0),
        ),
    ];
    for (script, awaited, then) in cases {
        assert_eq!(until(script), Some((awaited, then)), "{script}");
    }
    // Asked once and not answered, it fails.
    assert_eq!(life(&sh("wget -qO- web || exit 7")), ends(0, 7));
}

#[test]
fn images_end_or_run_by_themselves() {
    let image = |image: &str| life(&json!({"name": "a", "image": image}));
    assert_eq!(image("busybox"), ends(0, 0));
    assert_eq!(image("ubuntu:24.04"), ends(0, 0));
    assert_eq!(image("node:22-alpine"), ends(0, 0));
    assert_eq!(image("hello-world"), ends(0, 0));
    assert_eq!(image("curlimages/curl"), ends(0, 2));
    assert_eq!(image("nginx"), Life::Runs);
    assert_eq!(image("me/app"), Life::Runs);
    assert_eq!(image("registry.k8s.io/pause:3.10"), Life::Runs);
    assert_eq!(image("mysql:8"), ends(0, 1));
    assert_eq!(image("postgres"), ends(0, 1));
    let with =
        |image: &str, name: &str| life(&json!({"name": "a", "image": image, "env": [{"name": name, "value": "x"}]}));
    assert_eq!(with("mysql:8", "MYSQL_ROOT_PASSWORD"), Life::Runs);
    assert_eq!(with("postgres", "POSTGRES_PASSWORD"), Life::Runs);
    assert_eq!(
        life(&json!({"name": "a", "image": "busybox", "stdin": true, "tty": true})),
        Life::Runs
    );
    assert_eq!(
        life(&json!({"name": "a", "image": "curlimages/curl", "args": ["-s", "http://no.where"]})),
        ends(0, 7)
    );
}

#[test]
fn what_is_not_in_the_image_cannot_start() {
    let why = |image: &str, command: &[&str]| match life(&json!({"name": "a", "image": image, "command": command})) {
        Life::CannotStart(error) => error.message.rsplit("init: ").next().unwrap_or_default().to_owned(),
        other => format!("{other:?}"),
    };
    assert_eq!(
        why("traefik/whoami", &["sh", "-c", "x"]),
        "exec: \"sh\": executable file not found in $PATH"
    );
    assert_eq!(
        why("alpine", &["/bin/bash"]),
        "exec: \"/bin/bash\": stat /bin/bash: no such file or directory"
    );
    assert_eq!(
        why("me/app", &["echo hi"]),
        "exec: \"echo hi\": executable file not found in $PATH"
    );
    assert_eq!(
        why("me/app", &["exit", "1"]),
        "exec: \"exit\": executable file not found in $PATH"
    );
    assert_eq!(
        why("busybox", &["curl", "web"]),
        "exec: \"curl\": executable file not found in $PATH"
    );
}

#[test]
fn what_it_prints_is_known_second_by_second() {
    assert_eq!(prints("echo hi; sleep 3; echo 'there $HOME'", 2), ["0 hi"]);
    assert_eq!(
        prints("echo hi; sleep 3; echo \"there $USER.\"", 3),
        ["0 hi", "3 there ."]
    );
    assert_eq!(
        prints("i=0; while true; do echo \"$i: $(date)\"; i=$((i+1)); sleep 1; done", 2),
        [
            "0 0: Mon Jan  5 09:00:00 UTC 2026",
            "1 1: Mon Jan  5 09:00:01 UTC 2026",
            "2 2: Mon Jan  5 09:00:02 UTC 2026"
        ]
    );
    assert_eq!(
        prints("date +%T >> /dev/stdout; hostname; printf '%s-%d\\n' a 7", 0),
        ["0 09:00:00", "0 web", "0 a-7"]
    );
    assert_eq!(
        prints("until nslookup db; do echo waiting for db; sleep 2; done", 4),
        ["0 waiting for db", "2 waiting for db", "4 waiting for db"]
    );
    assert_eq!(
        prints("echo to a file > /tmp/x; cat /tmp/x; ls | tee /dev/null", 0),
        ["0 to a file"]
    );
    assert_eq!(
        lines(
            &pod(
                &json!([{"name": "a", "image": "perl", "command": ["perl", "-Mbignum=bpi", "-wle", "print bpi(30)"]}])
            ),
            0,
            0
        ),
        []
    );
    assert_eq!(
        prints("perl -Mbignum=bpi -wle 'print bpi(30)'", 5),
        ["5 3.14159265358979323846264338328"]
    );
    let mysql = lines(&pod(&json!([{"name": "a", "image": "mysql"}])), 0, 0);
    assert!(
        mysql
            .iter()
            .any(|(_, line)| line.contains("password option is not specified")),
        "{mysql:?}"
    );
}

#[test]
fn a_probes_command_sees_the_files_of_the_moment() {
    let store = Store::default();
    let script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600";
    let pod = pod(&json!([sh(script)]));
    let written = pod.spec().field("containers").items().next().unwrap_or(Cursor::NULL);
    let command = ["cat".to_owned(), "/tmp/healthy".to_owned()];
    let code = |seconds| exit_code_of(&store, &pod, written, &Environment::default(), (0, seconds), &command);
    assert_eq!((code(5), code(35)), (0, 1));
}

#[test]
fn servers_end_when_asked_and_shells_do_not() {
    let on_term = |container: &Value| of(container).on_term;
    let command = |words: &[&str]| on_term(&json!({"name": "a", "image": "me/app", "command": words}));
    assert_eq!(on_term(&json!({"name": "a", "image": "nginx"})), OnTerm::Ends);
    assert_eq!(command(&["my-server"]), OnTerm::Ends);
    assert_eq!(command(&["sleep", "9999"]), OnTerm::Ignores);
    assert_eq!(command(&["tini", "--", "sleep", "9999"]), OnTerm::Ends);
    assert_eq!(command(&["node", "server.js"]), OnTerm::Ignores);
    let script = |text: &str| on_term(&sh(text));
    assert_eq!(script("while true; do sleep 1; done"), OnTerm::Ignores);
    assert_eq!(script("trap 'exit 0' TERM; while true; do sleep 1; done"), OnTerm::Ends);
    assert_eq!(script("echo hi; exec nginx -g 'daemon off;'"), OnTerm::Ends);
    assert_eq!(script("echo hi; nginx -g 'daemon off;'"), OnTerm::Ignores);
}

#[test]
fn the_second_server_on_a_port_ends() {
    let store = Store::default();
    let pod = pod(&json!([{"name": "a", "image": "nginx"}, {"name": "b", "image": "nginx"}]));
    let of = |container: Cursor<'_>| program(&store, &pod, container, &Environment::default(), 0);
    let both: Vec<Program> = pod.spec().field("containers").items().map(of).collect();
    let lives: Vec<&Life> = both.iter().map(|it| &it.life).collect();
    assert_eq!(lives, [&Life::Runs, &ends(3, 1)]);
    let said = lines(&pod, 1, 0).pop();
    assert_eq!(
        said.as_ref().map(|(_, line)| line.as_str()),
        Some("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)")
    );
}
