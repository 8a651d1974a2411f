//! Proves sizes, alignments and public offsets against libuv 1.53 on Linux with glibc.

macro_rules! layout {
    ($($type:ident $size:literal $align:literal { $($field:tt = $offset:literal,)* })*) => {
        $(
            const _: () = assert!(size_of::<$type>() == $size && align_of::<$type>() == $align);
            $(const _: () = assert!(std::mem::offset_of!($type, $field) == $offset);)*
        )*
    };
}

#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86"))]
mod i686;
#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64", target_pointer_width = "64"))]
mod x86_64;
