//! Builds the client: wasm by cargo, its JavaScript glue by wasm-bindgen as a library, its size by
//! `wasm-opt`; beside it, Shaka Player as npm has it. All goes to `client-wasm/dist`, from where the
//! server embeds it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::{Bindgen, Output};

use crate::run;

/// Where the parts of the client are left.
pub(crate) const DIST: &str = "client-wasm/dist";

/// What the compiler uses and all engines have; more, and `wasm-opt` would write what browsers do not
/// read yet.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What the client is compiled for.
const TARGET: &str = "wasm32-unknown-unknown";

/// Builds the client.
pub(crate) fn build() -> Result<()> {
    add_target()?;
    compile("client-wasm")?;
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let wasm = Path::new(&target).join("wasm32-unknown-unknown/client/client_wasm.wasm");
    let mut output = Bindgen::new()
        .input_path(&wasm)
        .out_name("kinora")
        .no_modules(true)?
        .omit_default_module_path(true)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .context("wasm-bindgen did not accept the client")?;
    fs::create_dir_all(DIST)?;
    // As a function, each call makes an instance with a memory of its own: after a trap the worker
    // goes on with a fresh one.
    let glue = format!(
        "function kinora() {{\n{}\nreturn wasm_bindgen;\n}}\n",
        shorten_imports(&mut output)?
    );
    write_changed(&Path::new(DIST).join("kinora.js"), glue.as_bytes())?;
    let raw = Path::new(&target).join("kinora_raw.wasm");
    fs::write(&raw, output.wasm_mut().emit_wasm())?;
    let small = Path::new(&target).join("kinora_small.wasm");
    install_packages()?;
    optimize(&raw, &small)?;
    write_changed(&Path::new(DIST).join("kinora_bg.wasm"), &fs::read(&small)?)?;
    copy_stream_player()
}

/// Gives short names to what the wasm imports from its glue, and returns the glue with them. The long
/// ones end in hashes, which nothing compresses.
fn shorten_imports(output: &mut Output) -> Result<String> {
    let mut glue = output.js().to_owned();
    for (number, import) in output.wasm_mut().imports.iter_mut().enumerate() {
        let name = format!("i{number:x}");
        let definition = format!("{}: function(", import.name);
        ensure!(
            glue.matches(&definition).count() == 1,
            "the glue does not define {} once",
            import.name
        );
        glue = glue.replace(&definition, &format!("{name}: function("));
        import.name = name;
    }
    Ok(glue)
}

/// Installs what the lock file pins, unless that is installed.
fn install_packages() -> Result<()> {
    let lock = fs::read("xtask/package-lock.json")?;
    let stamp = Path::new("xtask/node_modules/.kinora-lock");
    if fs::read(stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    run(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--prefix", "xtask"]))
        .context("the build's packages could not be installed; that needs Node.js with npm")?;
    fs::write(stamp, lock).with_context(|| format!("{} could not be written", stamp.display()))
}

/// Takes over the smallest build of Shaka Player that plays DASH and HLS, and its licence, which asks to
/// travel with it.
fn copy_stream_player() -> Result<()> {
    let package = Path::new("xtask/node_modules/shaka-player");
    for (from, to) in [
        ("dist/shaka-player.compiled-es2021.js", "shaka-player.js"),
        ("LICENSE", "shaka-player-license.txt"),
    ] {
        let from = package.join(from);
        let bytes =
            fs::read(&from).with_context(|| format!("npm installed no {}", from.display()))?;
        write_changed(&Path::new(DIST).join(to), &bytes)?;
    }
    Ok(())
}

/// Compiles a package as the client is compiled.
pub(crate) fn compile(package: &str) -> Result<()> {
    run(Command::new("cargo").args([
        "build",
        "--package",
        package,
        "--profile",
        "client",
        "--target",
        TARGET,
    ]))
}

/// rustup adds the targets of `rust-toolchain.toml` to a toolchain that it installs, but not to one that
/// is there already.
fn add_target() -> Result<()> {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .context("rustc could not be started")?;
    if Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir() {
        return Ok(());
    }
    run(Command::new("rustup").args(["target", "add", TARGET]))
}

/// Lets `wasm-opt` take off what the compiler left; from npm's `binaryen`, pinned in the lock file.
fn optimize(raw: &Path, small: &Path) -> Result<()> {
    let tool = Path::new("xtask/node_modules/binaryen/bin/wasm-opt");
    ensure!(tool.exists(), "npm installed no {}", tool.display());
    run(Command::new("node")
        .arg(tool)
        // Control flow that is taken apart first is put together smaller.
        .args(["--flatten", "--rereloop", "-Oz", "-Oz", "-Oz"])
        // Large functions that are called once compress no better inside their caller, and data begins
        // above the stack.
        .args(["-ocimfs", "25", "--low-memory-unused"])
        .args(FEATURES)
        .arg("-o")
        .arg(small)
        .arg(raw))
}

/// Leaves a file alone that is as it should be, so that the server is not built again for nothing.
fn write_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::write(path, bytes).with_context(|| format!("{} could not be written", path.display()))
}
