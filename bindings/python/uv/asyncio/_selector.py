"""What asyncio's loop waits in: a selector whose wait is a turn of libuv's loop."""

import math
import os
import selectors

import uv

from ._errors import system_error

_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Selector(selectors._BaseSelectorImpl):
    """Also runs everything else that libuv's loop has; whose callbacks only take notes for asyncio's loop."""

    def __init__(self, loop):
        super().__init__()
        self._loop = loop
        self._timer = uv.Timer(loop)
        self._polls = {}
        self._reported = []
        self._waiting = False
        self._deferred = []

    def register(self, fileobj, events, data=None):
        key = super().register(fileobj, events, data)
        try:
            self._polls[key.fd] = self._watch(key.fd, events)
        except uv.Error as error:
            super().unregister(fileobj)
            raise system_error(error) from None
        return key

    def unregister(self, fileobj):
        key = super().unregister(fileobj)
        self._polls.pop(key.fd).close()
        return key

    def modify(self, fileobj, events, data=None):
        key = self.get_key(fileobj)
        if events != key.events:
            self._start(key.fd, events, self._polls[key.fd])
        key = self._fd_to_key[key.fd] = key._replace(events=events, data=data)
        return key

    def select(self, timeout=None):
        if timeout is not None and timeout <= 0:
            self._turn(uv.UV_RUN_NOWAIT)
        elif timeout is None:
            self._turn(uv.UV_RUN_ONCE)
        else:
            self._loop.update_time()
            self._timer.start(_nothing, math.ceil(timeout * 1000))
            try:
                self._turn(uv.UV_RUN_ONCE)
            finally:
                self._timer.stop()
        while self._deferred:
            handler, *args = self._deferred.pop(0)
            handler(*args)
        reported, self._reported = self._reported, []
        return reported

    def _turn(self, mode):
        self._waiting = True
        try:
            self._loop.run(mode)
        finally:
            self._waiting = False

    def close(self):
        super().close()
        self._polls.clear()
        self._loop.__exit__(None, None, None)

    def deferring(self, handler):
        """A handler of a signal, made to wait while libuv runs.

        What it raises at the beginning of a callback would end in C, and be lost.
        """
        def deferred(signum, frame):
            if self._waiting:
                self._deferred.append((handler, signum, frame))
            else:
                handler(signum, frame)

        return deferred

    def _watch(self, fd, events):
        blocking = os.get_blocking(fd)
        poll = uv.Poll(self._loop, fd)
        if blocking:
            # libuv makes it non-blocking; but who else has it, as others have a terminal, might not know.
            os.set_blocking(fd, True)
        try:
            self._start(fd, events, poll)
        except uv.Error:
            poll.close()
            raise
        return poll

    def _start(self, fd, events, poll):
        def ready(error, happened):
            key = self._fd_to_key[fd]
            if error is None:
                mask = _mask(happened) & key.events
            else:
                # libuv has stopped. The descriptor itself tells what is wrong when it is read or written.
                mask = key.events
                poll.start(_events(mask), ready)
            self._reported.append((key, mask))

        poll.start(_events(events), ready)


def _events(mask):
    return (uv.UV_READABLE if mask & _READ else 0) | (uv.UV_WRITABLE if mask & _WRITE else 0)


def _mask(events):
    return (_READ if events & uv.UV_READABLE else 0) | (_WRITE if events & uv.UV_WRITABLE else 0)


def _nothing():
    pass
