//! Proves sizes, alignments and public offsets against libuv 1.53 on Linux. `cargo xtask layouts` writes the tables:
//! what each target's C compiler says of libuv's own header. (But for `glibc_i686`.)

#[allow(unused_macros, reason = "no table is there for a system whose C library was not to be had")]
macro_rules! layout {
    ($($type:ident $size:literal $align:literal { $($field:tt = $offset:literal,)* })*) => {
        $(
            const _: () = assert!(size_of::<$type>() == $size && align_of::<$type>() == $align);
            $(const _: () = assert!(std::mem::offset_of!($type, $field) == $offset);)*
        )*
    };
}

#[cfg(all(
    target_os = "linux",
    target_env = "gnu",
    target_pointer_width = "64",
    not(target_arch = "aarch64")
))]
mod glibc_64;
#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "aarch64"))]
mod glibc_aarch64;
#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "arm"))]
mod glibc_arm;
#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86"))]
mod glibc_i686;
#[cfg(all(target_os = "linux", target_env = "musl", target_arch = "x86_64"))]
mod musl_64;
