//! Async/await.

#![cfg(feature = "futures")]

mod common;

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::thread;

use common::{Folder, Log, any_port, ms, panic_of};
use uv::futures::{self, Listener};
use uv::{Error, Handle, Loop, Pipe, RunMode, Tcp, fs};

#[test]
fn sleeps_in_their_order() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    for (time, name) in [(20, "late"), (1, "early")] {
        let (told, loop_ref) = (log.clone(), event_loop.clone());
        event_loop.spawn(async move {
            futures::sleep(&loop_ref, ms(time)).await.unwrap();
            told.add(name);
        });
    }
    // The loop runs while there are tasks.
    event_loop.run(RunMode::Default);
    log.expect(&["early", "late"]);
}

#[test]
fn an_echo_server() {
    let event_loop = Loop::new().unwrap();
    let received = event_loop.block_on(async {
        let server = Tcp::new(&event_loop)?;
        server.bind(any_port())?;
        let address = server.getsockname()?;
        let listener = Listener::new(server, 128)?;
        let loop_ref = event_loop.clone();
        let served = event_loop.spawn(async move {
            let connections: Vec<_> = [listener.accept().await?, listener.accept().await?].into();
            let tasks: Vec<_> = connections
                .into_iter()
                .map(|connection| {
                    loop_ref.spawn(async move {
                        loop {
                            let bytes = futures::read(&connection).await?;
                            if bytes.is_empty() {
                                return futures::shutdown(&connection).await;
                            }
                            futures::write(&connection, bytes).await?;
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await??;
            }
            Ok::<(), Error>(())
        });
        let mut received = Vec::new();
        let clients = [Tcp::new(&event_loop)?, Tcp::new(&event_loop)?];
        for client in &clients {
            futures::connect(client, address).await?;
        }
        for client in &clients {
            for part in ["one ", "two "] {
                futures::write(client, part).await?;
                received.extend(futures::read(client).await?);
            }
            futures::shutdown(client).await?;
            assert_eq!(futures::read(client).await?, b"");
        }
        served.await??;
        Ok::<_, Error>(received)
    });
    assert_eq!(received.unwrap(), b"one two one two ");
    event_loop.run(RunMode::Default);
    assert_eq!(event_loop.handle_count(), 0);
}

#[test]
fn pipes_and_files() {
    let (event_loop, folder) = (Loop::new().unwrap(), Folder::new());
    let result: uv::Result<()> = event_loop.block_on(async {
        let path = folder.file("file");
        let file = futures::fs::open(&event_loop, &path, fs::O_RDWR | fs::O_CREAT, 0o600).await?;
        assert_eq!(futures::fs::write(&file, "text", None).await?, 4);
        assert_eq!(futures::fs::read(&file, 10, Some(1)).await?, b"ext");
        assert_eq!(futures::fs::fstat(&file).await?.size, 4);
        futures::fs::truncate(&file, 2).await?;
        futures::fs::sync(&file).await?;
        futures::fs::close(file).await?;
        assert_eq!(futures::fs::read_file(&event_loop, &path).await?, b"te");
        futures::fs::rename(&event_loop, &path, folder.file("renamed")).await?;
        assert_eq!(futures::fs::scandir(&event_loop, folder.path()).await?.len(), 1);
        assert_eq!(futures::fs::stat(&event_loop, &path).await.err(), Some(Error::ENOENT));

        let server = Pipe::new(&event_loop)?;
        server.bind(folder.file("socket"))?;
        let listener = Listener::new(server, 1)?;
        let client = Pipe::new(&event_loop)?;
        futures::connect(&client, folder.file("socket")).await?;
        let connection = listener.accept().await?;
        futures::write(&connection, "hello").await?;
        assert_eq!(futures::read(&client).await?, b"hello");
        Ok(())
    });
    result.unwrap();
}

#[test]
fn work_and_names() {
    let event_loop = Loop::new().unwrap();
    event_loop.block_on(async {
        assert_eq!(futures::work(&event_loop, || 6 * 7).await, Ok(42));
        let addresses = futures::getaddrinfo(&event_loop, Some("127.0.0.1"), Some("80")).await.unwrap();
        assert_eq!(addresses[0].port(), 80);
        assert!(futures::getnameinfo(&event_loop, addresses[0]).await.is_ok());
    });
    let text = panic_of(|| {
        event_loop.block_on(async { futures::work(&event_loop, || panic!("at work")).await.unwrap() })
    });
    assert_eq!(text, "at work");
}

#[test]
fn a_future_may_borrow() {
    let event_loop = Loop::new().unwrap();
    let mut count = 0;
    event_loop.block_on(async {
        for _ in 0..3 {
            futures::sleep(&event_loop, ms(1)).await.unwrap();
            count += 1;
        }
    });
    assert_eq!(count, 3);
}

#[test]
fn is_woken_from_another_thread() {
    let event_loop = Loop::new().unwrap();
    let (send, receive) = std::sync::mpsc::channel::<Waker>();
    let thread = thread::spawn(move || receive.recv().unwrap().wake());
    let polls = Rc::new(Cell::new(0));
    let counted = polls.clone();
    let task = event_loop.spawn(poll_fn(move |context| {
        counted.set(counted.get() + 1);
        if counted.get() == 2 {
            return Poll::Ready("woken");
        }
        send.send(context.waker().clone()).unwrap();
        Poll::Pending
    }));
    assert_eq!(event_loop.block_on(task), Ok("woken"));
    assert_eq!(polls.get(), 2);
    thread.join().unwrap();
}

#[test]
fn a_task_that_wakes_itself_lets_others_run() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let (done, is_done) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    let seen = done.clone();
    event_loop.spawn(poll_fn(move |context| {
        if seen.get() {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }));
    let (told, loop_ref) = (log.clone(), event_loop.clone());
    let finished = is_done.clone();
    event_loop.spawn(async move {
        futures::sleep(&loop_ref, ms(2)).await.unwrap();
        told.add("slept");
        done.set(true);
        finished.set(true);
    });
    event_loop.run(RunMode::Default);
    log.expect(&["slept"]);
    assert!(is_done.get());
}

#[test]
fn a_panic_in_a_task_comes_out_of_run() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let broken = event_loop.spawn(async { panic!("in a task") });
    let told = log.clone();
    event_loop.spawn(async move { told.add("another task") });
    assert_eq!(panic_of(|| event_loop.run(RunMode::Default)), "in a task");
    log.expect(&["another task"]);
    assert_eq!(event_loop.block_on(broken), Err::<(), _>(Error::ECANCELED));
    assert!(!event_loop.run(RunMode::Default));
}

#[test]
fn tasks_are_dropped_with_the_loop() {
    let event_loop = Loop::new().unwrap();
    let alive = Rc::new(());
    let (captured, loop_ref) = (alive.clone(), event_loop.clone());
    let task = event_loop.spawn(async move {
        futures::sleep(&loop_ref, ms(3_600_000)).await.unwrap();
        drop(captured);
    });
    event_loop.run(RunMode::NoWait);
    drop(event_loop);
    assert_eq!(Rc::strong_count(&alive), 1);
    let other = Loop::new().unwrap();
    assert_eq!(other.block_on(task), Err(Error::ECANCELED));
}

/// A future that is dropped before it is ready leaves nothing behind, and loses nothing.
#[test]
fn a_read_that_is_dropped_loses_nothing() {
    let event_loop = Loop::new().unwrap();
    let (here, there) = (Pipe::new(&event_loop).unwrap(), Pipe::new(&event_loop).unwrap());
    let (first, second) = std::os::unix::net::UnixStream::pair().unwrap();
    here.open(first).unwrap();
    there.open(second).unwrap();
    {
        let mut read = pin!(futures::read(&here));
        assert!(read.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert!(here.is_active());
        event_loop.block_on(futures::write(&there, "kept")).unwrap();
        // The bytes have come, and the future is not asked for them.
        while here.is_active() {
            event_loop.run(RunMode::Once);
        }
    }
    assert_eq!(event_loop.block_on(futures::read(&here)).unwrap(), b"kept");
    {
        let mut read = pin!(futures::read(&here));
        assert!(read.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert!(!here.is_active(), "it does not read for nobody");
}

#[test]
fn a_closed_handle_ends_what_waits_for_it() {
    let event_loop = Loop::new().unwrap();
    let (here, _there) = std::os::unix::net::UnixStream::pair().unwrap();
    let pipe = Pipe::new(&event_loop).unwrap();
    pipe.open(here).unwrap();
    let reading = event_loop.spawn({
        let pipe = pipe.clone();
        async move { futures::read(&pipe).await }
    });
    let result = event_loop.block_on(async {
        futures::sleep(&event_loop, ms(1)).await?;
        pipe.close();
        reading.await?
    });
    assert_eq!(result, Err(Error::ECANCELED));
}
