//! Inputs that the project has: its scenarios, recordings and links.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = folder
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .map(|it| it.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, all);
        } else {
            all.push(path);
        }
    }
}

/// The scenarios of the gallery.
pub fn scenarios() -> Vec<String> {
    let mut paths = Vec::new();
    files(&root().join("web/scenarios"), &mut paths);
    let yaml = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|it| it == "yaml"));
    yaml.filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// Their documents one by one, and what YAML has beside.
pub fn texts() -> Vec<String> {
    let odd = [
        "a: &x [1, *x]\nb: {<<: *x, ? c : d}\n",
        "%YAML 1.1\n---\n!!binary |\n  aGk=\n...\n",
        "a: >-\n  folded\n\n  text\nb: |+2\n    kept\n\n",
        "{\"a\": [1, null, true, \"\\u00e9\\ud83d\\ude00\"], \"b\": {}}",
        "- 0x1F\n- 0b11\n- 1_000\n- .inf\n- 2001-12-14t21:59:43.10-05:00\n- ~\n- yes\n",
        "'it''s': \"\\x41\\u263a\\n\\\n  next\"\n\u{feff}# comment\n",
    ];
    let documents = scenarios();
    let documents = documents.iter().flat_map(|it| it.split("---\n")).map(ToOwned::to_owned);
    documents.chain(odd.map(ToOwned::to_owned)).collect()
}

pub fn words() -> Vec<String> {
    let fields = [
        "ObjectMeta",
        "ServiceSpec",
        "ServicePort",
        "PodSpec",
        "Container",
        "DeploymentSpec",
    ];
    let fields = fields
        .into_iter()
        .filter_map(api::schema::lookup)
        .flat_map(api::schema::Struct::fields);
    let fields = fields.map(|field| format!("{}: ", field.name));
    let signs = [
        "---\n",
        "...\n",
        "- ",
        "? ",
        ": ",
        "|\n",
        ">-\n",
        "&a ",
        "*a",
        "<<: ",
        "!!str ",
        "!!int ",
        "!t ",
        "{",
        "}",
        "[",
        "]",
        "\n  ",
        "\n",
        "# c",
        "\"",
        "'",
        "~",
        "null",
        "\\u0000",
        "\u{feff}",
        "\u{2028}",
        "%YAML 1.1\n",
        "apiVersion: v1\n",
        "kind: Service\n",
    ];
    fields.chain(signs.map(ToOwned::to_owned)).collect()
}

/// The commands of the recordings.
pub fn lines() -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for file in ["everyday.jsonl", "transcripts.jsonl", "transcripts-more.jsonl"] {
        let all = std::fs::read_to_string(root().join("tests/conformance").join(file)).unwrap_or_default();
        for case in all
            .lines()
            .filter_map(|it| serde_json::from_str::<serde_json::Value>(it).ok())
        {
            let steps = case["steps"].as_array().cloned().unwrap_or_default();
            lines.extend(
                steps
                    .iter()
                    .filter_map(|step| step["run"].as_str())
                    .map(ToOwned::to_owned),
            );
        }
    }
    lines.sort();
    lines.dedup();
    let step = (lines.len() / 400).max(1);
    let shell = [
        "for i in 1 2 3; do kubectl get pod web-$i; done | grep -c x > /tmp/a && cat /tmp/a || echo \"no ${a:-$(pwd)}\"",
        "kubectl exec web -- sh -c 'while true; do wget -qO- web; sleep 1; done' &",
        "f() { local a=$1; shift; echo $((a + $#)); }; f 1 2 3; case $x in a*|b) echo 1;; *) echo 2;; esac",
        "cat <<EOF | kubectl apply -f -\napiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 80}]}\nEOF",
        "kubectl get pods -o name | xargs -n1 kubectl delete --wait=false; jq -r '.items[]|.metadata.name'; sed 's/a/b/g'; awk '{print $1}'",
        "dig +short web.default.svc.cluster.local @10.96.0.10 SRV; nslookup web; curl -sv http://web:80/a?b#c; ping -c 1 web; nc -zv web 80",
    ];
    let chosen = lines.into_iter().step_by(step);
    chosen.chain(shell.map(ToOwned::to_owned)).collect()
}

