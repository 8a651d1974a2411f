//! The mutants, by the part of the library that they break.

mod core;
mod failing;
mod files;
mod net;
mod system;

use super::Mutant;

pub(super) fn all() -> Vec<&'static Mutant> {
    core::ALL.iter().chain(net::ALL).chain(files::ALL).chain(system::ALL).chain(failing::ALL).collect()
}
