//! Places that tracers find by themselves: a `nop` each, and a note in the file that says where it stands and in which
//! registers its arguments are (the format of SystemTap's `sys/sdt.h`, version 3). `bpftrace`, `perf` and `gdb` read it.

/// An argument of 8 bytes, in a register as the assembler writes it.
#[cfg(target_arch = "x86_64")]
macro_rules! register {
    ($place:literal) => {
        concat!("8@%{", $place, "}")
    };
}

#[cfg(target_arch = "aarch64")]
macro_rules! register {
    ($place:literal) => {
        concat!("8@{", $place, "}")
    };
}

/// The `nop`, and its note, beside it in a section of its own.
#[cfg(all(target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
macro_rules! noted {
    ($name:literal, $($argument:literal),*) => {
        concat!(
            "990: nop\n",
            ".pushsection .note.stapsdt, \"?\", \"note\"\n",
            ".balign 4\n",
            ".4byte 992f-991f, 994f-993f, 3\n",
            "991: .asciz \"stapsdt\"\n",
            "992: .balign 4\n",
            "993: .8byte 990b\n",
            ".8byte _.stapsdt.base\n",
            ".8byte 0\n",
            ".asciz \"libuv\"\n",
            concat!(".asciz \"", $name, "\"\n"),
            concat!(".asciz \"", register!(0) $(, " ", register!($argument))*, "\"\n"),
            "994: .balign 4\n",
            ".popsection\n",
            ".ifndef _.stapsdt.base\n",
            ".pushsection .stapsdt.base, \"aGR\", \"progbits\", .stapsdt.base, comdat\n",
            ".weak _.stapsdt.base\n",
            ".hidden _.stapsdt.base\n",
            "_.stapsdt.base: .space 1\n",
            ".size _.stapsdt.base, 1\n",
            ".popsection\n",
            ".endif"
        )
    };
}

#[cfg(all(target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
macro_rules! place {
    ($name:literal, $first:expr $(, $place:literal: $argument:expr)*) => {
        // SAFETY: a `nop`. What stands around it is data of other sections, which nothing runs.
        unsafe {
            std::arch::asm!(
                noted!($name, $($place),*),
                in(reg) $first,
                $(in(reg) $argument,)*
                options(readonly, nostack, preserves_flags),
            );
        }
    };
}

/// Other processors have no such places.
#[cfg(not(all(target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64"))))]
macro_rules! place {
    ($name:literal, $first:expr $(, $place:literal: $argument:expr)*) => {
        _ = ($first, $($argument,)*);
    };
}

/// A job was given to the pool. It is known by its address, as long as it is the pool's.
#[inline(always)]
pub(crate) fn work_queued(job: usize) {
    place!("work__queued", job);
}

/// A worker begins a job.
#[inline(always)]
pub(crate) fn work_begin(job: usize) {
    place!("work__begin", job);
}

/// It has done it.
#[inline(always)]
pub(crate) fn work_done(job: usize) {
    place!("work__done", job);
}

/// A loop, by its address, begins to wait, or goes on.
#[inline(always)]
pub(crate) fn iteration(loop_: usize, is_waiting: bool) {
    place!("iteration", loop_, 1: usize::from(is_waiting));
}

/// A function of the program's is called, about a handle or a request.
#[inline(always)]
pub(crate) fn callback_begin(function: usize, subject: usize) {
    place!("callback__begin", function, 1: subject);
}

/// It has returned.
#[inline(always)]
pub(crate) fn callback_end(function: usize, subject: usize) {
    place!("callback__end", function, 1: subject);
}
