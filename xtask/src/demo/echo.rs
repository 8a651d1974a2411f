//! The echo server under a thousand connections, every byte checked.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::Built;
use super::program::Server;

const CONNECTIONS: usize = 1000;
const THREADS: usize = 4;
const ROUNDS: usize = 20;

pub fn run(built: &Built) -> Result<(), String> {
    let server = Server::start(built.example("echo_server"))?;
    let start = Instant::now();
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let address = server.address;
            thread::spawn(move || drive(address, thread))
        })
        .collect();
    let mut bytes = 0;
    for thread in threads {
        bytes += thread.join().map_err(|_| "a client thread panicked")?.map_err(|e| format!("echo: {e}"))?;
    }
    let elapsed = start.elapsed();
    server.stop()?;
    println!(
        "\necho     {CONNECTIONS} connections open at once, {ROUNDS} messages of 1 to 8192 bytes on each"
    );
    println!(
        "         {} round trips, {:.1} MB each way in {:.2} s, all bytes as they were sent",
        CONNECTIONS * ROUNDS,
        bytes as f64 / 1e6,
        elapsed.as_secs_f64()
    );
    Ok(())
}

/// One thread's share: all connections are open, and have a message under way, at the same time.
fn drive(address: SocketAddr, thread: usize) -> std::io::Result<usize> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS / THREADS {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        connections.push(stream);
    }
    let mut state = 0x9e37_79b9_7f4a_7c15 ^ (thread as u64 + 1);
    let mut total = 0;
    for _ in 0..ROUNDS {
        let mut sent = Vec::with_capacity(connections.len());
        for stream in &mut connections {
            let message = message(&mut state);
            stream.write_all(&message)?;
            sent.push(message);
        }
        for (stream, message) in connections.iter_mut().zip(&sent) {
            let mut answer = vec![0; message.len()];
            stream.read_exact(&mut answer)?;
            if &answer != message {
                return Err(std::io::Error::other("other bytes came back than were sent"));
            }
            total += answer.len();
        }
    }
    Ok(total)
}

/// Bytes that say which message they belong to.
fn message(state: &mut u64) -> Vec<u8> {
    let mut next = || {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state
    };
    let length = 1 + (next() % 8192) as usize;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        bytes.extend_from_slice(&next().to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
