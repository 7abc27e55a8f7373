mod catalogue;
mod watch;

fn main() {}
