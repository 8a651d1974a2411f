"""Datagrams over UDP."""

import socket
from asyncio import constants, futures, selector_events
from asyncio.log import logger
from collections import deque
from contextvars import copy_context

import uv

from ._errors import system_error
from ._owner import Owner


class DatagramTransport(selector_events._SelectorTransport):
    def __init__(self, loop, sock, protocol, address=None, waiter=None, extra=None):
        self._udp = uv.Udp(loop._uv)
        try:
            self._udp.open(sock.fileno())
        except uv.Error as error:
            self._udp.close()
            raise system_error(error) from None
        super().__init__(loop, sock, protocol, extra)
        self._sock = Owner(loop, self._udp, sock)
        self._family = sock.family
        self._address = address
        # What libuv has to send.
        self._buffer = deque()
        self._context = copy_context()
        loop.call_soon(protocol.connection_made, self)
        loop.call_soon(self._start)
        if waiter is not None:
            loop.call_soon(futures._set_result_unless_cancelled, waiter, None)

    def _start(self):
        if not self._closing:
            self._udp.recv_start(self._arrive)

    def _arrive(self, error, data, address):
        self._loop._soon(self._deliver, error, data, address, context=self._context)

    def _deliver(self, error, data, address):
        if self._closing:
            return
        if error is not None:
            self._protocol.error_received(system_error(error))
        else:
            self._protocol.datagram_received(data, address)

    def sendto(self, data, addr=None):
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError(f"data argument must be a bytes-like object, not {type(data).__name__!r}")
        if self._address and addr not in (None, self._address):
            raise ValueError(f"Invalid address: must be None or {self._address}")
        if self._conn_lost:
            if self._conn_lost >= constants.LOG_THRESHOLD_FOR_CONNLOST_WRITES:
                logger.warning("socket.send() raised exception.")
            self._conn_lost += 1
            return
        data = bytes(data)
        try:
            address = None if self._extra["peername"] else self._numeric(addr or self._address)
            if not self._buffer and self._udp.try_send(data, address):
                return
            self._udp.send(data, address, self._sent)
        except uv.Error as error:
            self._protocol.error_received(system_error(error))
            return
        except OSError as error:
            self._protocol.error_received(error)
            return
        self._buffer.append(data)
        self._maybe_pause_protocol()

    def _numeric(self, address):
        """An address that libuv takes: a name is looked up, as a socket would do."""
        host, port, *more = address
        try:
            socket.inet_pton(self._family, host.partition("%")[0])
        except OSError:
            return socket.getaddrinfo(host, port, self._family, socket.SOCK_DGRAM)[0][4]
        return address

    def _sent(self, error):
        if not self._conn_lost:
            self._loop._soon(self._gone, error)

    def _gone(self, error):
        if self._conn_lost:
            return
        self._buffer.popleft()
        if error is not None:
            self._protocol.error_received(system_error(error))
        self._maybe_resume_protocol()
        if self._closing and not self._buffer:
            self._conn_lost += 1
            self._call_connection_lost(None)

    def get_write_buffer_size(self):
        return self._udp.send_queue_size if self._buffer else 0
