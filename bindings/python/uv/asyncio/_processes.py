"""Child processes."""

import grp
import os
import pwd
import signal
import subprocess
from asyncio import base_subprocess

import uv

from ._errors import system_error

# Of what Popen takes and libuv does not have, the values that ask for nothing; that of all others is None.
_DEFAULTS = {"umask": -1, "creationflags": 0}


class ProcessTransport(base_subprocess.BaseSubprocessTransport):
    def _start(self, args, shell, stdin, stdout, stderr, bufsize, **kwargs):
        if shell:
            args = ["/bin/sh", "-c", args]
        elif isinstance(args, (str, bytes)):
            args = [args]
        self._proc = Process(self._loop, args, (stdin, stdout, stderr), self._process_exited, **kwargs)


class Process:
    """The part of subprocess.Popen that asyncio uses."""

    def __init__(self, loop, args, stdio, on_exit, *, executable=None, env=None, cwd=None, user=None, group=None,
                 start_new_session=False, pass_fds=(), restore_signals=True, close_fds=True, **others):
        for name, value in others.items():
            if value != _DEFAULTS.get(name):
                raise ValueError(f"libuv starts no process with {name}")
        self._loop = loop
        self._on_exit = on_exit
        self.args = args
        self.returncode = None
        self.stdin = self.stdout = self.stderr = None
        ends = _Ends()
        try:
            descriptors = ends.of(*stdio) + [None] * (max(pass_fds, default=2) - 2)
            for descriptor in pass_fds:
                descriptors[descriptor] = descriptor
            self._handle = uv.Process(
                loop._uv, args, self._exited, file=executable, env=env, cwd=cwd, stdio=descriptors,
                uid=_id(user, lambda name: pwd.getpwnam(name).pw_uid),
                gid=_id(group, lambda name: grp.getgrnam(name).gr_gid),
                flags=uv.UV_PROCESS_DETACHED if start_new_session else 0)
        except uv.Error as error:
            ends.close(ends.ours)
            raise system_error(error, executable or args[0]) from None
        except BaseException:
            ends.close(ends.ours)
            raise
        finally:
            ends.close(ends.childs)
        self.pid = self._handle.pid
        self.stdin, self.stdout, self.stderr = ends.ours

    def _exited(self, status, signum):
        self.returncode = -signum if signum else status
        self._handle.close()
        self._loop._soon(self._on_exit, self.returncode)

    def poll(self):
        return self.returncode

    def send_signal(self, signum):
        if self.returncode is None:
            os.kill(self.pid, signum)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


class _Ends:
    """The descriptors of a child's standard streams, and our ends of its pipes."""

    def __init__(self):
        self.ours = [None, None, None]
        self.childs = []

    def of(self, *stdio):
        """What the child gets, for each of stdin, stdout and stderr as Popen takes them."""
        descriptors = []
        for number, what in enumerate(stdio):
            if what is None:
                descriptors.append(number)
            elif what == subprocess.PIPE:
                descriptors.append(self._pipe(number))
            elif what == subprocess.STDOUT:
                descriptors.append(descriptors[1])
            elif what == subprocess.DEVNULL:
                self.childs.append(open(os.devnull, "r+b", buffering=0))
                descriptors.append(self.childs[-1].fileno())
            else:
                descriptors.append(what if isinstance(what, int) else what.fileno())
        return descriptors

    def _pipe(self, number):
        reader, writer = os.pipe()
        files = [open(reader, "rb", buffering=0), open(writer, "wb", buffering=0)]
        child, self.ours[number] = files if number == 0 else reversed(files)
        self.childs.append(child)
        return child.fileno()

    @staticmethod
    def close(files):
        for file in files:
            if file is not None:
                file.close()


def _id(name, find):
    return find(name) if isinstance(name, str) else name
