"""Streams, datagrams, addresses and names.

Addresses are those of Python's sockets, with numeric hosts: `(host, port)`, or for IPv6
`(host, port, flowinfo, scope_id)`, of which the last two may be left out.
"""

import ctypes
import os
import socket
from ctypes import byref

from . import _abi
from ._core import Error, Handle, Request, buffer_of, check, error_of, finish, lib, live


def _packed(address):
    """The struct sockaddr of an address."""
    host, port, *more = address
    if ":" in host:
        packed, convert = _abi.sockaddr_in6(), lib.uv_ip6_addr
    else:
        packed, convert = _abi.sockaddr_in(), lib.uv_ip4_addr
    check(convert(host.encode(), port, byref(packed)))
    if more and ":" in host:
        flowinfo, scope_id = more
        packed.sin6_flowinfo = socket.htonl(flowinfo)
        packed.sin6_scope_id = scope_id or packed.sin6_scope_id
    return packed


def _unpacked(sockaddr):
    """The address in the struct sockaddr at an address of memory."""
    name = ctypes.create_string_buffer(64)
    check(lib.uv_ip_name(sockaddr, name, len(name)))
    packed = _abi.sockaddr_in6.from_address(sockaddr)
    host, port = name.value.decode(), int.from_bytes(bytes(packed.sin6_port), "big")
    if packed.sin6_family != socket.AF_INET6:
        return host, port
    return host, port, socket.ntohl(packed.sin6_flowinfo), packed.sin6_scope_id


def _packed_or_null(address):
    return None if address is None else byref(_packed(address))


def _tried(status):
    """The result of an attempt: nothing is done where it would have to wait."""
    return 0 if status == _abi.UV_EAGAIN else check(status)


def _address_of(function, handle):
    room = (ctypes.c_uint64 * 16)()
    check(function(handle, byref(room), byref(ctypes.c_int(ctypes.sizeof(room)))))
    return _unpacked(ctypes.addressof(room))


class Stream(Handle):
    """A connection, or what listens for them."""

    def listen(self, callback, backlog=128):
        """Calls `callback(error)` for each connection, which `accept` then returns."""
        self._callback = callback
        check(lib.uv_listen(self, backlog, _on_connection))

    def accept(self):
        """A new connection."""
        client = type(self)(self.loop)
        status = lib.uv_accept(self, client)
        if status < 0:
            client.close()
            raise Error(status)
        return client

    def read_start(self, callback):
        """Calls `callback(error, data)` for what comes; the data is empty at the end."""
        self._callback = callback
        check(lib.uv_read_start(self, _on_alloc, _on_read))

    def read_stop(self):
        check(lib.uv_read_stop(self))

    def write(self, data, callback=None):
        """Writes `data`, and calls `callback(error)` when it is gone."""
        data = bytes(data)
        request = Request(_abi.UV_WRITE, self.loop, callback, data, self)
        return request._start(lib.uv_write, request, self, byref(buffer_of(data)), 1, _on_written)

    def try_write(self, data):
        """Writes what can be written at once; returns how many bytes that was."""
        data = bytes(data)
        return _tried(lib.uv_try_write(self, byref(buffer_of(data)), 1))

    def shutdown(self, callback=None):
        """Ends the sending side once all is written, and calls `callback(error)`."""
        request = Request(_abi.UV_SHUTDOWN, self.loop, callback, self)
        return request._start(lib.uv_shutdown, request, self, _on_shut)

    @property
    def write_queue_size(self):
        return lib.uv_stream_get_write_queue_size(self)


class Tcp(Stream):
    def __init__(self, loop):
        super().__init__(_abi.UV_TCP, loop)
        self._init(lib.uv_tcp_init)

    def open(self, descriptor):
        """Takes over a socket's descriptor."""
        check(lib.uv_tcp_open(self, descriptor))

    def bind(self, address, flags=0):
        check(lib.uv_tcp_bind(self, byref(_packed(address)), flags))

    def connect(self, address, callback):
        """Connects, and calls `callback(error)`."""
        request = Request(_abi.UV_CONNECT, self.loop, callback, self)
        return request._start(lib.uv_tcp_connect, request, self, byref(_packed(address)), _on_connected)

    def getsockname(self):
        return _address_of(lib.uv_tcp_getsockname, self)

    def getpeername(self):
        return _address_of(lib.uv_tcp_getpeername, self)

    def nodelay(self, on=True):
        check(lib.uv_tcp_nodelay(self, on))


