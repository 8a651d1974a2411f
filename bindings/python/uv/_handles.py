"""Timers, the loop's phases, wake-ups, descriptors, signals and child processes."""

import os
from ctypes import POINTER, byref, c_char_p, cast

from . import _abi
from ._core import Error, Handle, check, error_of, lib, live


class Timer(Handle):
    def __init__(self, loop):
        super().__init__(_abi.UV_TIMER, loop)
        self._init(lib.uv_timer_init)

    def start(self, callback, timeout, repeat=0):
        """Calls `callback()` in `timeout` milliseconds, and then every `repeat` unless that is 0."""
        self._callback = callback
        check(lib.uv_timer_start(self, _on_timer, timeout, repeat))

    def stop(self):
        check(lib.uv_timer_stop(self))

    def again(self):
        check(lib.uv_timer_again(self))

    @property
    def repeat(self):
        return lib.uv_timer_get_repeat(self)

    @repeat.setter
    def repeat(self, milliseconds):
        lib.uv_timer_set_repeat(self, milliseconds)


def _call(address, *args):
    handle = live(address)
    handle.loop._call(handle._callback, *args)


_on_timer = _abi.uv_timer_cb(_call)


class _Phase(Handle):
    """Calls back once in each turn of the loop."""

    def __init__(self, loop):
        super().__init__(self._kind, loop)
        self._init(self._function("init"))

    def start(self, callback):
        """Calls `callback()` in each turn."""
        self._callback = callback
        check(self._function("start")(self, self._on_phase))

    def stop(self):
        check(self._function("stop")(self))

    def _function(self, verb):
        return getattr(lib, "uv_{}_{}".format(self._name, verb))


class Idle(_Phase):
    """Calls back in each turn, and keeps the loop from waiting."""

    _name, _kind, _on_phase = "idle", _abi.UV_IDLE, _abi.uv_idle_cb(_call)


class Prepare(_Phase):
    """Calls back before the loop waits."""

    _name, _kind, _on_phase = "prepare", _abi.UV_PREPARE, _abi.uv_prepare_cb(_call)


class Check(_Phase):
    """Calls back after the loop has waited."""

    _name, _kind, _on_phase = "check", _abi.UV_CHECK, _abi.uv_check_cb(_call)


class Async(Handle):
    """Wakes the loop: `send` may be called from any thread, `callback()` comes on the loop's."""

    def __init__(self, loop, callback):
        super().__init__(_abi.UV_ASYNC, loop)
        self._callback = callback
        self._init(lib.uv_async_init, _on_async)

    def send(self):
        check(lib.uv_async_send(self))


_on_async = _abi.uv_async_cb(_call)


class Poll(Handle):
    """Tells when a descriptor of the program's can be read or written; it stays the program's."""

    def __init__(self, loop, descriptor):
        super().__init__(_abi.UV_POLL, loop)
        self._init(lib.uv_poll_init, descriptor)

    def start(self, events, callback):
        """Calls `callback(error, events)` in each turn in which one of the events is there."""
        self._callback = callback
        check(lib.uv_poll_start(self, events, _on_poll))

    def stop(self):
        check(lib.uv_poll_stop(self))


@_abi.uv_poll_cb
def _on_poll(address, status, events):
    _call(address, error_of(status), events)


class Signal(Handle):
    def __init__(self, loop):
        super().__init__(_abi.UV_SIGNAL, loop)
        self._init(lib.uv_signal_init)

    def start(self, callback, signum, once=False):
        """Calls `callback(signum)` for each signal, or for the first."""
        self._callback = callback
        start = lib.uv_signal_start_oneshot if once else lib.uv_signal_start
        check(start(self, _on_signal, signum))

    def stop(self):
        check(lib.uv_signal_stop(self))


_on_signal = _abi.uv_signal_cb(_call)


class Process(Handle):
    """A child process.

    `args` begin with the program's name. `stdio` holds a descriptor, a Pipe to be connected to the
    child, or None for each descriptor of the child. `flags` are those of uv_process_flags.
    `on_exit(status, signal)` is called at the end.
    """

    def __init__(self, loop, args, on_exit=None, *, file=None, env=None, cwd=None, stdio=(),
                 uid=None, gid=None, flags=0):
        super().__init__(_abi.UV_PROCESS, loop)
        self._callback = on_exit
        options = _abi.uv_process_options_t(
            exit_cb=_on_exit, file=os.fsencode(file or args[0]), args=_texts(args), flags=flags,
            stdio_count=len(stdio), stdio=(_abi.uv_stdio_container_t * len(stdio))(*map(_stdio, stdio)))
        if env is not None:
            options.env = _texts(os.fsencode(name) + b"=" + os.fsencode(env[name]) for name in env)
        if cwd is not None:
            options.cwd = os.fsencode(cwd)
        if uid is not None:
            options.uid, options.flags = uid, options.flags | _abi.UV_PROCESS_SETUID
        if gid is not None:
            options.gid, options.flags = gid, options.flags | _abi.UV_PROCESS_SETGID
        status = lib.uv_spawn(loop, self, byref(options))
        self._register()
        if status < 0:
            # There is a handle even if there is no child.
            self.close()
            raise Error(status)

    @property
    def pid(self):
        return lib.uv_process_get_pid(self)

    def kill(self, signum):
        check(lib.uv_process_kill(self, signum))


def _texts(items):
    """A list of text as C has it, with a null at its end."""
    items = [os.fsencode(item) for item in items]
    return cast((c_char_p * (len(items) + 1))(*items), POINTER(c_char_p))


def _stdio(item):
    container = _abi.uv_stdio_container_t()
    if item is None:
        container.flags = _abi.UV_IGNORE
    elif isinstance(item, Handle):
        container.flags = _abi.UV_CREATE_PIPE | _abi.UV_READABLE_PIPE | _abi.UV_WRITABLE_PIPE
        container.data.stream = item._as_parameter_
    else:
        container.flags = _abi.UV_INHERIT_FD
        container.data.fd = item
    return container


@_abi.uv_exit_cb
def _on_exit(address, status, signum):
    process = live(address)
    if process._callback is not None:
        process.loop._call(process._callback, status, signum)
