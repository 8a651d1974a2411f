"""libuv for Python: event loop, timers, sockets, processes, files.

The library is the one that the environment variable UV_LIBRARY names, or the one that came with this package, or
the system's libuv.so.1. `uv.asyncio` is a module of its own: asyncio's event loop on libuv.
Constants have their names of C (`uv.UV_RUN_NOWAIT`); `uv.lib` has all functions of C.
"""

from . import _abi, fs
from ._abi import *  # noqa: F403
from ._core import Error, Handle, Loop, Request, lib, queue_work
from ._handles import Async, Check, Idle, Poll, Prepare, Process, Signal, Timer
from ._net import Pipe, Stream, Tcp, Udp, getaddrinfo

__all__ = [
    "Async", "Check", "Error", "Handle", "Idle", "Loop", "Pipe", "Poll", "Prepare", "Process",
    "Request", "Signal", "Stream", "Tcp", "Timer", "Udp", "fs", "getaddrinfo", "lib", "queue_work", "version",
]
__all__ += _abi.__all__


def version():
    """The version of the loaded library, as text."""
    return lib.uv_version_string().decode()
