//! Intrusive circular lists: the `uv__queue` links inside handles, requests and the loop.
//!
//! A [`List`] knows what it links, and where in it. What is linked was lent by the program, which
//! gets it back in a callback and not before: whoever calls that callback has taken it out of every
//! list. So what stands in a list is always there, and all of this is safe to call.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::null_mut;

use crate::abi::*;

/// The structure of type `$type` whose field `$field` is at `$node`.
macro_rules! container_of {
    ($node:expr, $type:ty, $($field:tt)+) => {
        $node.byte_sub(std::mem::offset_of!($type, $($field)+)).cast::<$type>()
    };
}
pub(crate) use container_of;

/// One of the links in an item.
///
/// # Safety
/// At `OFFSET` in an `Item` is a `uv__queue`, which nothing but lists of this link uses.
pub(crate) unsafe trait Link {
    type Item: 'static;
    const OFFSET: usize;
}

/// A link of handles or watchers, which come into a list and leave it as references.
pub(crate) trait Shared: Link {}

/// A link of requests, which come into a list and leave it as the tokens that they are.
pub(crate) trait Owning: Link {}

/// Names links: `Name: type.field`, `Shared` or `Owning`, and the lists of them: `fn name(type.field)`.
macro_rules! links {
    ($($link:ident: $how:ident $item:ident.$field:ident { $(fn $list:ident($owner:ident.$head:ident);)* })*) => { $(
        pub(crate) struct $link;

        impl $how for $link {}

        // SAFETY: the field is a `uv__queue`, or a union with one, and named for this link alone.
        unsafe impl Link for $link {
            type Item = $item;
            const OFFSET: usize = std::mem::offset_of!($item, $field);
        }

        $(#[inline(always)]
        pub(crate) fn $list(owner: &$owner) -> List<'_, $link> {
            List { head: &owner.$head, link: PhantomData }
        })*
    )* };
}

links! {
    HandleLink: Shared uv_handle_t.handle_queue { fn handles(uv_loop_t.handle_queue); }
    FedLink: Shared uv__io_t.pending_queue { fn fed(uv_loop_t.pending_queue); }
    ReadyLink: Shared uv__io_t.watcher_queue { fn ready(uv_loop_t.watcher_queue); }
    PrepareLink: Shared uv_prepare_t.queue { fn prepare_handles(uv_loop_t.prepare_handles); }
    CheckLink: Shared uv_check_t.queue { fn check_handles(uv_loop_t.check_handles); }
    IdleLink: Shared uv_idle_t.queue { fn idle_handles(uv_loop_t.idle_handles); }
    AsyncLink: Shared uv_async_t.queue { fn async_handles(uv_loop_t.async_handles); }
    DueLink: Shared uv_timer_t.node {}
    JobLink: Owning uv__work.wq { fn finished_jobs(uv_loop_t.wq); }
    WatchLink: Shared uv_fs_event_t.watchers {}
    ProcessLink: Shared uv_process_t.queue { fn processes(uv_loop_t.process_handles); }
    WriteLink: Owning uv_write_t.queue {
        fn waiting_writes(uv_stream_t.write_queue);
        fn finished_writes(uv_stream_t.write_completed_queue);
    }
    SendLink: Owning uv_udp_send_t.queue {
        fn waiting_sends(uv_udp_t.write_queue);
        fn finished_sends(uv_udp_t.write_completed_queue);
    }
}

impl uv__queue {
    /// A node that is not linked yet, not even to itself.
    pub(crate) const fn new() -> uv__queue {
        uv__queue { next: Cell::new(null_mut()), prev: Cell::new(null_mut()) }
    }

    #[inline(always)]
    fn as_ptr(&self) -> *mut uv__queue {
        std::ptr::from_ref(self).cast_mut()
    }

    /// Makes it an empty list, or a node of no list.
    #[inline(always)]
    pub(crate) fn init(&self) {
        self.next.set(self.as_ptr());
        self.prev.set(self.as_ptr());
    }

    /// Whether it is linked to nothing but itself.
    #[inline(always)]
    pub(crate) fn is_alone(&self) -> bool {
        std::ptr::eq(self.next.get(), self)
    }
}

/// The head of a list that is the library's own.
pub(crate) struct Head<L>(uv__queue, PhantomData<L>);

impl<L: Link> Head<L> {
    pub(crate) const fn new() -> Head<L> {
        Head(uv__queue::new(), PhantomData)
    }

    /// Makes it an empty list, at the address where it stays.
    pub(crate) fn init(&self) {
        self.0.init();
    }

    #[inline(always)]
    pub(crate) fn list(&self) -> List<'_, L> {
        List { head: &self.0, link: PhantomData }
    }
}

/// A list of items by one of their links, seen from its head.
pub(crate) struct List<'a, L> {
    head: &'a uv__queue,
    link: PhantomData<L>,
}

impl<L> Clone for List<'_, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for List<'_, L> {}

