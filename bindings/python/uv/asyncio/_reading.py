"""Reading, for the transports of connections and of pipes."""

from asyncio import futures
from collections import deque
from contextvars import copy_context

import uv


class Reader:
    """Hands on what a stream brings, as it comes: not while its transport pauses, and never out of libuv."""

    def __init__(self, loop, stream, deliver):
        self._loop = loop
        self._stream = stream
        self._deliver = deliver
        self._context = copy_context()
        self._arrived = deque()
        self._wanted = False
        self._reading = False
        self._ended = False

    def start(self):
        self._wanted = True
        if self._arrived:
            self._loop.call_soon(self._hand_on, context=self._context)
        else:
            self._read()

    def stop(self):
        self._wanted = False
        self._halt()

    def _read(self):
        if self._wanted and not self._reading and not self._ended:
            try:
                self._stream.read_start(self._arrive)
                self._reading = True
            except uv.Error as error:
                self._arrive(error, None)

    def _halt(self):
        if self._reading:
            self._reading = False
            self._stream.read_stop()

    def _arrive(self, error, data):
        self._ended = not data
        if not data or len(data) == uv.Loop.BUFFER_SIZE:
            # There may be more; but the transport may pause when it sees this.
            self._halt()
        self._arrived.append((error, data))
        self._loop._soon(self._hand_on, context=self._context)

    def _hand_on(self):
        while self._arrived and self._wanted:
            self._deliver(*self._arrived.popleft())
        self._read()


class Reading:
    """The part of a transport that reads; the transport has `_reader` and `_closing`."""

    _paused = False

    def is_reading(self):
        return not self._closing and not self._paused

    def pause_reading(self):
        if self.is_reading():
            self._paused = True
            self._reader.stop()

    def resume_reading(self):
        if self._paused and not self._closing:
            self._paused = False
            self._reader.start()

    def _begin(self, protocol, waiter):
        """Tells the protocol that there is a connection, then reads, then tells who waits for it."""
        self._loop.call_soon(protocol.connection_made, self)
        self._loop.call_soon(self._begin_reading)
        if waiter is not None:
            self._loop.call_soon(futures._set_result_unless_cancelled, waiter, None)

    def _begin_reading(self):
        if self.is_reading():
            self._reader.start()
