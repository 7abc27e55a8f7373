mod catalogue;
mod files;

fn main() {}
