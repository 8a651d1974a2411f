from . import fs as fs
from ._abi import *
from ._core import Error as Error, Handle as Handle, Loop as Loop, Request as Request
from ._core import lib as lib, queue_work as queue_work
from ._handles import Async as Async, Check as Check, Idle as Idle, Poll as Poll, Prepare as Prepare
from ._handles import Process as Process, Signal as Signal, Timer as Timer
from ._net import Pipe as Pipe, Stream as Stream, Tcp as Tcp, Udp as Udp, getaddrinfo as getaddrinfo

__all__: list[str]

def version() -> str: ...
