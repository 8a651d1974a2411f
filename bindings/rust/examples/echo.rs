//! An echo server and a client of it, on one loop.
//!
//!     cargo run --example echo                    # both, and what they say
//!     cargo run --example echo 127.0.0.1:7000     # the server alone

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use uv::{Error, Handle, Loop, LoopRef, Result, RunMode, Stream, Tcp};

/// Sends back what clients write, until they end.
fn serve(event_loop: &LoopRef, address: SocketAddr) -> Result<Tcp> {
    let server = Tcp::new(event_loop)?;
    server.bind(address)?;
    server.listen(128, |server, status| {
        if let Err(error) = status.and_then(|_| accept(server)) {
            eprintln!("a connection is lost: {error}");
        }
    })?;
    Ok(server)
}

fn accept(server: &Tcp) -> Result<()> {
    let connection = server.accept()?;
    connection.read_start(|connection, read| {
        let echoed = read.and_then(|bytes| connection.write(Vec::from(bytes), |_| ()));
        match echoed {
            Ok(()) => {}
            Err(Error::EOF) => {
                // What is yet to be written is written before the end is.
                let ended = connection.clone();
                let _ = connection.shutdown(move |_| ended.close());
            }
            Err(_) => connection.close(),
        }
    })?;
    // Nobody else keeps it: it stays until it is closed.
    connection.detach();
    Ok(())
}

/// Writes text to a server, and collects what comes back until the server ends.
fn talk(event_loop: &LoopRef, server: SocketAddr, text: &'static str) -> Result<Rc<RefCell<String>>> {
    let answer = Rc::new(RefCell::new(String::new()));
    let client = Tcp::new(event_loop)?;
    client.connect(server, {
        let (client, answer) = (client.clone(), answer.clone());
        move |status| {
            if let Err(error) = status.and_then(|_| converse(&client, text, answer)) {
                eprintln!("there is no conversation: {error}");
                client.close();
            }
        }
    })?;
    Ok(answer)
}

fn converse(client: &Tcp, text: &'static str, answer: Rc<RefCell<String>>) -> Result<()> {
    client.write(text, |_| ())?;
    client.shutdown(|_| ())?;
    client.read_start(move |client, read| match read {
        Ok(bytes) => answer.borrow_mut().push_str(&String::from_utf8_lossy(bytes)),
        Err(_) => client.close(),
    })?;
    client.clone().detach();
    Ok(())
}

/// Has a server and a client talk, and returns what the client has heard.
fn conversation(text: &'static str) -> Result<String> {
    let event_loop = Loop::new()?;
    let server = serve(&event_loop, SocketAddr::from(([127, 0, 0, 1], 0)))?;
    // The loop ends with the conversation.
    server.unref();
    let answer = talk(&event_loop, server.getsockname()?, text)?;
    event_loop.run(RunMode::Default);
    Ok(answer.take())
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    if let Some(address) = std::env::args().nth(1) {
        let event_loop = Loop::new()?;
        let server = serve(&event_loop, address.parse()?)?;
        println!("listening on {}", server.getsockname()?);
        event_loop.run(RunMode::Default);
    } else {
        println!("{}", conversation("hello, echo")?);
    }
    Ok(())
}

#[test]
fn what_is_said_comes_back() {
    assert_eq!(conversation("hello, echo").unwrap(), "hello, echo");
}
