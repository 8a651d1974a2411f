//! Tasks on the loop.
//!
//! A task that is woken, on whatever thread, has its number queued; an `Async` has the loop poll those that are queued.
//! The future of `block_on` is polled outside of the loop's run, so it may borrow.
#![forbid(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::oneshot::{Receiver, oneshot};
use crate::async_::{Async, AsyncSender};
use crate::error::Result;
use crate::event_loop::{Loop, LoopRef, RunMode};
use crate::handle::Handle;

pub struct Executor {
    wake_up: Async,
    queue: Arc<Queue>,
    /// Those that are not being polled.
    tasks: RefCell<HashMap<u64, Task>>,
    /// How many there are, and futures of `block_on`: while there are some, the loop waits for the wake-up.
    count: Cell<usize>,
    next: Cell<u64>,
}

struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Arc<TaskWaker>,
}

/// The numbers of tasks that are to be polled.
struct Queue {
    ready: Mutex<Vec<u64>>,
    sender: AsyncSender,
}

impl Queue {
    fn push(&self, task: u64) {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        ready.push(task);
        if ready.len() == 1 {
            drop(ready);
            // A closed loop polls nothing more.
            let _ = self.sender.send();
        }
    }
}

struct TaskWaker {
    task: u64,
    is_queued: AtomicBool,
    queue: Arc<Queue>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_queued.swap(true, Ordering::AcqRel) {
            self.queue.push(self.task);
        }
    }
}

struct RootWaker {
    is_woken: AtomicBool,
    sender: AsyncSender,
}

impl Wake for RootWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_woken.swap(true, Ordering::AcqRel) {
            let _ = self.sender.send();
        }
    }
}

/// The result of a task, to await. Dropping it leaves the task alone.
pub struct JoinHandle<T>(Receiver<T>);

/// The task's result; [`Error::ECANCELED`](crate::Error::ECANCELED) if the loop was dropped before, or the task has
/// panicked.
impl<T> Future for JoinHandle<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        Pin::new(&mut self.0).poll(context)
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}

impl Loop {
    /// Runs the loop until the future is ready, and returns what it has come to. Tasks and handles that are not done by
    /// then go on when the loop is run the next time.
    ///
    /// # Panics
    ///
    /// As [`run`](Loop::run) does.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let executor = self.tasks().expect("a loop has it until it is dropped");
        let _counted = Counted::new(&executor);
        let root = Arc::new(RootWaker { is_woken: AtomicBool::new(true), sender: executor.wake_up.sender() });
        let waker = Waker::from(root.clone());
        let mut future = pin!(future);
        loop {
            if root.is_woken.swap(false, Ordering::AcqRel) {
                if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return output;
                }
            }
            self.run(RunMode::Once);
        }
    }
}

impl LoopRef {
    /// Starts a task, which is polled while the loop runs, and keeps it alive until it is done. A panic in it comes out of
    /// [`Loop::run`] or [`Loop::block_on`].
    pub fn spawn<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> JoinHandle<T> {
        let (sender, receiver) = oneshot();
        if let Some(executor) = self.tasks() {
            executor.spawn(Box::pin(async move { sender.send(future.await) }));
        }
        JoinHandle(receiver)
    }

    fn tasks(&self) -> Option<Rc<Executor>> {
        self.executor().borrow().clone()
    }

    /// Makes what `spawn` and `block_on` need.
    pub(crate) fn prepare_tasks(&self) -> Result<()> {
        let wake_up = Async::new(self, |wake_up| {
            if let Some(executor) = wake_up.event_loop().tasks() {
                executor.poll_tasks();
            }
        })?;
        wake_up.unref();
        let queue = Arc::new(Queue { ready: Mutex::default(), sender: wake_up.sender() });
        let executor =
            Executor { wake_up, queue, tasks: RefCell::default(), count: Cell::new(0), next: Cell::new(0) };
        self.executor().replace(Some(Rc::new(executor)));
        Ok(())
    }
}

impl Executor {
    fn spawn(self: &Rc<Self>, future: Pin<Box<dyn Future<Output = ()>>>) {
        let number = self.next.replace(self.next.get() + 1);
        let waker = TaskWaker { task: number, is_queued: AtomicBool::new(false), queue: self.queue.clone() };
        let waker = Arc::new(waker);
        let counted = Counted::new(self);
        let future = Box::pin(async move {
            future.await;
            drop(counted);
        });
        self.tasks.borrow_mut().insert(number, Task { future, waker: waker.clone() });
        waker.wake();
    }

    /// Polls the tasks that are queued now. Those that are queued meanwhile wait for the next turn.
    fn poll_tasks(&self) {
        let ready = std::mem::take(&mut *self.queue.ready.lock().unwrap_or_else(PoisonError::into_inner));
        let event_loop = self.wake_up.event_loop();
        for number in ready {
            // One that panics must not keep the others from being polled.
            event_loop.guard(|| self.poll(number));
        }
    }

    fn poll(&self, number: u64) {
        let task = self.tasks.borrow_mut().remove(&number);
        let Some(mut task) = task else { return };
        // What wakes it from here on queues it again.
        task.waker.is_queued.store(false, Ordering::Release);
        let waker = Waker::from(task.waker.clone());
        if task.future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            self.tasks.borrow_mut().insert(number, task);
        }
    }
}

/// A future that the loop waits for.
struct Counted(std::rc::Weak<Executor>);

impl Counted {
    fn new(executor: &Rc<Executor>) -> Counted {
        executor.count.set(executor.count.get() + 1);
        executor.wake_up.ref_();
        Counted(Rc::downgrade(executor))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let Some(executor) = self.0.upgrade() else { return };
        executor.count.set(executor.count.get() - 1);
        if executor.count.get() == 0 {
            executor.wake_up.unref();
        }
    }
}
