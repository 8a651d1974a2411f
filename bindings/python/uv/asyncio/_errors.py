"""Errors as programs for asyncio expect them."""

import os
import socket


def system_error(error, *names):
    """The exception that Python has for an uv.Error: ConnectionResetError, socket.gaierror and so on."""
    number = getattr(socket, error.name, None)
    if error.name.startswith("EAI_") and number is not None:
        return socket.gaierror(number, error.strerror)
    return OSError(error.errno, os.strerror(error.errno), *names)
