//! The environment, while no other thread changes it.

use std::ffi::CStr;

use crate::abi::uv_env_item_t;
use crate::core::memory::block::Block;
use crate::core::memory::out_text::OutText;
use crate::sys::environ::Environment;
use crate::sys::errno::{Errno, UvResult};

/// The variables, by name and value: what has no value is no variable.
fn variables<'a>(environment: &'a Environment) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    environment.texts().filter_map(|text| {
        let text = text.to_bytes();
        let equals = text.iter().position(|byte| *byte == b'=')?;
        Some((&text[..equals], &text[equals + 1..]))
    })
}

/// An array of all variables, with their texts behind it in the same block.
pub(crate) fn items(environment: &Environment) -> UvResult<Block<uv_env_item_t>> {
    let (mut count, mut bytes) = (0, 0);
    for (name, value) in variables(environment) {
        count += 1;
        bytes += name.len() + value.len() + 2;
    }
    let mut block = Block::new(count, bytes)?;
    for (name, value) in variables(environment) {
        let item = uv_env_item_t { name: block.text(name)?, value: block.text(value)? };
        block.push(item)?;
    }
    Ok(block)
}

pub(crate) fn get(environment: &Environment, name: Option<&CStr>, out: OutText) -> UvResult {
    out.write_text(environment.get(name.ok_or(Errno::EINVAL)?).ok_or(Errno::ENOENT)?)
}

pub(crate) fn set(mut environment: Environment, name: Option<&CStr>, value: Option<&CStr>) -> UvResult {
    let (Some(name), Some(value)) = (name, value) else { return Err(Errno::EINVAL) };
    environment.set(name, value)
}

pub(crate) fn unset(mut environment: Environment, name: Option<&CStr>) -> UvResult {
    environment.unset(name.ok_or(Errno::EINVAL)?)
}
