//! Names and addresses: the system's resolver, at once or on the pool.
//! <https://docs.libuv.org/en/v1.x/dns.html>

pub(crate) mod lookup;
pub(crate) mod names;