impl<'a, L: Link> List<'a, L> {
    pub(crate) fn is_empty(self) -> bool {
        self.head.is_alone()
    }

    /// Whether there is no more than one item.
    #[inline(always)]
    pub(crate) fn is_single(self) -> bool {
        self.head.next.get() == self.head.prev.get()
    }

    /// Says that the list is empty; what was in it was taken otherwise.
    #[inline(always)]
    pub(super) fn forget_items(self) {
        self.head.init();
    }

    /// The pointer in an item's neighbours. It is good for all of the item, so that the way back is.
    #[inline(always)]
    fn node(item: &L::Item) -> *mut uv__queue {
        std::ptr::from_ref(item).cast_mut().wrapping_byte_add(L::OFFSET).cast()
    }

    #[inline(always)]
    fn item(self, node: *mut uv__queue) -> Option<&'a L::Item> {
        // SAFETY: what is linked, the head aside, is the link of an item that is there.
        (!std::ptr::eq(node, self.head)).then(|| unsafe { &*node.byte_sub(L::OFFSET).cast::<L::Item>() })
    }

    #[inline(always)]
    fn insert_before(next: &uv__queue, node: *mut uv__queue) {
        let last = next.prev.get();
        // SAFETY: `node` is the link of an item, and neighbours are linked items or the head.
        unsafe {
            (*node).next.set(next.as_ptr());
            (*node).prev.set(last);
            (*last).next.set(node);
        }
        next.prev.set(node);
    }

    #[inline(always)]
    pub(super) fn append(self, item: &L::Item) {
        Self::insert_before(self.head, Self::node(item));
    }

    /// The item's own link.
    #[inline(always)]
    fn link_of(item: &L::Item) -> &uv__queue {
        // SAFETY: a `uv__queue` is there, as `Link` says.
        unsafe { &*Self::node(item) }
    }

    #[inline(always)]
    pub(super) fn unlink(item: &L::Item) {
        let node = Self::link_of(item);
        let (next, prev) = (node.next.get(), node.prev.get());
        // SAFETY: neighbours are linked items, the head or the node itself.
        unsafe {
            (*prev).next.set(next);
            (*next).prev.set(prev);
        }
        node.init();
    }

    #[inline(always)]
    pub(crate) fn first(self) -> Option<&'a L::Item> {
        self.item(self.head.next.get())
    }

    /// The item behind another one of this list.
    #[inline(always)]
    pub(crate) fn after(self, item: &L::Item) -> Option<&'a L::Item> {
        self.item(Self::link_of(item).next.get())
    }

    /// The items, of which none may leave meanwhile.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'a L::Item> {
        std::iter::successors(self.first(), move |item| self.after(item))
    }

    /// Moves all items into `to`, whose own, if any, are forgotten.
    #[inline(always)]
    pub(super) fn move_to(self, to: List<'_, L>) {
        if self.is_empty() {
            to.head.init();
            return;
        }
        let (first, last) = (self.head.next.get(), self.head.prev.get());
        to.head.next.set(first);
        to.head.prev.set(last);
        // SAFETY: neighbours of the head are linked items.
        unsafe {
            (*first).prev.set(to.head.as_ptr());
            (*last).next.set(to.head.as_ptr());
        }
        self.head.init();
    }

    /// The last item.
    #[inline(always)]
    pub(crate) fn last(self) -> Option<&'a L::Item> {
        self.item(self.head.prev.get())
    }
}

impl<'a, L: Shared> List<'a, L> {
    /// Appends an item that is in no list of this link.
    #[inline(always)]
    pub(crate) fn push_back(self, item: &L::Item) {
        self.append(item);
    }

    /// Puts an item that is in no list of this link before all others.
    #[inline(always)]
    pub(crate) fn push_front(self, item: &L::Item) {
        // SAFETY: behind the head stands the first item's link, or the head.
        Self::insert_before(unsafe { &*self.head.next.get() }, Self::node(item));
    }

    /// Puts an item that is in no list of this link before another one of this list, or last.
    #[inline(always)]
    pub(crate) fn insert(self, item: &L::Item, before: Option<&L::Item>) {
        let next = before.map_or(self.head, |before| Self::link_of(before));
        Self::insert_before(next, Self::node(item));
    }

    /// Says that the item is in no list.
    #[inline(always)]
    pub(crate) fn init(item: &L::Item) {
        Self::link_of(item).init();
    }

    /// Whether an item is in a list.
    #[inline(always)]
    pub(crate) fn contains(item: &L::Item) -> bool {
        !Self::link_of(item).is_alone()
    }

    /// Takes an item out of the list it is in, if any.
    #[inline(always)]
    pub(crate) fn remove(item: &L::Item) {
        Self::unlink(item);
    }

