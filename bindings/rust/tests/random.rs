//! Random programs: callbacks, and the drops of what they own, do anything to any handle. Nothing is expected of them but
//! that they end; valgrind says whether they have touched what is not theirs.

mod common;

use std::cell::{Cell, RefCell};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use common::{NONE, is_under_valgrind, ms};
use uv::{Async, Handle, Idle, Loop, LoopRef, Pipe, Request, Result, RunMode, Stream, Timer, queue_work};

/// What the program throws, so that other panics are seen.
struct Thrown;

#[derive(Clone)]
enum Any {
    Timer(Timer),
    Idle(Idle),
    Async(Async),
    Pipe(Pipe),
    Request(Request),
}

struct World {
    event_loop: LoopRef,
    state: Cell<u64>,
    /// How many steps are left.
    steps: Cell<u32>,
    things: RefCell<Vec<Any>>,
}

type Shared = Rc<World>;

/// Takes a step when it is dropped.
struct Dropped(Shared);

impl Drop for Dropped {
    fn drop(&mut self) {
        // A panic amid another one ends the process.
        if !std::thread::panicking() {
            step(&self.0);
        }
    }
}

impl World {
    fn below(&self, end: usize) -> usize {
        // xorshift: all that is asked is that each seed is another program.
        let mut state = self.state.get();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.state.set(state);
        (state >> 11) as usize % end
    }

    fn add(&self, thing: Any) {
        self.things.borrow_mut().push(thing);
    }

    fn any(&self) -> Option<Any> {
        let count = self.things.borrow().len();
        (count > 0).then(|| self.things.borrow()[self.below(count)].clone())
    }

    fn remove_any(&self) -> Option<Any> {
        let count = self.things.borrow().len();
        (count > 0).then(|| {
            let place = self.below(count);
            self.things.borrow_mut().swap_remove(place)
        })
    }
}

/// A callback: some steps, by a closure that may own a handle, and something that takes steps when it is dropped.
fn callback(world: &Shared) -> impl FnMut() + 'static {
    let owned = (world.below(4) == 0).then(|| world.any());
    let dropped = (world.below(3) == 0).then(|| Dropped(world.clone()));
    let world = world.clone();
    move || {
        let _captured = (&owned, &dropped);
        for _ in 0..world.below(3) {
            step(&world);
        }
        if world.below(50) == 0 {
            resume_unwind(Box::new(Thrown));
        }
    }
}

/// Errors are as good as anything: handles are closed, requests are over, the loop is gone.
fn step(world: &Shared) {
    if world.steps.get() == 0 {
        return;
    }
    world.steps.set(world.steps.get() - 1);
    match world.below(12) {
        0..=2 => _ = make(world),
        3 => drop(world.remove_any()),
        4 => {
            if let Some(thing) = world.any() {
                close(world, thing);
            }
        }
        5 => match world.remove_any() {
            Some(Any::Timer(timer)) => timer.detach(),
            Some(Any::Pipe(pipe)) => pipe.detach(),
            other => drop(other),
        },
        _ => {
            if let Some(thing) = world.any() {
                let _ = use_(world, thing);
            }
        }
    }
}

fn make(world: &Shared) -> Result<()> {
    let event_loop = &world.event_loop;
    match world.below(7) {
        0 | 1 => world.add(Any::Timer(Timer::new(event_loop)?)),
        2 => world.add(Any::Idle(Idle::new(event_loop)?)),
        3 => {
            let mut called = callback(world);
            world.add(Any::Async(Async::new(event_loop, move |_| called())?));
        }
        4 => {
            let (first, second) = UnixStream::pair().unwrap();
            for end in [first, second] {
                let pipe = Pipe::new(event_loop)?;
                pipe.open(end)?;
                world.add(Any::Pipe(pipe));
            }
        }
        5 => task(world),
        _ => {
            let mut called = callback(world);
            world.add(Any::Request(queue_work(event_loop, || (), move |_| called())?));
        }
    }
    Ok(())
}

/// A task that waits for something, and then is a callback.
fn task(world: &Shared) {
    #[cfg(feature = "futures")]
    {
        use uv::futures;
        let (thing, event_loop, mut called) = (world.any(), world.event_loop.clone(), callback(world));
        let time = ms(world.below(3) as u64);
        let task = world.event_loop.spawn(async move {
            match thing {
                Some(Any::Pipe(pipe)) => drop(futures::read(&pipe).await),
                Some(Any::Request(_)) => _ = futures::work(&event_loop, || ()).await,
                _ => _ = futures::sleep(&event_loop, time).await,
            }
            called();
        });
        drop(task);
    }
    #[cfg(not(feature = "futures"))]
    drop(world.any());
}

fn close(world: &Shared, thing: Any) {
    let called = callback(world);
    match thing {
        Any::Timer(timer) => timer.close_with(called),
        Any::Idle(idle) => idle.close(),
        Any::Async(wake_up) => wake_up.close_with(called),
        Any::Pipe(pipe) => pipe.close_with(called),
        Any::Request(request) => _ = request.cancel(),
    }
}

fn use_(world: &Shared, thing: Any) -> Result<()> {
    let mut called = callback(world);
    let choice = world.below(6);
    match thing {
        Any::Timer(timer) if choice == 0 => timer.stop(),
        Any::Timer(timer) => {
            let repeat = if choice == 1 { ms(1) } else { NONE };
            timer.start(ms(choice as u64 / 3), repeat, move |_| called())
        }
        Any::Idle(idle) if choice < 3 => idle.stop(),
        Any::Idle(idle) => idle.start(move |_| called()),
        Any::Async(wake_up) => wake_up.send(),
        Any::Pipe(pipe) => match choice {
            0 => pipe.read_stop(),
            1 => pipe.shutdown(move |_| called()),
            2 | 3 => pipe.write(vec![7; world.below(300_000)], move |_| called()),
            _ => pipe.read_start(move |_, _| called()),
        },
        Any::Request(request) => request.cancel(),
    }
}

/// Passes on what is not the program's own.
fn catch(call: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(call)) {
        if !payload.is::<Thrown>() {
            resume_unwind(payload);
        }
    }
}

#[test]
fn random_programs_end() {
    let (seeds, steps): (u64, u32) = if is_under_valgrind() { (60, 300) } else { (500, 600) };
    for seed in 1..=seeds {
        let event_loop = Loop::new().unwrap();
        let world = Rc::new(World {
            event_loop: event_loop.clone(),
            state: Cell::new(seed << 32 | seed),
            steps: Cell::new(steps),
            things: RefCell::default(),
        });
        // Some programs are ended in the middle.
        let turns = world.below(40) + 10;
        for _ in 0..turns {
            catch(|| (0..8).for_each(|_| step(&world)));
            catch(|| _ = event_loop.run(RunMode::NoWait));
        }
        catch(|| drop(event_loop));
        world.steps.set(50);
        catch(|| (0..50).for_each(|_| step(&world)));
        let things = world.things.take();
        catch(|| drop(things));
        assert_eq!(world.event_loop.handle_count(), 0, "seed {seed}");
        world.steps.set(0);
        assert_eq!(Rc::strong_count(&world), 1, "seed {seed} has left a callback");
    }
}
