"""The library, its errors, the loop, and what all handles and requests share."""

import ctypes
import os
import traceback

from . import _abi


def _library():
    """What UV_LIBRARY names, or what came with the package, or what the system has."""
    named, bundled = os.environ.get("UV_LIBRARY"), os.path.join(os.path.dirname(__file__), "libuv.so.1")
    return named or (bundled if os.path.exists(bundled) else "libuv.so.1")


lib = _abi.declare(ctypes.CDLL(_library()))

# What libuv knows the address of: handles until they are closed, requests until they are done.
_live = {}


class Error(OSError):
    """An error of libuv: `code` is its negative number, `name` its name without UV_."""

    def __init__(self, code):
        super().__init__(-code, lib.uv_strerror(code).decode())
        self.code = code
        self.name = lib.uv_err_name(code).decode()


def check(status):
    """Raises an Error for a negative status; returns any other."""
    if status < 0:
        raise Error(status)
    return status


def error_of(status):
    """The Error for a negative status, None for any other."""
    return Error(status) if status < 0 else None


class Memory:
    """Memory of libuv's; stands for its own address in calls of `lib`."""

    def __init__(self, size):
        self._memory = (ctypes.c_uint64 * ((size + 7) // 8))()
        self._address = ctypes.addressof(self._memory)

    @property
    def _as_parameter_(self):
        if self._address is None:
            raise ValueError("this {} is closed".format(type(self).__name__))
        return self._address


class Loop(Memory):
    """An event loop. As a context manager it closes its handles, and then itself."""

    # The most that one read brings.
    BUFFER_SIZE = 64 * 1024

    def __init__(self):
        super().__init__(lib.uv_loop_size())
        check(lib.uv_loop_init(self))
        self._failures = []
        self._buffer = ctypes.create_string_buffer(self.BUFFER_SIZE)

    def run(self, mode=_abi.UV_RUN_DEFAULT):
        """Runs the loop; tells whether something is still active.

        An exception in a callback stops the loop and is raised here.
        """
        alive = lib.uv_run(self, mode)
        self._raise_failure()
        return bool(alive)

    def stop(self):
        lib.uv_stop(self)

    def now(self):
        """The loop's time in milliseconds."""
        return lib.uv_now(self)

    def update_time(self):
        lib.uv_update_time(self)

    @property
    def alive(self):
        return bool(lib.uv_loop_alive(self))

    def walk(self):
        """All handles that are not closed."""
        handles = []
        visit = _abi.uv_walk_cb(lambda address, _: handles.append(_live[address]))
        lib.uv_walk(self, visit, None)
        return handles

    def close(self):
        """Closes the loop, whose handles are closed and whose requests are done."""
        check(lib.uv_loop_close(self))
        self._address = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self._address is None:
            return
        alive = True
        while alive:
            for handle in self.walk():
                handle.close()
            alive = lib.uv_run(self, _abi.UV_RUN_DEFAULT)
        self.close()
        self._raise_failure()

    def _call(self, function, *args):
        """Calls back; what is raised waits for `run`."""
        try:
            function(*args)
        except BaseException as error:
            self._fail(error)

    def _done(self, callback, error, *results):
        """Reports the end of an operation, if not to a callback then from `run`."""
        if callback is not None:
            self._call(callback, error, *results)
        elif error is not None and getattr(error, "code", 0) != _abi.UV_ECANCELED:
            self._fail(error)

    def _fail(self, error):
        self._failures.append(error)
        lib.uv_stop(self)

    def _raise_failure(self):
        """Raises the first of the kept exceptions; prints the others."""
        failures, self._failures = self._failures, []
        for error in failures[1:]:
            traceback.print_exception(type(error), error, error.__traceback__)
        if failures:
            raise failures[0]


class Handle(Memory):
    """Something that a loop follows until it is closed."""

    def __init__(self, kind, loop):
        super().__init__(lib.uv_handle_size(kind))
        self.loop = loop
        self._callback = None
        self._on_closed = None

    def _init(self, function, *args):
        check(function(self.loop, self, *args))
        self._register()

    def _register(self):
        _live[self._address] = self

    @property
    def active(self):
        return self._address is not None and bool(lib.uv_is_active(self))

    @property
    def closing(self):
        """Whether the handle is closed or about to be."""
        return self._address is None or bool(lib.uv_is_closing(self))

    def ref(self):
        lib.uv_ref(self)

    def unref(self):
        """Lets the loop end while the handle is active."""
        lib.uv_unref(self)

    def close(self, callback=None):
        """Closes the handle, and calls `callback()` then; nothing if it is already closing."""
        if not self.closing:
            self._on_closed = callback
            lib.uv_close(self, _on_close)


@_abi.uv_close_cb
def _on_close(address):
    handle = _live.pop(address)
    handle._address = None
    if handle._on_closed is not None:
        handle.loop._call(handle._on_closed)


class Request(Memory):
    """An operation that has an end. `keep` is what libuv reads or writes until then."""

    def __init__(self, kind, loop, callback, *keep):
        super().__init__(lib.uv_req_size(kind))
        self.loop = loop
        self._callback = callback
        self._keep = keep

    def _start(self, function, *args):
        """Starts the operation: `function(*args)` returns its status."""
        _live[self._address] = self
        status = function(*args)
        if status < 0:
            finish(self._address)
            raise Error(status)
        return self

    def cancel(self):
        """Ends an operation of the worker threads that has not begun: its error is ECANCELED."""
        check(lib.uv_cancel(self))

    def give_up(self):
        """Ends the operation if that is possible; nothing is told otherwise."""
        if self._address is not None:
            lib.uv_cancel(self)


def live(address):
    """The handle or request at an address."""
    return _live[address]


def finish(address):
    """The request at an address, which is done."""
    request = _live.pop(address)
    request._address = None
    return request


def buffer_of(data):
    """A uv_buf_t of bytes, which must be kept as long as it."""
    return _abi.uv_buf_t(ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p), len(data))


def queue_work(loop, function, callback=None):
    """Has a worker thread call `function()`, and the loop `callback(error, result)`."""
    request = Request(_abi.UV_WORK, loop, callback)
    request._function = function
    request._outcome = (None, None)
    return request._start(lib.uv_queue_work, loop, request, _on_work, _on_worked)


@_abi.uv_work_cb
def _on_work(address):
    request = live(address)
    try:
        request._outcome = (None, request._function())
    except BaseException as error:
        request._outcome = (error, None)


@_abi.uv_after_work_cb
def _on_worked(address, status):
    request = finish(address)
    error, result = request._outcome
    request.loop._done(request._callback, error_of(status) or error, result)