    pub(crate) fn pop_front(self) -> Option<&'a L::Item> {
        self.first().inspect(|item| Self::unlink(item))
    }

    /// Puts an item that is in no list behind all others of a ring, a list without a head.
    pub(crate) fn join_ring(first: &L::Item, item: &L::Item) {
        let (first, item) = (Self::node(first), Self::node(item));
        // SAFETY: links of items that are there, whose neighbours in the ring are links of such too.
        unsafe {
            let last = (*first).prev.get();
            (*item).next.set(first);
            (*item).prev.set(last);
            (*last).next.set(item);
            (*first).prev.set(item);
        }
    }

    /// The item behind this one in its ring, if there is another one.
    pub(crate) fn next_in_ring(item: &'a L::Item) -> Option<&'a L::Item> {
        let next = Self::link_of(item).next.get();
        // SAFETY: the neighbours in a ring are links of items that are there.
        Self::contains(item).then(|| unsafe { &*next.byte_sub(L::OFFSET).cast::<L::Item>() })
    }

    /// Calls `each` with every item that is here now, taken out. An item that leaves the list meanwhile
    /// is not called; one that comes stays for the next time.
    #[inline(always)]
    pub(crate) fn take_each(self, each: impl FnMut(&'a L::Item)) {
        if !self.is_empty() {
            gather(|batch| self.move_to(batch), each);
        }
    }

    /// Calls `each` with every item that is here now, taken out, by way of `batch`, where those stand
    /// which are still to be called. An item that leaves meanwhile is not called; one that comes stays
    /// for the next time.
    #[inline(always)]
    pub(crate) fn take_each_by(self, batch: List<'a, L>, mut each: impl FnMut(&'a L::Item)) {
        let Some(first) = self.first() else { return };
        if self.is_single() {
            Self::remove(first);
            return each(first);
        }
        self.start_batch(batch);
        while let Some(item) = batch.pop_front() {
            each(item);
        }
    }

    /// Moves all items into a batch, which is empty: whoever filled it last has emptied it, or has had
    /// it given back for a nested run.
    #[inline(always)]
    pub(crate) fn start_batch(self, batch: List<'_, L>) {
        debug_assert!(batch.is_empty());
        self.move_to(batch);
    }

    /// Moves all items behind those of another list.
    fn append_to(self, to: List<'_, L>) {
        while let Some(item) = self.pop_front() {
            to.push_back(item);
        }
    }

    /// Moves all items before those of another list.
    pub(crate) fn put_before(self, to: List<'_, L>) {
        to.append_to(self);
        self.move_to(to);
    }
}

/// Has `fill` put items into a list of their own, and calls `each` with every one that is still there
/// when its turn comes, taken out.
#[inline(always)]
pub(crate) fn gather<'a, L: Shared, R>(
    fill: impl FnOnce(List<'_, L>) -> R,
    mut each: impl FnMut(&'a L::Item),
) -> R {
    let head = uv__queue::new();
    head.init();
    let list = List { head: &head, link: PhantomData };
    let result = fill(list);
    while let Some(item) = list.pop_front() {
        // SAFETY: the item does not end with the local head: see the module.
        each(unsafe { &*std::ptr::from_ref(item) });
    }
    result
}

/// Hands an empty list to `with`, on whose return nothing may be left in it.
#[cfg(test)]
pub(crate) fn with_list<L: Shared, R>(with: impl FnOnce(List<'_, L>) -> R) -> R {
    let head = uv__queue::new();
    head.init();
    let list = List { head: &head, link: PhantomData };
    let result = with(list);
    while list.pop_front().is_some() {} // nobody may be linked to what goes
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepares(count: usize) -> Vec<uv_prepare_t> {
        let all: Vec<uv_prepare_t> = (0..count).map(|_| zeroed()).collect();
        all.iter().for_each(List::<PrepareLink>::init);
        all
    }

    #[test]
    fn keeps_order_and_survives_moves() {
        let items = prepares(4);
        let index = |item: &uv_prepare_t| items.iter().position(|it| std::ptr::eq(it, item)).unwrap();
        let mut seen = Vec::new();
        with_list(|a: List<'_, PrepareLink>| {
            assert!(a.is_empty());
            items[..3].iter().for_each(|item| a.push_back(item));
            a.push_front(&items[3]);
            List::<PrepareLink>::remove(&items[1]);
            List::<PrepareLink>::remove(&items[1]); // of no list: nothing happens
            assert_eq!(a.iter().map(index).collect::<Vec<_>>(), [3, 0, 2]);
            a.take_each(|item| {
                seen.push(index(item));
                if index(item) == 3 {
                    List::<PrepareLink>::remove(&items[2]); // leaves in a callback
                    a.push_back(item); // comes again, but not now
                }
            });
            assert_eq!(a.iter().map(index).collect::<Vec<_>>(), [3]);
        });
        assert_eq!(seen, [3, 0]);
        assert!(!List::<PrepareLink>::contains(&items[3])); // the list took it out when it went
    }
}
