"""Connections over TCP, and sockets of the file system."""

import socket
from asyncio import base_events, constants, futures, protocols, selector_events
from asyncio.log import logger
from collections import deque

import uv

from ._errors import system_error
from ._owner import Owner
from ._reading import Reader, Reading


class StreamTransport(Reading, selector_events._SelectorTransport):
    """A connection over TCP, or a socket of the file system."""

    _start_tls_compatible = True
    _sendfile_compatible = constants._SendfileMode.TRY_NATIVE

    def __init__(self, loop, sock, protocol, waiter=None, extra=None, server=None):
        base_events._set_nodelay(sock)
        self._stream = uv.Pipe(loop._uv) if sock.family == socket.AF_UNIX else uv.Tcp(loop._uv)
        self._eof = False
        self._empty_waiter = None
        try:
            self._stream.open(sock.fileno())
        except uv.Error as error:
            self._stream.close()
            raise system_error(error) from None
        owner = Owner(loop, self._stream, sock)
        try:
            super().__init__(loop, sock, protocol, extra, server)
        except BaseException:
            owner.close()
            raise
        self._sock = owner
        # What libuv has to write.
        self._buffer = deque()
        self._reader = Reader(loop, self._stream, self._deliver)
        self._begin(protocol, waiter)

    # ---- Reading ----

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
