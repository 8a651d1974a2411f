"""Who closes a descriptor."""

import socket


class Owner:
    """A handle and the Python object over it, closed together and once.

    It stands where asyncio's transports have their socket or file. libuv closes a socket's descriptor, so the
    socket must not; a file has a descriptor of its own.
    """

    def __init__(self, loop, handle, file):
        self._loop = loop
        self._handle = handle
        self._file = file
        loop._owners.add(self)

    def close(self):
        if self._file is None:
            return
        file, self._file = self._file, None
        if isinstance(file, socket.socket):
            file.detach()
        else:
            file.close()
        self._handle.close()
        self._loop._owners.discard(self)
