//! The echo server and its client again, with async/await.

use std::net::SocketAddr;

use uv::futures::{self, Listener};
use uv::{Loop, LoopRef, Result, Tcp};

/// Sends back what clients write, until they end.
async fn serve(event_loop: LoopRef, listener: Listener<Tcp>) -> Result<()> {
    loop {
        let connection = listener.accept().await?;
        event_loop.spawn(async move {
            loop {
                let bytes = futures::read(&connection).await?;
                if bytes.is_empty() {
                    return futures::shutdown(&connection).await;
                }
                futures::write(&connection, bytes).await?;
            }
        });
    }
}

/// Writes text to a server, and returns what comes back until the server ends.
async fn talk(event_loop: &LoopRef, server: SocketAddr, text: &'static str) -> Result<String> {
    let client = Tcp::new(event_loop)?;
    futures::connect(&client, server).await?;
    futures::write(&client, text).await?;
    futures::shutdown(&client).await?;
    let mut answer = Vec::new();
    loop {
        let bytes = futures::read(&client).await?;
        if bytes.is_empty() {
            return Ok(String::from_utf8_lossy(&answer).into_owned());
        }
        answer.extend(bytes);
    }
}

fn conversation(text: &'static str) -> Result<String> {
    let event_loop = Loop::new()?;
    let server = Tcp::new(&event_loop)?;
    server.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let address = server.getsockname()?;
    // It is dropped with the loop, when the conversation is over.
    event_loop.spawn(serve(event_loop.clone(), Listener::new(server, 128)?));
    event_loop.block_on(talk(&event_loop, address, text))
}

fn main() -> Result<()> {
    println!("{}", conversation("hello, echo")?);
    Ok(())
}

#[test]
fn what_is_said_comes_back() {
    assert_eq!(conversation("hello, echo").unwrap(), "hello, echo");
}
