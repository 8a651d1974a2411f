//! The benchmarks, what they count, and the ratio to libuv that each is held to.

/// What a target speaks of.
#[derive(Clone, Copy, PartialEq)]
pub enum Target {
    /// Operations a second, ours over libuv's, at least.
    Rate(f64),
    /// Processor time an operation, ours over libuv's, at most.
    Cpu(f64),
    /// The rate, and the processor time.
    Both(f64, f64),
}

#[derive(Clone, Copy)]
pub struct Row {
    pub name: &'static str,
    pub what: &'static str,
    pub target: Target,
    /// Instructions an operation, ours over libuv's, at most.
    pub instructions: Option<f64>,
    pub counted: Counted,
}

/// How far the system calls and instructions of a short run mean something.
#[derive(Clone, Copy, PartialEq)]
pub enum Counted {
    /// They are the same every time, and must not grow.
    Steady,
    /// About the same: they are shown.
    Rough,
    /// Several threads wait for each other.
    No,
}

/// All benchmarks, in the order of the report.
pub fn rows() -> Vec<Row> {
    use Target::{Both, Cpu, Rate};
    let row = |name, what, target, counted| Row { name, what, target, instructions: None, counted };
    let steady = |name, what, target| row(name, what, target, Counted::Steady);
    let rough = |name, what, target| row(name, what, target, Counted::Rough);
    let loose = |name, what, target| row(name, what, target, Counted::No);
    let lean = |row| Row { instructions: Some(0.6), ..row };
    vec![
        lean(steady("tcp_echo_1", "echo of 64 bytes, 1 connection", Both(1.0, 0.95))),
        lean(rough("tcp_echo_50", "echo of 64 bytes, 50 connections", Both(1.0, 0.95))),
        lean(rough("tcp_echo_1000", "echo of 64 bytes, 1,000 connections", Both(1.0, 0.95))),
        steady("tcp_ping_pong", "ping-pong, both ends in one loop", Both(1.0, 0.95)),
        loose("tcp_pump", "one way, 64 KiB at a time (bytes)", Rate(1.0)),
        steady("tcp_write_batch", "1,000 small writes queued at once", Rate(1.0)),
        rough("tcp_churn_1", "a connection for each message", Rate(1.0)),
        rough("tcp_churn_64", "the same, 64 at a time", Rate(1.0)),
        rough("pipe_echo_1", "echo over a pipe, 1 connection", Rate(1.0)),
        rough("pipe_echo_50", "echo over a pipe, 50 connections", Both(1.0, 0.95)),
        loose("pipe_pump", "one way over a pipe (bytes)", Rate(1.0)),
        steady("timer_fire_10k", "timers started and fired, 10,000", Cpu(1.0 / 2.0)),
        steady("timer_fire_1m", "timers started and fired, 1,000,000", Cpu(1.0 / 4.0)),
        steady("timer_start_stop_10k", "timers started and stopped, 10,000", Cpu(1.0 / 2.0)),
        steady("timer_start_stop_1m", "timers started and stopped, 1,000,000", Cpu(1.0 / 4.0)),
        steady("timer_rearm_10k", "timeouts put off, 10,000", Cpu(1.0 / 2.0)),
        steady("timer_rearm_1m", "timeouts put off, 1,000,000", Cpu(1.0 / 4.0)),
        loose("async_round_trip", "wake-ups to and fro between two threads", Both(5.0, 1.0)),
        loose("async_send_awake_1", "uv_async_send to an awake loop", Rate(1.0)),
        loose("async_send_awake_8", "the same, 8 handles in turn", Rate(10.0)),
        loose("async_pummel_4", "4 threads sending to one handle", Rate(1.0)),
        steady("async_million", "a million handles made, sent to, closed", Rate(1.0)),
        loose("slow_async", "a wake-up each millisecond", Cpu(1.05)),
        loose("slow_work", "a job each millisecond", Cpu(1.05)),
        loose("work_1_empty", "uv_queue_work one at a time", Both(5.0, 1.0)),
        loose("work_1_10us", "the same, jobs of 10 us", Rate(1.0)),
        loose("work_4_empty", "4 in flight", Rate(1.0)),
        loose("work_4_10us", "4 in flight, jobs of 10 us", Rate(1.4)),
        loose("work_32_empty", "32 in flight", Rate(1.3)),
        loose("work_32_10us", "32 in flight, jobs of 10 us", Rate(1.0)),
        loose("work_1000_empty", "1,000 in flight", Rate(1.2)),
        loose("work_1000_10us", "1,000 in flight, jobs of 10 us", Rate(0.97)),
        loose("fs_read_1", "cached reads of 4 KiB, one at a time", Rate(20.0)),
        loose("fs_read_32", "cached reads of 4 KiB, 32 in flight", Rate(4.0)),
        loose("fs_stat_1", "stat of a cached path, one at a time", Rate(10.0)),
        loose("fs_stat_32", "stat of a cached path, 32 in flight", Rate(2.0)),
        loose("fs_write_32", "writes of 4 KiB, 32 in flight", Rate(1.0)),
        loose("fs_whole_1", "files opened, asked about, read and closed, one at a time", Rate(1.0)),
        loose("fs_whole_32", "the same, 32 at a time", Rate(1.0)),
        loose("fs_open_close_1", "open and close", Rate(1.0)),
        loose("fs_scandir", "scandir of a large folder", Rate(1.0)),
        steady("loop_idle", "turns with one idle handle", Rate(2.0)),
        steady("loop_idle_with_descriptor", "the same with a descriptor", Rate(1.0)),
        steady("loop_init_and_close", "loops made and closed", Rate(1.0)),
        rough("udp_pummel_1", "datagrams through one loop, 1 in flight", Rate(1.0)),
        rough("udp_pummel_10", "10 in flight", Rate(1.0)),
        rough("udp_pummel_100", "100 in flight", Rate(1.0)),
        steady("udp_try_send2_equal", "runs of 64 equal datagrams", Rate(2.0)),
        rough("spawn_small_parent", "/bin/true, one after another", Rate(1.0)),
        loose("spawn_1gib_parent", "the same, 1 GiB resident", Rate(1.0)),
        loose("spawn_2gib_parent", "the same, 2 GiB resident", Rate(1.0)),
        loose("spawn_1000_live", "the same, 1,000 other children", Both(1.3, 0.2)),
        loose("getaddrinfo", "getaddrinfo of a number", Rate(1.0)),
        loose("thread_create", "threads made and joined", Rate(1.0)),
    ]
}
