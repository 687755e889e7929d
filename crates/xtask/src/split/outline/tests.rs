//! What is moved out does what it did: node runs both modules.

use super::super::blocks::Blocks;
use super::super::list::First;
use super::super::module::Module;
use super::outline;
use std::collections::BTreeSet;
use std::process::Command;
use wasm_encoder::{
    BlockType, CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection,
    Instruction, NameMap, NameSection, TypeSection, ValType,
};

/// `f(a, b, c)`: where `a` is 0, a run that loops over `b`, writes a local and leaves in each of four ways, by `c`; at last what it wrote.
fn module() -> Vec<u8> {
    use Instruction::{
        Block, BrIf, Call, Drop, End, I32Add, I32Const, I32Eq, I32Mul, I32Sub, If, LocalGet, LocalSet, LocalTee, Loop,
        Return,
    };
    let equals = |value| [LocalGet(2), I32Const(value), I32Eq];
    let body = [
        vec![
            I32Const(5),
            LocalSet(3),
            Block(BlockType::Empty),
            Block(BlockType::Empty),
            LocalGet(0),
            BrIf(0),
        ],
        // From here on nothing runs first: 4 counts down from b, 3 grows.
        vec![LocalGet(1), LocalSet(4), Loop(BlockType::Empty)],
        vec![LocalGet(3), I32Const(3), I32Mul, LocalGet(4), I32Add, LocalSet(3)],
        vec![LocalGet(4), I32Const(1), I32Sub, LocalTee(4), BrIf(0), End],
        equals(1).to_vec(),
        vec![If(BlockType::Empty), LocalGet(3), I32Const(1000), I32Add, Return, End],
        equals(2).to_vec(),
        vec![BrIf(0)],
        equals(3).to_vec(),
        vec![
            BrIf(1),
            LocalGet(3),
            Call(0),
            Drop,
            LocalGet(3),
            I32Const(7),
            I32Add,
            LocalSet(3),
            End,
        ],
        vec![LocalGet(3), I32Const(10), I32Add, LocalSet(3), End],
        vec![LocalGet(3), LocalGet(0), I32Add, End],
    ];
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    types.ty().function([ValType::I32; 3], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import("js", "told", EntityType::Function(0));
    let mut functions = FunctionSection::new();
    functions.function(1);
    let mut exports = ExportSection::new();
    exports.export("f", ExportKind::Func, 1);
    let mut function = Function::new([(2, ValType::I32)]);
    for operator in body.iter().flatten() {
        function.instruction(operator);
    }
    let mut code = CodeSection::new();
    code.function(&function);
    let mut names = NameMap::new();
    names.append(1, "f");
    let mut named = NameSection::new();
    named.functions(&names);
    let mut module = wasm_encoder::Module::new();
    module
        .section(&types)
        .section(&imports)
        .section(&functions)
        .section(&exports);
    module.section(&code).section(&named);
    module.finish()
}

/// The list of a view for which `f` ran with an `a` that is not 0.
fn list(module: &Module<'_>) -> First {
    let blocks = Blocks::read(&module.bodies[0]).unwrap();
    let mut ran = vec![false; blocks.starts.len()];
    let last = ran.len() - 1;
    for runs in [0, last - 1, last] {
        ran[runs] = true;
    }
    let mut list = First::default();
    list.add("f", blocks.shape(), &ran);
    list
}

/// What `f` returns and tells for many arguments.
fn results(module: &[u8]) -> String {
    let script = format!(
        "const told = [];
        const module = new WebAssembly.Module(Uint8Array.from({module:?}));
        const {{ f }} = new WebAssembly.Instance(module, {{ js: {{ told: (n) => (told.push(n), n) }} }}).exports;
        for (const a of [0, 1]) for (const b of [1, 2, 5]) for (const c of [0, 1, 2, 3]) told.push(f(a, b, c));
        console.log(told.join(' '));"
    );
    let run = Command::new("node").args(["-e", &script]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn what_never_ran_becomes_a_function_that_does_the_same() {
    let bytes = module();
    let whole = Module::read(&bytes).unwrap();
    let outlined = outline(&bytes, &list(&whole), &BTreeSet::new()).unwrap();
    assert_eq!(outlined.first, [true, true, false]);
    let apart = Module::read(&outlined.bytes).unwrap();
    assert!(apart.bodies[0].range().len() < whole.bodies[0].range().len());
    assert_eq!(results(&outlined.bytes), results(&bytes));
}

#[test]
fn a_function_that_is_compiled_otherwise_stays_whole() {
    let bytes = module();
    let mut list = First::default();
    list.add("f", 1, &[true, false]);
    let outlined = outline(&bytes, &list, &BTreeSet::new()).unwrap();
    assert_eq!(outlined.first, [true, true]);
    let later = outline(&bytes, &First::default(), &BTreeSet::new()).unwrap();
    assert_eq!(later.first, [true, false]);
}
