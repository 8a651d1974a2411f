"""The event loop."""

import asyncio
import inspect
import signal
import socket
import threading
from asyncio import sslproto
from contextlib import contextmanager

import uv

from ._datagrams import DatagramTransport
from ._errors import system_error
from ._pipes import ReadPipeTransport
from ._processes import ProcessTransport
from ._selector import Selector
from ._streams import StreamTransport


class EventLoop(asyncio.SelectorEventLoop):
    """asyncio's loop over libuv's.

    No code of the program's runs inside of libuv: its callbacks append to what asyncio's loop runs next. So
    callbacks have asyncio's order, and exceptions go where asyncio sends them.
    """

    def __init__(self):
        self._uv = uv.Loop()
        # Also keeps the loop alive: it waits even if there is nothing to wait for.
        self._wake = uv.Async(self._uv, lambda: None)
        # May be taken again by the handler of a signal that comes while it is held.
        self._wake_lock = threading.RLock()
        self._signals = {}
        # What has a handle, and a descriptor which that handle owns.
        self._owners = set()
        super().__init__(Selector(self._uv))

    def run_forever(self):
        self._check_closed()
        with self._interruptible():
            super().run_forever()

    def close(self):
        if not self.is_running() and not self.is_closed():
            for signum in list(self._signals):
                self.remove_signal_handler(signum)
            with self._wake_lock:
                self._wake = None
            for owner in list(self._owners):
                owner.close()
        super().close()

    # ---- Signals ----

    @contextmanager
    def _interruptible(self):
        """Has signals wake the loop, so that Python runs their handlers, which it does between its own steps."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wakeup = signal.set_wakeup_fd(self._csock.fileno(), warn_on_full_buffer=False)
        handler, deferring = signal.getsignal(signal.SIGINT), None
        if callable(handler) and signal.SIGINT not in self._signals:
            deferring = self._selector.deferring(handler)
            signal.signal(signal.SIGINT, deferring)
        try:
            yield
        finally:
            if deferring is not None and signal.getsignal(signal.SIGINT) is deferring:
                signal.signal(signal.SIGINT, handler)
            signal.set_wakeup_fd(wakeup)

    def add_signal_handler(self, sig, callback, *args):
        if asyncio.iscoroutine(callback) or inspect.iscoroutinefunction(callback):
            raise TypeError("coroutines cannot be used with add_signal_handler()")
        self._check_signal(sig)
        self._check_closed()
        handle = asyncio.Handle(callback, args, self)
        try:
            self._python_handles(sig, _ignore)
            watcher = self._signals.pop(sig, None) or uv.Signal(self._uv)
            self._signals[sig] = watcher
            watcher.start(lambda signum: self._ready.append(handle), sig)
        except (OSError, ValueError) as error:
            raise RuntimeError(f"sig {sig} cannot be caught: {error}") from None

    def remove_signal_handler(self, sig):
        self._check_signal(sig)
        watcher = self._signals.pop(sig, None)
        if watcher is None:
            return False
        watcher.close()
        self._python_handles(sig, signal.default_int_handler if sig == signal.SIGINT else signal.SIG_DFL)
        return True

    @staticmethod
    def _python_handles(sig, handler):
        """Tells Python who has a signal, before libuv takes it or after. SIGCHLD libuv may need for children."""
        if sig != signal.SIGCHLD:
            signal.signal(sig, handler)

    # ---- What asyncio's loop asks of its kind ----

    def _soon(self, callback, *args, context=None):
        """What libuv's callbacks call: asyncio's call_soon, and nothing once the loop is closed."""
        if not self.is_closed():
            self.call_soon(callback, *args, context=context)

    def _write_to_self(self):
        with self._wake_lock:
            if self._wake is not None:
                self._wake.send()

    def _make_socket_transport(self, sock, protocol, waiter=None, *, extra=None, server=None):
        self._ensure_fd_no_transport(sock)
        if sock.family not in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
            return super()._make_socket_transport(sock, protocol, waiter, extra=extra, server=server)
        return StreamTransport(self, sock, protocol, waiter, extra, server)

    async def _sendfile_native(self, transp, file, offset, count):
        await transp._make_empty_waiter()
        try:
            # libuv watches the descriptor; the wait for room is on another one.
            with transp.get_extra_info("socket").dup() as sock:
                return await self.sock_sendfile(sock, file, offset, count, fallback=False)
        finally:
            transp._reset_empty_waiter()

    def _make_ssl_transport(self, rawsock, protocol, sslcontext, waiter=None, *, server_side=False,
                            server_hostname=None, extra=None, server=None, **timeouts):
        ssl_protocol = sslproto.SSLProtocol(
            self, protocol, sslcontext, waiter, server_side, server_hostname, **timeouts)
        self._make_socket_transport(rawsock, ssl_protocol, extra=extra, server=server)
        return ssl_protocol._app_transport

    def _make_datagram_transport(self, sock, protocol, address=None, waiter=None, extra=None):
        self._ensure_fd_no_transport(sock)
        if sock.family not in (socket.AF_INET, socket.AF_INET6):
            return super()._make_datagram_transport(sock, protocol, address, waiter, extra)
        return DatagramTransport(self, sock, protocol, address, waiter, extra)

    def _make_read_pipe_transport(self, pipe, protocol, waiter=None, extra=None):
        return ReadPipeTransport(self, pipe, protocol, waiter, extra)

    async def _make_subprocess_transport(self, protocol, args, shell, stdin, stdout, stderr, bufsize,
                                         extra=None, **kwargs):
        waiter = self.create_future()
        transport = ProcessTransport(self, protocol, args, shell, stdin, stdout, stderr, bufsize,
                                     waiter=waiter, extra=extra, **kwargs)
        try:
            await waiter
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException:
            transport.close()
            await transport._wait()
            raise
        return transport

    async def getaddrinfo(self, host, port, *, family=0, type=0, proto=0, flags=0):
        found = self.create_future()

        def done(error, addresses):
            if found.done() or self.is_closed():
                return
            if error is not None:
                found.set_exception(system_error(error))
            else:
                found.set_result(addresses)

        try:
            request = uv.getaddrinfo(self._uv, _text(host), _text(port), done,
                                     family=family, type=type, proto=proto, flags=flags)
        except uv.Error as error:
            raise system_error(error) from None
        try:
            return await found
        finally:
            if found.cancelled():
                request.give_up()


def _text(name):
    return name.decode() if isinstance(name, (bytes, bytearray)) else name


def _ignore(signum, frame):
    pass
