//! Another static library in Rust, with all that one brings along: an allocator, threads, an unwinder.

use std::panic::{catch_unwind, set_hook};
use std::thread;

#[unsafe(no_mangle)]
pub extern "C" fn second_answer() -> i32 {
    set_hook(Box::new(|_| {}));
    let caught = catch_unwind(|| panic!("{}", String::from("unwound"))).is_err();
    let sum = thread::spawn(|| (1..9).collect::<Vec<i32>>().iter().sum::<i32>()).join().unwrap_or(0);
    if caught { sum + 6 } else { 0 }
}
