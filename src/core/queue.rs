//! Intrusive circular lists: the `uv__queue` links inside handles, requests and the loop.
//!
//! The only link arithmetic of the library, with [`container_of`].
//! A list is a head that is linked to itself when empty. Every function asks that the nodes it is
//! given, and their neighbours, are valid and initialised.

use crate::abi::uv__queue;

/// The structure of type `$type` whose field `$field` is at `$node`.
macro_rules! container_of {
    ($node:expr, $type:ty, $($field:tt)+) => {
        $node.byte_sub(std::mem::offset_of!($type, $($field)+)).cast::<$type>()
    };
}
pub(crate) use container_of;

/// Makes `q` an empty list, or a node of no list.
///
/// # Safety
/// `q` may be written.
pub(crate) unsafe fn init(q: *mut uv__queue) {
    // SAFETY: the caller's promise.
    unsafe { q.write(uv__queue { next: q, prev: q }) };
}

/// # Safety
/// See the module.
pub(crate) unsafe fn is_empty(q: *const uv__queue) -> bool {
    // SAFETY: the caller's promise.
    unsafe { std::ptr::eq((*q).next, q) }
}

/// # Safety
/// See the module; `node` is in no list.
pub(crate) unsafe fn push_back(list: *mut uv__queue, node: *mut uv__queue) {
    // SAFETY: the caller's promise.
    unsafe {
        let last = (*list).prev;
        node.write(uv__queue { next: list, prev: last });
        (*last).next = node;
        (*list).prev = node;
    }
}

/// # Safety
/// See the module; `node` is in no list.
pub(crate) unsafe fn push_front(list: *mut uv__queue, node: *mut uv__queue) {
    // SAFETY: the caller's promise: behind the head stands the first place.
    unsafe { push_back((*list).next, node) };
}

/// Takes `node` out of its list, if it is in one, and leaves it linked to itself.
///
/// # Safety
/// See the module.
pub(crate) unsafe fn remove(node: *mut uv__queue) {
    // SAFETY: the caller's promise.
    unsafe {
        let uv__queue { next, prev } = node.read();
        (*prev).next = next;
        (*next).prev = prev;
        init(node);
    }
}

/// # Safety
/// See the module.
pub(crate) unsafe fn pop_front(list: *mut uv__queue) -> Option<*mut uv__queue> {
    // SAFETY: the caller's promise.
    unsafe {
        if is_empty(list) {
            return None;
        }
        let node = (*list).next;
        remove(node);
        Some(node)
    }
}

/// Moves all of `from` into `to`, which need not be initialised; `from` is empty afterwards.
///
/// # Safety
/// See the module; `to` may be written.
pub(crate) unsafe fn move_all(from: *mut uv__queue, to: *mut uv__queue) {
    // SAFETY: the caller's promise; the neighbours of `from` get the new head.
    unsafe {
        if is_empty(from) {
            init(to);
            return;
        }
        let uv__queue { next, prev } = from.read();
        to.write(uv__queue { next, prev });
        (*next).prev = to;
        (*prev).next = to;
        init(from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::MaybeUninit;

    struct Item {
        value: u32,
        node: MaybeUninit<uv__queue>,
    }

    fn item(value: u32) -> Box<Item> {
        Box::new(Item { value, node: MaybeUninit::uninit() })
    }

    unsafe fn node(item: *mut Item) -> *mut uv__queue {
        // SAFETY: the test's items live until its end.
        unsafe { (&raw mut (*item).node).cast() }
    }

    #[test]
    fn keeps_order_and_survives_moves() {
        let items: Vec<*mut Item> = (0..4).map(|i| Box::into_raw(item(i))).collect();
        let mut heads = MaybeUninit::<[uv__queue; 2]>::uninit();
        let a = heads.as_mut_ptr().cast::<uv__queue>();
        // SAFETY: all nodes live until the end of the test.
        unsafe {
            let b = a.add(1);
            init(a);
            assert!(is_empty(a));
            for &i in &items[..3] {
                push_back(a, node(i));
            }
            push_front(a, node(items[3]));
            move_all(a, b);
            assert!(is_empty(a));
            remove(node(items[1]));
            remove(node(items[1])); // of no list: nothing happens
            let mut seen = Vec::new();
            while let Some(node) = pop_front(b) {
                seen.push((*container_of!(node, Item, node)).value);
            }
            assert_eq!(seen, [3, 0, 2]);
            move_all(a, b);
            assert!(is_empty(b));
            for i in items {
                drop(Box::from_raw(i));
            }
        }
    }
}
