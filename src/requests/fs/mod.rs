//! File operations. <https://docs.libuv.org/en/v1.x/fs.html>
//!
//! An operation is set up by its function in one of the topics' files, and carried out by
//! [`perform`]: at once if there is no callback, else by a worker, or, if the kernel can answer from
//! its caches, on the loop's thread ([`inline`]).

mod attributes;
mod copyfile;
mod dir;
mod file;
mod inline;
mod links;
mod mounts;
mod names;
mod perform;
mod read_write;
mod request;
mod scandir;
mod sendfile;
mod stat;
mod times;

pub(crate) use request::uv_fs_req_cleanup;
pub(crate) use stat::uv_fs_stat;