pub fn line_words() -> Vec<String> {
    let words = "kubectl |get |describe |delete |create |apply |patch |label |annotate |scale |rollout |expose |run |exec |logs \
        |explain |set |edit |wait |top |auth can-i |config |debug |cp |drain |taint |port-forward |proxy |diff |replace |autoscale \
        |api-resources |cluster-info |completion |events |kustomize |certificate |attach |version \
        |pods |pod/web |svc |service/web |deploy |deployment/web |nodes |node/node-1 |endpoints |endpointslices |all |ns |default \
        |-n |-A |-o yaml |-o json |-o wide |-o name |-o jsonpath='{.items[*]}' |-l |app=web |--field-selector |status.phase=Running \
        |--all |--force |--dry-run=client |--dry-run=server |--sort-by=.metadata.name |--show-labels |-w |-f - |--type=json -p \
        |--replicas=3 |--image=nginx |--port=80 |-- |-it |--rm |--restart=Never |--overwrite |--timeout=1s |--for=condition=Ready \
        |; |&& ||| |> /tmp/a |< /tmp/a |$(|)|`|\"|'|${|}|$((|)) |\\|<<EOF\n|\nEOF\n|* |? |[ab] |!|& |while |do |done |if |then |fi |for |in \
        |curl |wget |dig |nslookup |ping |nc |sh -c |cat |echo |grep |sed |awk |jq |xargs |sleep 1 |seq 3 |head |tail |sort |wc |tr |cut";
    words.split('|').map(ToOwned::to_owned).collect()
}

/// Templates, each behind the word of its output format.
pub fn templates() -> Vec<String> {
    [
        "go-template={{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}",
        "go-template={{range $i, $e := .items}}{{if and $i (eq .kind \"Pod\")}}{{printf \"%5d %-3s %v %q\" $i .kind . .metadata.name}}{{else}}{{len .}}{{end}}{{end}}",
        "go-template={{with $x := index .items 0}}{{$x.metadata.labels.app | printf \"%s\" | html}}{{template \"t\" .}}{{end}}{{define \"t\"}}{{.}}{{end}}",
        "go-template={{- /* c */ -}}{{break}}{{slice \"abc\" 1 2}}{{not true}}{{or 0 1}}{{lt 1 2.5}}{{js .}}{{urlquery \"a b\"}}{{base64decode \"YQ==\"}}",
        "jsonpath={.items[*].metadata.name}",
        "jsonpath={range .items[?(@.status.phase==\"Running\")]}{.metadata.name}{\"\\t\"}{.spec.containers[0:2:1].image}{\"\\n\"}{end}",
        "jsonpath={..image}{.items[-1:].spec['nodeName','containers']}{$.kind}{@.items[?(@.metadata.labels.app=='web')].status.podIP}",
        "custom-columns=NAME:.metadata.name,IP:.status.podIP,L:.metadata.labels.app",
        "jsonpath-as-json={.items[0]}",
    ]
    .map(ToOwned::to_owned)
    .to_vec()
}

pub fn template_words() -> Vec<String> {
    "go-template=|jsonpath=|custom-columns=|{{|}}|{{-|-}}|{{range |{{if |{{end}}|{{else}}|{{with |{{define \"t\"}}|{{template \"t\" .}}|{{break}}\
     |.items|.metadata|.name|.spec|.status|.labels|$x := |$x = |$i, $e := | | (|)|printf |index |len |slice |eq |ne |lt |and |or |not |html |js \
     |print |println |call |\"%v\" |\"%[1]*d\" |\"%+v\" |%x|%q|%T|%08.3f|{|}|[*]|[0]|[-1]|[1:3]|[?(@.a==1)]|[?(@.kind=~\"P\")]|..|@|$|.*|['a','b']\
     |{range |{end}|\"|'|`|\\|,|:|nil|true|1e3|0x1p-2|'a'|/* */"
        .split('|')
        .map(ToOwned::to_owned)
        .collect()
}