class Pipe(Stream):
    """A socket of the file system, or a pipe to a child process."""

    def __init__(self, loop, ipc=False):
        super().__init__(_abi.UV_NAMED_PIPE, loop)
        self._init(lib.uv_pipe_init, ipc)

    def open(self, descriptor):
        """Takes over a descriptor."""
        check(lib.uv_pipe_open(self, descriptor))

    def bind(self, path):
        name = os.fsencode(path)
        check(lib.uv_pipe_bind2(self, name, len(name), 0))

    def connect(self, path, callback):
        """Connects, and calls `callback(error)`."""
        name = os.fsencode(path)
        request = Request(_abi.UV_CONNECT, self.loop, callback, self)
        return request._start(lib.uv_pipe_connect2, request, self, name, len(name), 0, _on_connected)


class Udp(Handle):
    def __init__(self, loop):
        super().__init__(_abi.UV_UDP, loop)
        self._init(lib.uv_udp_init)

    def open(self, descriptor):
        """Takes over a socket's descriptor."""
        check(lib.uv_udp_open(self, descriptor))

    def bind(self, address, flags=0):
        check(lib.uv_udp_bind(self, byref(_packed(address)), flags))

    def send(self, data, address=None, callback=None):
        """Sends a datagram, and calls `callback(error)` when it is gone. A connected socket takes no address."""
        data = bytes(data)
        request = Request(_abi.UV_UDP_SEND, self.loop, callback, data, self)
        buffers, packed = byref(buffer_of(data)), _packed_or_null(address)
        return request._start(lib.uv_udp_send, request, self, buffers, 1, packed, _on_sent)

    def try_send(self, data, address=None):
        """Sends a datagram if that can be done at once; tells whether it was."""
        data = bytes(data)
        status = lib.uv_udp_try_send(self, byref(buffer_of(data)), 1, _packed_or_null(address))
        return status != _abi.UV_EAGAIN and check(status) >= 0

    def recv_start(self, callback):
        """Calls `callback(error, data, address)` for each datagram."""
        self._callback = callback
        check(lib.uv_udp_recv_start(self, _on_alloc, _on_received))

    def recv_stop(self):
        check(lib.uv_udp_recv_stop(self))

    def getsockname(self):
        return _address_of(lib.uv_udp_getsockname, self)

    @property
    def send_queue_size(self):
        return lib.uv_udp_get_send_queue_size(self)


def getaddrinfo(loop, host, service=None, callback=None, *, family=0, type=socket.SOCK_STREAM, proto=0, flags=0):
    """Calls `callback(error, list)` with what socket.getaddrinfo returns."""
    hints = _abi.addrinfo(ai_flags=flags, ai_family=family, ai_socktype=type, ai_protocol=proto)
    request = Request(_abi.UV_GETADDRINFO, loop, callback)
    names = (name if name is None else str(name).encode() for name in (host, service))
    return request._start(lib.uv_getaddrinfo, loop, request, _on_addresses, *names, byref(hints))


@_abi.uv_alloc_cb
def _on_alloc(address, _suggested, buffer):
    # Nothing comes between this and the callback that gets the data, so a loop needs only one buffer.
    room = live(address).loop._buffer
    buffer[0].base, buffer[0].len = ctypes.addressof(room), len(room)


@_abi.uv_read_cb
def _on_read(address, size, buffer):
    stream = live(address)
    if size == _abi.UV_EOF:
        stream.loop._call(stream._callback, None, b"")
    elif size:
        data = ctypes.string_at(buffer[0].base, size) if size > 0 else None
        stream.loop._call(stream._callback, error_of(size), data)


@_abi.uv_udp_recv_cb
def _on_received(address, size, buffer, sender, _flags):
    udp = live(address)
    if size < 0:
        udp.loop._call(udp._callback, Error(size), None, None)
    elif sender:
        data = ctypes.string_at(buffer[0].base, size)
        udp.loop._call(udp._callback, None, data, _unpacked(sender))


@_abi.uv_connection_cb
def _on_connection(address, status):
    server = live(address)
    server.loop._call(server._callback, error_of(status))


def _done(address, status):
    request = finish(address)
    request.loop._done(request._callback, error_of(status))


_on_connected = _abi.uv_connect_cb(_done)
_on_written = _abi.uv_write_cb(_done)
_on_shut = _abi.uv_shutdown_cb(_done)
_on_sent = _abi.uv_udp_send_cb(_done)


@_abi.uv_getaddrinfo_cb
def _on_addresses(address, status, first):
    request = finish(address)
    found, item = [], first
    while item:
        found.append(_found(item[0]))
        item = item[0].ai_next
    lib.uv_freeaddrinfo(first)
    request.loop._done(request._callback, error_of(status), found)


def _found(item):
    """An entry of a list of addresses, as socket.getaddrinfo has it."""
    family, kind = socket.AddressFamily(item.ai_family), socket.SocketKind(item.ai_socktype)
    return family, kind, item.ai_protocol, (item.ai_canonname or b"").decode(), _unpacked(item.ai_addr)
