//! Why a loop must never block: the prime server answers cheap questions while it computes, its
//! blocking twin does not.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::Built;
use super::program::Server;

/// Trial division up to here takes a few hundred milliseconds.
const HARD: &str = "prime 60000";
const ANSWER: &str = "746773";
const QUESTIONS: usize = 6;

struct Latencies {
    pings: Vec<Duration>,
    elapsed: Duration,
}

pub fn run(built: &Built) -> Result<(), String> {
    println!("\nnever block the loop: \"ping\" while the server answers {QUESTIONS} times \"{HARD}\"");
    for (name, option) in [("uv_queue_work", None), ("on the loop", Some("--blocking"))] {
        let mut command = built.example("prime_server");
        command.args(option);
        let server = Server::start(command)?;
        let measured = measure(server.address).map_err(|e| format!("primes: {e}"))?;
        server.stop()?;
        report(name, measured);
    }
    Ok(())
}

fn measure(address: SocketAddr) -> std::io::Result<Latencies> {
    let done = Arc::new(AtomicBool::new(false));
    let pinger = {
        let done = Arc::clone(&done);
        let mut client = Client::connect(address)?;
        thread::spawn(move || -> std::io::Result<Vec<Duration>> {
            let mut pings = Vec::new();
            while !done.load(Ordering::Relaxed) {
                let start = Instant::now();
                client.ask("ping", "pong")?;
                pings.push(start.elapsed());
                thread::sleep(Duration::from_millis(2));
            }
            Ok(pings)
        })
    };
    let start = Instant::now();
    let mut client = Client::connect(address)?;
    for _ in 0..QUESTIONS {
        client.send(HARD)?;
    }
    for _ in 0..QUESTIONS {
        client.expect(ANSWER)?;
    }
    let elapsed = start.elapsed();
    done.store(true, Ordering::Relaxed);
    let mut pings = pinger.join().map_err(|_| std::io::Error::other("the pinging thread panicked"))??;
    pings.sort_unstable();
    Ok(Latencies { pings, elapsed })
}

fn report(name: &str, measured: Latencies) {
    let pings = &measured.pings;
    let at = |share: f64| {
        let index = ((pings.len() as f64 - 1.0) * share) as usize;
        pings.get(index).map_or(0.0, |ping| ping.as_secs_f64() * 1e3)
    };
    println!(
        "         {name:<14} {:>5} pings in {:.1} s: median {:.2} ms, 99% {:.1} ms, worst {:.1} ms",
        pings.len(),
        measured.elapsed.as_secs_f64(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

pub fn ask_hard(client: &mut Client) -> std::io::Result<()> {
    client.ask(HARD, ANSWER)
}

pub struct Client {
    reader: BufReader<TcpStream>,
}

impl Client {
    pub fn connect(address: SocketAddr) -> std::io::Result<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Client { reader: BufReader::new(stream) })
    }

    fn send(&mut self, question: &str) -> std::io::Result<()> {
        self.reader.get_mut().write_all(format!("{question}\n").as_bytes())
    }

    fn expect(&mut self, answer: &str) -> std::io::Result<()> {
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        if line.trim_end() == answer {
            Ok(())
        } else {
            Err(std::io::Error::other(format!("expected {answer}, got {line:?}")))
        }
    }

    fn ask(&mut self, question: &str, answer: &str) -> std::io::Result<()> {
        self.send(question)?;
        self.expect(answer)
    }
}