/// Links of every version, and scenarios as what is in them.
pub fn links() -> Vec<String> {
    let mut paths = Vec::new();
    files(&root().join("tests/links"), &mut paths);
    let given_out = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok());
    let heads = [
        "{\"seed\":7,\"nodes\":3,\"acts\":[{\"at\":1000000,\"act\":{\"kubectl\":\"kubectl delete pod a\"}},{\"at\":2,\"act\":{\"ready\":{\"namespace\":\"default\",\"pod\":\"a\",\"ready\":false}}}]}\nkind: Pod\n",
        "{\"proxy\":\"ipvs-lc\",\"networkPolicies\":\"ignored\",\"ipFamilies\":[\"IPv6\",\"IPv4\"],\"serviceCIDR\":\"10.0.0.0/16\",\"view\":{\"at\":5,\"tab\":\"get\",\"speed\":200}}\n",
        "{\"traffic\":{\"chosen\":[{\"from\":\"outside\",\"to\":\"default/web\",\"port\":80,\"millihertz\":1500,\"keepAlive\":true}]},\"text\":\"a: 1\"}\n",
        "{\"acts\":[{\"at\":1,\"act\":{\"send\":{\"from\":\"node/node-1\",\"to\":\"default/web\",\"port\":80,\"count\":3,\"host\":\"a\",\"path\":\"/\"}}}],\"zones\":[\"a\"],\"kubectl\":\"1.30\"}\n",
    ];
    given_out.chain(heads.map(ToOwned::to_owned)).collect()
}

pub fn scenario_words() -> Vec<String> {
    let words = "text: |seed: |nodes: |proxy: nftables\n|acts:\n|- at: 5000000\n|  act: !kubectl |traffic: !chosen\n|  - {from: outside, to: default/web, port: 80, millihertz: 1500}\
        \n|view: |zones: [a, b]\n|ipFamilies: [IPv6]\n|serviceCIDR: 10.0.0.0/24\n|podCIDR: |apiServer: |check:\n|title: |steps:\n|  - text: |goals:\n|hint: |solution: |\
        \"seed\":|\"acts\":|\"at\":|\"act\":|\"kubectl\":|\"ready\":|\"send\":|\"view\":|{|}|[|]|,|\"|:|null|true|18446744073709551615|-1|1e400|\\ud800|kubectl get pods\n";
    words.split('|').map(ToOwned::to_owned).collect()
}

/// Names with a type of record.
pub fn names() -> Vec<String> {
    [
        "web.default.svc.cluster.local. A",
        "web A",
        "_http._tcp.web.default.svc.cluster.local. SRV",
        "10-244-0-2.default.pod.cluster.local. A",
        "2.0.244.10.in-addr.arpa. PTR",
        "a.b.0.1.ip6.arpa. PTR",
        "out.default.svc.cluster.local. CNAME",
        "*.*.svc.cluster.local. ANY",
        "dns-version.cluster.local. TXT",
        "ns.dns.cluster.local. AAAA",
        "db.example.com. A",
        "set-0.headless.default.svc.cluster.local. A",
    ]
    .map(ToOwned::to_owned)
    .to_vec()
}

pub fn name_words() -> Vec<String> {
    ".|..|web|headless|out|set-0|default|other|kube-system|svc|pod|cluster|local|_http|_tcp|_udp|10-244-0-2|10-96-0-10|in-addr|arpa|ip6|*|any|endpoint|dns-version|ns|dns\
     |db.example.com|kubernetes| A| AAAA| SRV| PTR| TXT| CNAME| ANY| SOA| NS| MX|\\.|\\046|_|-|1|255|256|xn--bcher-kva"
        .split('|')
        .map(ToOwned::to_owned)
        .collect()
}
