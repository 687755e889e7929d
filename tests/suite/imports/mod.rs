//! Which file of a crate imports which: read from its `use` declarations and paths, through re-exports.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, UseTree, Visibility};

/// The files of a crate and what they import of each other, tests left out.
pub struct Crate {
    /// The name of the crate's folder.
    pub name: String,
    /// Paths of the files below the folder of the crate.
    pub files: Vec<String>,
    /// For each file the files it imports, and the names it imports of them.
    pub imports: BTreeMap<usize, BTreeMap<usize, BTreeSet<String>>>,
}

/// A module's path from the root of its crate.
type ModulePath = Vec<String>;

struct Module {
    file: usize,
    items: Vec<Item>,
    /// What `use` brings into its scope: name and full path; `*` for all of a module.
    scope: Vec<(String, Vec<String>)>,
}

impl Crate {
    /// Reads the crate in that folder, from `lib.rs` or `main.rs` on.
    pub fn read(folder: &Path) -> Self {
        let above = folder.parent().expect("sources lie in a folder");
        let root = ["lib.rs", "main.rs"]
            .map(|name| folder.join(name))
            .into_iter()
            .find(|file| file.is_file())
            .expect("a crate has a root");
        let mut files = Vec::new();
        let mut modules = BTreeMap::new();
        read_file(&root, folder, Vec::new(), &mut files, &mut modules);
        let mut imports: BTreeMap<_, BTreeMap<usize, BTreeSet<String>>> =
            (0..files.len()).map(|file| (file, BTreeMap::new())).collect();
        for (path, module) in &modules {
            for name in paths_in(module) {
                let target = resolve(&modules, path, &name, 0).filter(|target| *target != module.file);
                if let (Some(target), Some(of)) = (target, imports.get_mut(&module.file)) {
                    of.entry(target).or_default().insert(name.join("::"));
                }
            }
        }
        let below = |file: String| {
            Path::new(&file)
                .strip_prefix(above)
                .map_or(file.clone(), |it| it.display().to_string())
        };
        Self {
            name: above.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            files: files.into_iter().map(below).collect(),
            imports,
        }
    }
}

fn read_file(
    file: &Path,
    folder: &Path,
    path: ModulePath,
    files: &mut Vec<String>,
    modules: &mut BTreeMap<ModulePath, Module>,
) {
    let text = std::fs::read_to_string(file).expect("a module can be read");
    let parsed = syn::parse_file(&text).expect("a module can be parsed");
    files.push(file.display().to_string());
    read_items(parsed.items, files.len() - 1, folder, path, files, modules);
}

fn read_items(
    items: Vec<Item>,
    file: usize,
    folder: &Path,
    path: ModulePath,
    files: &mut Vec<String>,
    modules: &mut BTreeMap<ModulePath, Module>,
) {
    let mut kept = Vec::new();
    for item in items.into_iter().filter(|item| !is_for_tests(item)) {
        let Item::Mod(ItemMod { ident, content, .. }) = item else {
            kept.push(item);
            continue;
        };
        let name = ident.to_string();
        let inner: ModulePath = path.iter().cloned().chain([name.clone()]).collect();
        if let Some((_, items)) = content {
            read_items(items, file, &folder.join(&name), inner, files, modules);
        } else {
            let flat = folder.join(format!("{name}.rs"));
            let deep = folder.join(&name).join("mod.rs");
            let found = if flat.is_file() { flat } else { deep };
            read_file(&found, &folder.join(&name), inner, files, modules);
        }
    }
    let mut scope = Vec::new();
    for item in &kept {
        if let Item::Use(item) = item {
            flatten(&item.tree, &mut Vec::new(), &mut scope);
        }
    }
    let module = Module {
        file,
        items: kept,
        scope,
    };
    modules.insert(path, module);
}

fn is_for_tests(item: &Item) -> bool {
    let attributes: &[Attribute] = match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        _ => &[],
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Path>()
                .is_ok_and(|condition| condition.is_ident("test"))
    })
}

