//! The memory that C lends and what we allocate: lending, giving back, lists, texts, buffers.

pub(crate) mod alloc;
pub(crate) mod block;
pub(crate) mod buffer_list;
pub(crate) mod buffers;
pub(crate) mod callback;
pub(crate) mod give_back;
#[cfg(feature = "c-allocator")]
pub(crate) mod global_alloc;
pub(crate) mod kept;
pub(crate) mod leaf;
pub(crate) mod lend;
pub(crate) mod lend_values;
pub(crate) mod lookup_parts;
pub(crate) mod out;
pub(crate) mod out_text;
pub(crate) mod own_callback;
pub(crate) mod owning;
pub(crate) mod queue;
pub(crate) mod received;
pub(crate) mod reserve;
pub(crate) mod sized;
pub(crate) mod spawn_options;
pub(crate) mod text;
pub(crate) mod write_bufs;
