//! The system and this process: the larger part of libuv's "Miscellaneous utilities".

mod cpu;
mod descriptor;
mod environ;
mod memory;
mod path;
mod process;
mod system;
mod title;
mod users;