/// Each name that a `use` declaration brings in, with its whole path.
fn flatten(tree: &UseTree, before: &mut Vec<String>, names: &mut Vec<(String, Vec<String>)>) {
    let whole = |last: String| before.iter().cloned().chain([last]).collect::<Vec<_>>();
    match tree {
        UseTree::Path(tree) => {
            before.push(tree.ident.to_string());
            flatten(&tree.tree, before, names);
            before.pop();
        }
        UseTree::Name(tree) if tree.ident == "self" => {
            names.push((before.last().cloned().unwrap_or_default(), before.clone()));
        }
        UseTree::Name(tree) => names.push((tree.ident.to_string(), whole(tree.ident.to_string()))),
        UseTree::Rename(tree) if tree.ident == "self" => names.push((tree.rename.to_string(), before.clone())),
        UseTree::Rename(tree) => names.push((tree.rename.to_string(), whole(tree.ident.to_string()))),
        UseTree::Glob(_) => names.push(("*".to_owned(), before.clone())),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, names)),
    }
}

/// Every path a module names, but for the re-exports that hand on what a module below it has.
fn paths_in(module: &Module) -> BTreeSet<Vec<String>> {
    let mut names = Names::default();
    for item in &module.items {
        names.visit_item(item);
    }
    names.0
}

#[derive(Default)]
struct Names(BTreeSet<Vec<String>>);

impl<'ast> Visit<'ast> for Names {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if matches!(item.vis, Visibility::Inherited) {
            let mut names = Vec::new();
            flatten(&item.tree, &mut Vec::new(), &mut names);
            self.0.extend(names.into_iter().map(|(_, path)| path));
        }
    }

    fn visit_item_mod(&mut self, _: &'ast ItemMod) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let names = path.segments.iter().map(|segment| segment.ident.to_string());
            self.0.insert(names.collect());
        }
        visit::visit_path(self, path);
    }
}

/// A chain of re-exports longer than this is taken for a circle of its own.
const HANDED_ON: usize = 16;

/// The file that defines what a path names, seen from a module; `None` if it is not of this crate.
fn resolve(modules: &BTreeMap<ModulePath, Module>, from: &[String], path: &[String], depth: usize) -> Option<usize> {
    let (first, rest) = path.split_first()?;
    if depth > HANDED_ON {
        return None;
    }
    let child = |name: &str| from.iter().cloned().chain([name.to_owned()]).collect::<Vec<_>>();
    match first.as_str() {
        "crate" => below(modules, &[], rest, depth),
        "self" => below(modules, from, rest, depth),
        "super" => below(modules, from.split_last()?.1, rest, depth),
        name if modules.contains_key(&child(name)) => below(modules, &child(name), rest, depth),
        name => {
            let (_, whole) = modules.get(from)?.scope.iter().find(|(known, _)| known == name)?;
            let whole: Vec<String> = whole.iter().chain(rest).cloned().collect();
            if whole == path {
                None
            } else {
                resolve(modules, from, &whole, depth + 1)
            }
        }
    }
}

/// The file that defines what a path names within a module.
fn below(modules: &BTreeMap<ModulePath, Module>, module: &[String], path: &[String], depth: usize) -> Option<usize> {
    let here = modules.get(module)?;
    let Some((first, rest)) = path.split_first() else {
        return Some(here.file);
    };
    if first == "super" {
        return below(modules, module.split_last()?.1, rest, depth);
    }
    let child: ModulePath = module.iter().cloned().chain([first.clone()]).collect();
    if modules.contains_key(&child) {
        return below(modules, &child, rest, depth);
    }
    if depth > HANDED_ON {
        return None;
    }
    let handed_on = here.scope.iter().find(|(name, _)| name == first);
    if let Some((_, whole)) = handed_on {
        let whole: Vec<String> = whole.iter().chain(rest).cloned().collect();
        return resolve(modules, module, &whole, depth + 1);
    }
    let in_glob = here
        .scope
        .iter()
        .filter(|(name, _)| name == "*")
        .find_map(|(_, whole)| {
            let whole: Vec<String> = whole.iter().cloned().chain([first.clone()]).collect();
            let defined = resolve(modules, module, &whole, depth + 1)?;
            Some(defined)
        });
    Some(in_glob.unwrap_or(here.file))
}
