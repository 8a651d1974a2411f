//! File operations. <https://docs.libuv.org/en/v1.x/fs.html>
//!
//! An operation is set up and followed by [`request`], and carried out by [`perform`], which knows what
//! each kind is: at once if there is no callback, else by a worker, or, if the kernel can answer from its
//! caches, on the loop's thread ([`inline`]). What the operations do is in the files of their topics; the
//! memory they do it on is in [`crate::core::files`].

mod begun;
pub(crate) mod copyfile;
pub(crate) mod dir;
mod inline;
mod links;
mod mounts;
mod names;
mod pace;
mod perform;
mod read_write;
pub(crate) mod request;
pub(crate) mod scandir;
mod stat;
mod times;
mod transfer;
