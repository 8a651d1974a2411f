//! The pool, and the stack of what it has finished.

use loom::thread;

use super::fixture::{Place, check_work, close, held, new_loop, new_pair, new_work, run};
use crate::abi::{uv_loop_t, uv_work_t};
use crate::core::state::job::Job;
use crate::core::threadpool::jobs::WorkKind;
use crate::core::threadpool::{finish, start, workers};
use crate::{Model, kernel};

pub const ALL: &[Model] = &[
    Model {
        name: "completions",
        what: "two threads finish a job each; told of both, the loop is closed and its memory goes",
        bound: Some(3),
        body: completions,
    },
    Model { name: "pool_one_worker", what: "two jobs, one worker", bound: Some(3), body: one_worker },
    Model {
        name: "pool_two_workers",
        what: "two jobs, two workers: who sleeps and is woken",
        bound: Some(2),
        body: two_workers,
    },
    Model {
        name: "pool_looking",
        what: "the same with a worker that looks before it sleeps",
        bound: Some(2),
        body: looking,
    },
    Model {
        name: "pool_short_jobs",
        what: "three short jobs, two workers: one that is on its way is enough",
        bound: Some(2),
        body: short,
    },
    Model {
        name: "pool_looking_short",
        what: "two short jobs, two workers, of which one looks before it sleeps",
        bound: Some(2),
        body: looking_short,
    },
    Model {
        name: "pool_long_job",
        what: "a job that was taken for short lasts until the one behind it is done; two workers",
        bound: Some(1),
        body: long,
    },
    Model {
        name: "pool_looking_long",
        what: "the same with a worker that looks before it sleeps",
        bound: Some(1),
        body: looking_long,
    },
    Model {
        name: "pool_two_loops",
        what: "two threads give a short job each, one worker",
        bound: Some(2),
        body: two_loops,
    },
    Model {
        name: "pool_later_job",
        what: "a job for workers that sleep, or are about to",
        bound: Some(2),
        body: later,
    },
    Model {
        name: "pool_slow_jobs",
        what: "two slow jobs and another one, two workers",
        bound: Some(2),
        body: slow,
    },
    Model {
        name: "cancel",
        what: "a worker begins a job that the program takes back",
        bound: Some(3),
        body: cancel,
    },
    Model {
        name: "shutdown",
        what: "the pool ends with jobs in it; later ones begin a new pool",
        bound: Some(2),
        body: shutdown,
    },
    Model {
        name: "shutdown_beside",
        what: "a thread gives a job while another one ends the pool",
        bound: Some(2),
        body: shutdown_beside,
    },
    Model {
        name: "shutdown_and_cancel",
        what: "a thread gives a job, and takes back another one, while the pool ends and begins anew",
        bound: Some(1),
        body: shutdown_and_cancel,
    },
];

fn is_told(work: &Place<uv_work_t>) -> bool {
    work.get().told.get().is_some()
}

