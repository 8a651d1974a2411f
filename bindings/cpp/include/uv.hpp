// libuv for C++17: handles that close themselves, lambdas for callbacks, errors as values. Nothing throws, and
// nothing needs exceptions or run-time type information.
//
// uv/coro.hpp has coroutines on top of it.
#ifndef UV_HPP
#define UV_HPP

#include "uv/async.hpp"
#include "uv/dns.hpp"
#include "uv/fs.hpp"
#include "uv/fs_event.hpp"
#include "uv/loop.hpp"
#include "uv/pipe.hpp"
#include "uv/poll.hpp"
#include "uv/process.hpp"
#include "uv/signal.hpp"
#include "uv/tcp.hpp"
#include "uv/timer.hpp"
#include "uv/tty.hpp"
#include "uv/turn.hpp"
#include "uv/udp.hpp"
#include "uv/work.hpp"

#endif
