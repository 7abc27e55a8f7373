//! Rebuilds the server when a file is added to the folders that it carries inside.

fn main() {
    println!("cargo::rerun-if-changed=../static");
    println!("cargo::rerun-if-changed=../client-wasm/dist");
}
