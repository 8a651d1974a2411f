"""asyncio on libuv: `uv.asyncio.run(main())` instead of `asyncio.run(main())`, Python 3.11 or newer.

The event loop is asyncio's own, with its semantics, but it waits in uv_run: for descriptors, signals, names and
child processes as libuv has them, and the bytes of sockets and pipes are read and written by it.
"""

import asyncio
from asyncio import unix_events

from ._loop import EventLoop

__all__ = ["EventLoop", "EventLoopPolicy", "install", "run"]


class EventLoopPolicy(unix_events._UnixDefaultEventLoopPolicy):
    """Makes asyncio's new event loops ours."""

    _loop_factory = EventLoop


def install():
    """Makes the event loops of this process ours, from now on."""
    asyncio.set_event_loop_policy(EventLoopPolicy())


def run(main, *, debug=None):
    """Runs a coroutine on a new event loop, as asyncio.run does."""
    with asyncio.Runner(debug=debug, loop_factory=EventLoop) as runner:
        return runner.run(main)
