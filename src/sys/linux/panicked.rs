//! The end of a panic, and of an allocation that cannot be refused: the message, and abort.
//!
//! The standard library's own end reads the program's debug information to print a backtrace, 180 KB of code
//! for what must never happen. `build.rs` has the linker send here what would go there, where it can.

use core::arch::global_asm;
use core::fmt::{self, Write};
use core::panic::PanicInfo;

use crate::sys::abort;

/// Standard error, a write a piece.
struct StandardError;

impl Write for StandardError {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        abort::say(piece);
        Ok(())
    }
}

extern "Rust" fn panicked(info: &PanicInfo) -> ! {
    let _ = write!(StandardError, "libuv: {info}\n");
    abort::fatal("this is a fault of the library: please report it")
}

extern "Rust" fn out_of_memory(size: usize, _align: usize) -> ! {
    let _ = write!(StandardError, "libuv: no memory for {size} bytes\n");
    abort::fatal("what it was for cannot be refused")
}

#[cfg(target_arch = "x86_64")]
macro_rules! jump {
    () => {
        "jmp {function}"
    };
}
#[cfg(target_arch = "aarch64")]
macro_rules! jump {
    () => {
        "b {function}"
    };
}

/// Gives `$function` the name that the linker puts in the place of the standard library's.
macro_rules! in_place_of {
    ($name:literal, $function:path) => {
        global_asm!(
            concat!(".pushsection .text.", $name, ",\"ax\""),
            concat!(".globl __wrap_", env!($name)),
            concat!(".hidden __wrap_", env!($name)),
            concat!("__wrap_", env!($name), ":"),
            jump!(),
            ".popsection",
            function = sym $function,
        );
    };
}

in_place_of!("UV_PANIC", panicked);
in_place_of!("UV_OUT_OF_MEMORY", out_of_memory);