fn completions() {
    let loop_ = new_loop(false);
    let works = [new_work(), new_work()];
    let threads = works.map(|work| {
        let job = Job::begun(loop_.get(), held(work));
        let job = Carried(job);
        thread::spawn(move || {
            let Carried(job) = { job };
            work.get().runs.set(1);
            finish::complete(job);
        })
    });
    run(loop_.get(), || works.iter().all(is_told));
    // The threads may still be on their way out.
    close(loop_);
    works.into_iter().for_each(check_work);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

/// A job that goes to another thread.
struct Carried(Job);

// SAFETY: it has the request for itself.
unsafe impl Send for Carried {}

/// Gives works to the pool, runs the loop until all are told, and ends both.
fn give(count: usize, workers_wanted: u32, kinds: &[WorkKind]) {
    kernel::set_workers(workers_wanted);
    let loop_ = new_loop(false);
    let works: Vec<Place<uv_work_t>> = (0..count).map(|_| new_work()).collect();
    for (work, kind) in works.iter().zip(kinds.iter().cycle()) {
        start::start(loop_.get(), held(*work), *kind);
    }
    run(loop_.get(), || works.iter().all(is_told));
    workers::shutdown();
    close(loop_);
    works.into_iter().for_each(check_work);
}

fn one_worker() {
    give(2, 1, &[WorkKind::Cpu]);
}

fn two_workers() {
    give(2, 2, &[WorkKind::FastIo]);
}

fn looking() {
    kernel::set_looks(true);
    give(2, 2, &[WorkKind::FastIo]);
}

fn short() {
    kernel::set_short_jobs(true);
    give(3, 2, &[WorkKind::FastIo]);
}

fn looking_short() {
    kernel::set_looks(true);
    kernel::set_short_jobs(true);
    give(2, 2, &[WorkKind::FastIo]);
}

/// The workers have slept or looked, or are about to.
fn give_pair() {
    kernel::set_short_jobs(true);
    kernel::set_workers(2);
    let loop_ = new_loop(false);
    let first = new_work();
    start::start(loop_.get(), held(first), WorkKind::Cpu);
    run(loop_.get(), || is_told(&first));
    check_work(first);
    let works = new_pair();
    for work in works {
        start::start(loop_.get(), held(work), WorkKind::Cpu);
    }
    run(loop_.get(), || works.iter().all(is_told));
    workers::shutdown();
    close(loop_);
    works.into_iter().for_each(check_work);
}

fn long() {
    give_pair();
}

fn looking_long() {
    kernel::set_looks(true);
    give_pair();
}

fn give_one() {
    let loop_ = new_loop(false);
    let work = new_work();
    start::start(loop_.get(), held(work), WorkKind::FastIo);
    run(loop_.get(), || is_told(&work));
    close(loop_);
    check_work(work);
}

/// And asks for the end of another one, which was never begun.
fn give_one_and_cancel() {
    let loop_ = new_loop(false);
    let [work, other] = [new_work(), new_work()];
    start::start(loop_.get(), held(work), WorkKind::FastIo);
    assert!(start::cancel(other.get()).is_err());
    run(loop_.get(), || is_told(&work));
    close(loop_);
    check_work(work);
    drop(other.take());
}

fn two_loops() {
    kernel::set_short_jobs(true);
    kernel::set_workers(1);
    let other = thread::spawn(give_one);
    give_one();
    other.join().unwrap();
    workers::shutdown();
}

fn shutdown_beside() {
    kernel::set_workers(1);
    give_one();
    let other = thread::spawn(give_one);
    workers::shutdown();
    other.join().unwrap();
    workers::shutdown();
}

fn shutdown_and_cancel() {
    kernel::set_workers(1);
    give_one();
    let other = thread::spawn(give_one_and_cancel);
    workers::shutdown();
    give_one();
    other.join().unwrap();
    workers::shutdown();
}

fn later() {
    kernel::set_workers(1);
    let loop_ = new_loop(false);
    let works = [new_work(), new_work()];
    for work in &works {
        start::start(loop_.get(), held(*work), WorkKind::FastIo);
        run(loop_.get(), || is_told(work));
    }
    workers::shutdown();
    close(loop_);
    works.into_iter().for_each(check_work);
}

fn slow() {
    give(3, 2, &[WorkKind::SlowIo, WorkKind::SlowIo, WorkKind::Cpu]);
}

fn cancel() {
    kernel::set_workers(1);
    let loop_ = new_loop(false);
    let works = [new_work(), new_work()];
    for work in works {
        start::start(loop_.get(), held(work), WorkKind::Cpu);
    }
    let answer = start::cancel(works[1].get());
    run(loop_.get(), || works.iter().all(is_told));
    assert_eq!(answer.is_ok(), works[1].get().told.get() != Some(0));
    workers::shutdown();
    close(loop_);
    works.into_iter().for_each(check_work);
}

fn shutdown() {
    kernel::set_workers(2);
    let loop_ = new_loop(false);
    let works = [new_work(), new_work()];
    start::start(loop_.get(), held(works[0]), WorkKind::Cpu);
    workers::shutdown();
    assert_eq!(works[0].get().runs.get(), 1, "what waits is done before the end");
    kernel::set_workers(1);
    start::start(loop_.get(), held(works[1]), WorkKind::Cpu);
    run(loop_.get(), || works.iter().all(is_told));
    workers::shutdown();
    close(loop_);
    works.into_iter().for_each(check_work);
}
