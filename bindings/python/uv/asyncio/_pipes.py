"""The reading ends of pipes.

A writing end stays with asyncio's transport over uv_poll, which notices that nobody reads any more; an uv_pipe_t that
cannot be read would not.
"""

import errno
import os
import stat
import warnings
from asyncio import transports

import uv

from ._errors import system_error
from ._owner import Owner
from ._reading import Reader, Reading


class ReadPipeTransport(Reading, transports.ReadTransport):
    _pipe = None

    def __init__(self, loop, pipe, protocol, waiter=None, extra=None):
        super().__init__(extra)
        mode = os.fstat(pipe.fileno()).st_mode
        if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISCHR(mode)):
            raise ValueError("Pipe transport is for pipes/sockets only.")
        stream = uv.Pipe(loop._uv)
        # The file keeps its descriptor, which it will close.
        descriptor = os.dup(pipe.fileno())
        try:
            stream.open(descriptor)
        except uv.Error as error:
            os.close(descriptor)
            stream.close()
            raise system_error(error) from None
        self._extra["pipe"] = pipe
        self._loop = loop
        self._protocol = protocol
        self._closing = False
        self._pipe = Owner(loop, stream, pipe)
        self._reader = Reader(loop, stream, self._deliver)
        self._begin(protocol, waiter)

    def __repr__(self):
        state = "closed" if self._pipe is None else "closing" if self._closing else "open"
        return f"<ReadPipeTransport {state}>"

    def get_protocol(self):
        return self._protocol

    def set_protocol(self, protocol):
        self._protocol = protocol

    def is_closing(self):
        return self._closing

    def close(self):
        if not self._closing:
            self._end(None)

    def __del__(self):
        if self._pipe is not None:
            warnings.warn(f"unclosed transport {self!r}", ResourceWarning, source=self)
            self._pipe.close()

    def _deliver(self, error, data):
        if error is not None:
            if error.errno != errno.EIO:
                # That is how a terminal says that it is gone.
                self._loop.call_exception_handler({
                    "message": "Fatal read error on pipe transport", "exception": system_error(error),
                    "transport": self, "protocol": self._protocol})
            self._end(system_error(error))
        elif data:
            self._protocol.data_received(data)
        else:
            self._loop.call_soon(self._protocol.eof_received)
            self._end(None)

    def _end(self, error):
        self._closing = True
        self._reader.stop()
        self._loop.call_soon(self._lost, error)

    def _lost(self, error):
        try:
            self._protocol.connection_lost(error)
        finally:
            self._pipe.close()
            self._pipe = self._protocol = self._loop = None
