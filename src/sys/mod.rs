//! One module per facility of the operating system: safe signatures, plain values, no libuv notions.
//!
//! The list below is what a system must provide, for the rest of the library under these names. A system is a
//! folder: its `mod.rs` has each of them, of its own or from [`unix`], which holds what POSIX describes, or from
//! [`common`], which asks no system for anything. To port the library is to write such a folder: what it lacks, or
//! has with other signatures, the compiler says. `target_os` is asked here and in `abi`, and nowhere else.

#[cfg(target_os = "linux")]
mod gnu;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;
#[cfg(target_os = "linux")]
use gnu as system;

#[cfg(target_os = "android")]
mod android;
#[cfg(target_os = "android")]
use android as system;

// Other systems have nothing of their own yet.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
use unix as system;

mod common;
mod unix;

/// The end of a program that cannot go on.
pub(crate) use system::abort;
/// The arguments of this process, and their memory.
pub(crate) use system::arguments;
/// What the child of a fork puts in order.
pub(crate) use system::at_fork;
/// Locks that are held for a few instructions.
pub(crate) use system::brief_lock;
/// What C libraries over the same kernel do not all have.
pub(crate) use system::c_library;
/// C strings in places of a fixed size.
pub(crate) use system::c_text;
/// Limits that a group of processes has: processors, memory.
pub(crate) use system::cgroup;
/// Clocks, and sleeping.
pub(crate) use system::clock;
/// Processors: models, speeds, times, load.
pub(crate) use system::cpu;
/// The loader of shared objects.
pub(crate) use system::dl;
/// The environment of this process.
pub(crate) use system::environ;
/// Error codes, and how the system tells them.
pub(crate) use system::errno;
/// Where the C library puts the error of a call.
pub(crate) use system::errno_place;
/// Descriptors: opening, flags, reading, writing, closing.
pub(crate) use system::fd;
/// What a descriptor stands for, in words.
pub(crate) use system::fd_text;
/// The current folder, and the place of the running program.
pub(crate) use system::folder;
/// Telling the child of a fork from its parent.
pub(crate) use system::fork;
/// Locks that a fork cannot leave taken.
pub(crate) use system::fork_lock;
/// Files: paths, descriptors, contents, directories, copies, what the caches have.
pub(crate) use system::fs;
/// Sleeping until a word has changed.
pub(crate) use system::futex;
/// The numbers of this process and its user; what it has used.
pub(crate) use system::identity;
/// Reports of changes to files.
pub(crate) use system::inotify;
/// The socket at which a process lets its user look into it.
pub(crate) use system::inspect_socket;
/// Network interfaces.
pub(crate) use system::interfaces;
/// Lines for a person, never waited for.
pub(crate) use system::lines;
/// Values that each thread has for itself.
pub(crate) use system::local;
/// Mutexes, conditions, barriers, semaphores in the program's memory.
pub(crate) use system::locks;
/// The names of the machine and of its system.
pub(crate) use system::machine;
/// Memory from the system itself.
pub(crate) use system::mapped;
/// Calls that may not be there.
pub(crate) use system::may_lack;
/// How much memory there is, and how much of it this process has.
pub(crate) use system::memory;
/// Whether the program has more rights than whoever started it.
pub(crate) use system::more_rights;
/// Addresses of sockets.
pub(crate) use system::net_address;
/// Descriptors of the library's own, which the program may have closed.
pub(crate) use system::ours;
/// Memory of this process that may not be there.
pub(crate) use system::own_memory;
/// A table of descriptors for one thread.
pub(crate) use system::own_table;
/// Memory from the system that grows, and words in it.
pub(crate) use system::pages;
/// Names in the file system, as far as sockets have them.
pub(crate) use system::path;
/// Pieces of memory for one call.
pub(crate) use system::piece_list;
/// Asking the processor for memory ahead of its use.
pub(crate) use system::prefetch;
/// Places where tracers look on.
pub(crate) use system::probes;
/// Child processes: starting, following, reaping.
pub(crate) use system::process;
/// Small files in which the system tells of itself.
pub(crate) use system::procfs;
/// Random bytes.
pub(crate) use system::random;
/// Readiness of descriptors, beyond what mio offers.
pub(crate) use system::readiness;
/// Why something that was asked for is not there.
pub(crate) use system::refusal;
/// Names and addresses of hosts.
pub(crate) use system::resolver;
/// Answers of the resolver that only this system has.
pub(crate) use system::resolver_codes;
/// Descriptors that travel over sockets.
pub(crate) use system::rights;
/// Settings in environment variables.
pub(crate) use system::setting;
/// Signals: handlers, sending, keeping them away.
pub(crate) use system::signal;
/// The calling thread's signal mask.
pub(crate) use system::signal_mask;
/// Writing without SIGPIPE to what is no socket.
pub(crate) use system::sigpipe;
/// Sockets: creation, options, messages.
pub(crate) use system::socket;
/// Sockets as the system lists them.
pub(crate) use system::socket_tables;
/// Where a thread is, and the calls that have led there.
pub(crate) use system::stack;
/// The names of what lies at an address of the program's code.
pub(crate) use system::symbols;
/// Where temporary files go.
pub(crate) use system::temporary;
/// Threads: stacks, names, processors, priorities.
pub(crate) use system::thread;
/// Sleeping for a while, or until a word has changed.
pub(crate) use system::timed_wait;
/// Terminals.
pub(crate) use system::tty;
/// Groups of hosts that datagrams go to.
pub(crate) use system::udp_groups;
/// Datagrams: many in one call, segmentation, errors that arrive later.
pub(crate) use system::udp_socket;
/// Users and groups.
pub(crate) use system::users;
/// Waiting for several descriptors.
pub(crate) use system::waits;
/// Calls and types with sizes and offsets of 64 bits.
pub(crate) use system::wide;
/// Threads of the library's own.
pub(crate) use system::worker_thread;
