"""Operations on files.

With a callback, an operation is done by a worker thread, and the loop calls `callback(error, result)`
at its end. Without one it is done at once and its result returned.
"""

import ctypes
import os
from collections import namedtuple

from . import _abi
from ._core import Request, buffer_of, check, error_of, finish, lib

Entry = namedtuple("Entry", "name type")
Entry.__doc__ = "A member of a directory; the type is one of UV_DIRENT_*."


def open(loop, path, flags=_abi.UV_FS_O_RDONLY, mode=0o666, callback=None):
    """Its result is a descriptor."""
    return _operate(loop, callback, _count, lib.uv_fs_open, os.fsencode(path), flags, mode)


def close(loop, descriptor, callback=None):
    return _operate(loop, callback, _nothing, lib.uv_fs_close, descriptor)


def read(loop, descriptor, size, offset=-1, callback=None):
    """Its result is the data; from the current position if the offset is negative."""
    room = ctypes.create_string_buffer(size)
    buffer = _abi.uv_buf_t(ctypes.addressof(room), size)

    def data(_request, count):
        return ctypes.string_at(room, count)

    return _operate(loop, callback, data, lib.uv_fs_read, descriptor, ctypes.byref(buffer), 1, offset)


def write(loop, descriptor, data, offset=-1, callback=None):
    """Its result is the number of bytes written; at the current position if the offset is negative."""
    data = bytes(data)
    buffer = ctypes.byref(buffer_of(data))
    return _operate(loop, callback, _count, lib.uv_fs_write, descriptor, buffer, 1, offset, keep=data)


def stat(loop, path, callback=None):
    """Its result is a uv_stat_t."""
    return _operate(loop, callback, _status, lib.uv_fs_stat, os.fsencode(path))


def fstat(loop, descriptor, callback=None):
    """Its result is a uv_stat_t."""
    return _operate(loop, callback, _status, lib.uv_fs_fstat, descriptor)


def scandir(loop, path, callback=None):
    """Its result is a list of entries."""
    return _operate(loop, callback, _entries, lib.uv_fs_scandir, os.fsencode(path), 0)


def _operate(loop, callback, result, function, *args, keep=None):
    """Calls `function`; `result(request, count)` makes the result of the finished request."""
    request = Request(_abi.UV_FS, loop, callback, keep, result)
    if callback is not None:
        return request._start(function, loop, request, *args, _on_done)
    try:
        return result(request, check(function(loop, request, *args, _abi.uv_fs_cb())))
    finally:
        lib.uv_fs_req_cleanup(request)


@_abi.uv_fs_cb
def _on_done(address):
    request = finish(address)
    count = lib.uv_fs_get_result(address)
    _data, result = request._keep
    value = result(address, count) if count >= 0 else None
    lib.uv_fs_req_cleanup(address)
    request.loop._call(request._callback, error_of(count), value)


def _count(_request, count):
    return count


def _nothing(_request, _count):
    return None


def _status(request, _count):
    return _abi.uv_stat_t.from_buffer_copy(lib.uv_fs_get_statbuf(request)[0])


def _entries(request, _count):
    entries = []
    entry = _abi.uv_dirent_t()
    while lib.uv_fs_scandir_next(request, ctypes.byref(entry)) == 0:
        entries.append(Entry(os.fsdecode(entry.name), entry.type))
    return entries
