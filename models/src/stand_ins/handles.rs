//! Async handles.

pub(crate) mod async_ {
    use crate::abi::{AnyHandle, uv_async_t, uv_loop_t};
    use crate::core::inner;
    use crate::core::memory::callback;
    use crate::core::memory::queue::{AsyncLink, List, async_handles, handles};
    use crate::core::state::handle;
    use crate::core::state::inner::shared;
    use crate::core::state::sends::{self, Chain, Top};
    use crate::core::turn::{closing, sender};

    include!(concat!(env!("OUT_DIR"), "/handles/async_.rs"));
}
