//! File operations. <https://docs.libuv.org/en/v1.x/fs.html>

mod attributes;
mod copyfile;
mod dir;
mod file;
mod links;
mod names;
mod read_write;
mod request;
mod scandir;
mod sendfile;
mod stat;
mod times;
