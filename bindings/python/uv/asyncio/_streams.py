"""Connections, and the reading ends of pipes."""

import os
import socket
from asyncio import constants, futures, protocols, selector_events, unix_events
from asyncio.log import logger
from collections import deque
from contextvars import copy_context

import uv

from ._errors import system_error
from ._owner import Owner


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


class StreamTransport(selector_events._SelectorTransport):
    """A connection over TCP, or a socket of the file system."""

    _start_tls_compatible = True
    _sendfile_compatible = constants._SendfileMode.TRY_NATIVE

    def __init__(self, loop, sock, protocol, waiter=None, extra=None, server=None):
        self._stream = uv.Pipe(loop._uv) if sock.family == socket.AF_UNIX else uv.Tcp(loop._uv)
        self._eof = False
        self._empty_waiter = None
        try:
            self._stream.open(sock.fileno())
        except uv.Error as error:
            self._stream.close()
            raise system_error(error) from None
        if sock.family != socket.AF_UNIX:
            self._stream.nodelay()
        super().__init__(loop, sock, protocol, extra, server)
        self._sock = Owner(loop, self._stream, sock)
        # What libuv has to write.
        self._buffer = deque()
        self._reader = Reader(loop, self._stream, self._deliver)
        loop.call_soon(protocol.connection_made, self)
        loop.call_soon(self._resume)
        if waiter is not None:
            loop.call_soon(futures._set_result_unless_cancelled, waiter, None)

    # ---- Reading ----

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

    def _resume(self):
        if self.is_reading():
            self._reader.start()

    def _deliver(self, error, data):
        if error is not None:
            self._fatal_error(system_error(error), "Fatal read error on socket transport")
        elif not data:
            self._call(self._end)
        elif isinstance(self._protocol, protocols.BufferedProtocol):
            self._call(protocols._feed_data_to_buffered_proto, self._protocol, data)
        else:
            self._call(self._protocol.data_received, data)

    def _end(self):
        if not self._protocol.eof_received():
            self.close()

    def _call(self, function, *args):
        try:
            function(*args)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self._fatal_error(error, "Fatal error: a method of the protocol failed.")

    # ---- Writing ----

    def write(self, data):
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError(f"data argument must be a bytes-like object, not {type(data).__name__!r}")
        if self._eof:
            raise RuntimeError("Cannot call write() after write_eof()")
        if self._empty_waiter is not None:
            raise RuntimeError("unable to write; sendfile is in progress")
        if not data:
            return
        if self._conn_lost:
            if self._conn_lost >= constants.LOG_THRESHOLD_FOR_CONNLOST_WRITES:
                logger.warning("socket.send() raised exception.")
            self._conn_lost += 1
            return
        data = bytes(data)
        try:
            if not self._buffer:
                data = data[self._stream.try_write(data):]
            if data:
                self._stream.write(data, self._wrote)
                self._buffer.append(data)
                self._maybe_pause_protocol()
        except uv.Error as error:
            self._fatal_error(system_error(error), "Fatal write error on socket transport")

    def _wrote(self, error):
        if not self._conn_lost:
            self._loop._soon(self._written, error)

    def _written(self, error):
        if self._conn_lost:
            return
        if error is not None:
            self._fatal_error(system_error(error), "Fatal write error on socket transport")
            return
        self._buffer.popleft()
        self._maybe_resume_protocol()
        if not self._buffer:
            self._emptied()

    def _emptied(self):
        if self._empty_waiter is not None:
            futures._set_result_unless_cancelled(self._empty_waiter, None)
        if self._closing:
            self._conn_lost += 1
            self._call_connection_lost(None)

    def _make_empty_waiter(self):
        """What sendfile waits for before it writes by itself."""
        if self._empty_waiter is not None:
            raise RuntimeError("Empty waiter is already set")
        self._empty_waiter = self._loop.create_future()
        if not self._buffer:
            self._empty_waiter.set_result(None)
        return self._empty_waiter

    def _reset_empty_waiter(self):
        self._empty_waiter = None

    def get_write_buffer_size(self):
        return self._stream.write_queue_size if self._buffer else 0

    def can_write_eof(self):
        return True

    def write_eof(self):
        if self._closing or self._eof:
            return
        self._eof = True
        try:
            self._stream.shutdown(lambda error: None)
        except uv.Error as error:
            raise system_error(error) from None

    # ---- The end ----

    def close(self):
        if not self._closing:
            self._reader.stop()
        super().close()

    def _force_close(self, error):
        if not self._conn_lost:
            self._reader.stop()
        super()._force_close(error)

    def _call_connection_lost(self, error):
        super()._call_connection_lost(error)
        if self._empty_waiter is not None and not self._empty_waiter.done():
            self._empty_waiter.set_exception(ConnectionError("Connection is closed by peer"))


class ReadPipeTransport(unix_events._UnixReadPipeTransport):
    """The reading end of a pipe."""

    def __init__(self, loop, pipe, protocol, waiter=None, extra=None):
        super().__init__(loop, pipe, protocol, waiter, extra)
        stream = uv.Pipe(loop._uv)
        # The file keeps its descriptor, which it will close.
        descriptor = os.dup(self._fileno)
        try:
            stream.open(descriptor)
        except uv.Error as error:
            os.close(descriptor)
            stream.close()
            raise system_error(error) from None
        self._pipe = Owner(loop, stream, pipe)
        self._reader = Reader(loop, stream, self._deliver)

    def _add_reader(self, fd, callback):
        if self.is_reading():
            self._reader.start()

    def pause_reading(self):
        if self.is_reading():
            self._paused = True
            self._reader.stop()

    def resume_reading(self):
        if self._paused and not self._closing:
            self._paused = False
            self._reader.start()

    def _deliver(self, error, data):
        if error is not None:
            self._fatal_error(system_error(error), "Fatal read error on pipe transport")
        elif data:
            self._protocol.data_received(data)
        else:
            self._closing = True
            self._loop.call_soon(self._protocol.eof_received)
            self._loop.call_soon(self._call_connection_lost, None)

    def _close(self, error):
        self._reader.stop()
        super()._close(error)
