"""Tests of the bindings: the interface against the header, and each kind of handle at work."""

import ctypes
import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

import uv
from uv import _abi, _core

INCLUDE = Path(__file__).resolve().parents[3] / "include"
ANYWHERE = ("127.0.0.1", 0)


@unittest.skipUnless(shutil.which("cc"), "there is no C compiler")
class Header(unittest.TestCase):
    """What _abi.py says is what C says."""

    def ask(self, expressions):
        """The values that C has for constant expressions."""
        lines = "".join('printf("%lld\\n", (long long)({}));\n'.format(item) for item in expressions)
        with tempfile.TemporaryDirectory() as folder:
            source, program = os.path.join(folder, "probe.c"), os.path.join(folder, "probe")
            Path(source).write_text("#include <uv.h>\nint main(void) {{\n{}}}\n".format(lines))
            subprocess.run(["cc", "-D_GNU_SOURCE", "-I", str(INCLUDE), source, "-o", program], check=True)
            output = subprocess.run([program], check=True, stdout=subprocess.PIPE).stdout
        return dict(zip(expressions, map(int, output.split())))

    def test_constants(self):
        ours = {name: value for name, value in vars(_abi).items()
                if name.startswith("UV_") and isinstance(value, int)}
        self.assertGreater(len(ours), 250)
        self.assertEqual(ours, self.ask(list(ours)))

    def test_structures(self):
        ours = {}
        for name, kind in vars(_abi).items():
            if not (isinstance(kind, type) and issubclass(kind, (ctypes.Structure, ctypes.Union))):
                continue
            private = not name.endswith("_t")
            if private and not name.startswith(("sockaddr", "addrinfo")) or name in ("Structure", "Union"):
                continue
            c_name = "struct " + name if private else name
            ours["sizeof({})".format(c_name)] = ctypes.sizeof(kind)
            for field, *_ in kind._fields_:
                if not field.startswith("_"):
                    ours["offsetof({}, {})".format(c_name, field)] = getattr(kind, field).offset
        self.assertGreater(len(ours), 120)
        self.assertEqual(ours, self.ask(list(ours)))


class Case(unittest.TestCase):
    """A test with a loop; whatever it leaves open is closed, and nothing stays behind."""

    def setUp(self):
        self.loop = uv.Loop()

    def tearDown(self):
        self.loop.__exit__(None, None, None)
        self.assertEqual(_core._live, {})


class Basics(Case):
    def test_version(self):
        self.assertEqual(uv.version().split("-")[0], "{}.{}.{}".format(
            uv.UV_VERSION_MAJOR, uv.UV_VERSION_MINOR, uv.UV_VERSION_PATCH))

    def test_errors_are_os_errors(self):
        error = uv.Error(uv.UV_ENOENT)
        self.assertIsInstance(error, OSError)
        self.assertEqual((error.errno, error.name, error.strerror),
                         (errno.ENOENT, "ENOENT", "no such file or directory"))
        for code, (name, message) in _abi.ERRORS.items():
            self.assertEqual((uv.Error(code).name, uv.Error(code).strerror), (name, message))

    def test_exceptions_come_out_of_run(self):
        timer, later = uv.Timer(self.loop), uv.Timer(self.loop)
        timer.start(lambda: 1 // 0, 0)
        later.start(lambda: None, 60 * 1000)
        with self.assertRaises(ZeroDivisionError):
            self.loop.run()
        self.assertTrue(self.loop.run(uv.UV_RUN_NOWAIT))

    def test_walk_and_close(self):
        timer = uv.Timer(self.loop)
        self.assertEqual(self.loop.walk(), [timer])
        with self.assertRaises(uv.Error) as caught:
            self.loop.close()
        self.assertEqual(caught.exception.name, "EBUSY")
        closed = []
        timer.close(lambda: closed.append(True))
        self.assertTrue(timer.closing)
        timer.close()
        self.loop.run()
        self.assertEqual(closed, [True])
        self.assertRaises((ValueError, ctypes.ArgumentError), timer.start, print, 0)

    def test_context_manager(self):
        with uv.Loop() as loop:
            uv.Timer(loop).start(self.fail, 60 * 1000)
        self.assertRaises((ValueError, ctypes.ArgumentError), loop.run)


class Handles(Case):
    def test_timers_in_order(self):
        calls = []
        first, second = uv.Timer(self.loop), uv.Timer(self.loop)

        def tick():
            calls.append("tick")
            if calls.count("tick") == 3:
                first.stop()

        first.start(tick, 1, repeat=1)
        second.start(lambda: calls.append("last"), 200)
        start = self.loop.now()
        self.assertFalse(self.loop.run())
        self.assertEqual(calls, ["tick"] * 3 + ["last"])
        self.assertGreaterEqual(self.loop.now() - start, 200)

    def test_unref(self):
        timer = uv.Timer(self.loop)
        timer.start(self.fail, 60 * 1000)
        timer.unref()
        self.assertFalse(self.loop.run())

    def test_phases(self):
        calls = []
        for kind in (uv.Check, uv.Prepare, uv.Idle):
            kind(self.loop).start(lambda kind=kind: calls.append(kind))
        self.loop.run(uv.UV_RUN_NOWAIT)
        self.assertEqual(calls, [uv.Idle, uv.Prepare, uv.Check])

    def test_async_from_a_thread(self):
        threads = []

        def woken():
            threads.append(threading.get_ident())
            wake.close()

        wake = uv.Async(self.loop, woken)
        thread = threading.Thread(target=wake.send)
        thread.start()
        self.loop.run()
        thread.join()
        self.assertEqual(threads, [threading.get_ident()])

    def test_signal(self):
        seen = []
        handle = uv.Signal(self.loop)
        handle.start(seen.append, signal.SIGUSR1, once=True)
        os.kill(os.getpid(), signal.SIGUSR1)
        self.loop.run()
        self.assertEqual(seen, [signal.SIGUSR1])

    def test_work_off_the_loop_thread(self):
        results = []
        uv.queue_work(self.loop, threading.get_ident, lambda *result: results.append(result))
        uv.queue_work(self.loop, lambda: 1 // 0, lambda *result: results.append(result))
        self.loop.run()
        results.sort(key=lambda result: result[1] is None)
        (error, worker), (failure, nothing) = results
        self.assertIsNone(error)
        self.assertNotEqual(worker, threading.get_ident())
        self.assertIsInstance(failure, ZeroDivisionError)
        self.assertIsNone(nothing)


class Sockets(Case):
    def echo(self, server, connect):
        """Serves one connection, over which 100,000 bytes go and come back."""
        sent, received = bytes(range(250)) * 400, []
        client = type(server)(self.loop)

        def accepted(error):
            self.assertIsNone(error)
            peer = server.accept()

            def echo(error, data):
                self.assertIsNone(error)
                if data:
                    peer.write(data)
                else:
                    peer.shutdown(lambda error: peer.close())

            peer.read_start(echo)
            server.close()

        def connected(error):
            self.assertIsNone(error)
            client.read_start(lambda error, data: received.append(data) if data else client.close())
            client.write(sent)
            client.shutdown()

        server.listen(accepted)
        connect(client, connected)
        self.assertFalse(self.loop.run())
        self.assertEqual(b"".join(received), sent)

    def test_tcp_echo(self):
        server = uv.Tcp(self.loop)
        server.bind(ANYWHERE)
        address = server.getsockname()
        self.assertEqual(address[0], "127.0.0.1")
        self.assertNotEqual(address[1], 0)
        self.echo(server, lambda client, done: client.connect(address, done))

    def test_pipe_echo(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "socket")
            server = uv.Pipe(self.loop)
            server.bind(path)
            self.echo(server, lambda client, done: client.connect(path, done))

    def test_refused(self):
        server, client, errors = uv.Tcp(self.loop), uv.Tcp(self.loop), []
        server.bind(ANYWHERE)
        client.connect(server.getsockname(), errors.append)
        self.loop.run()
        self.assertEqual([error.name for error in errors], ["ECONNREFUSED"])

    def test_errors_without_a_callback_come_out_of_run(self):
        client = uv.Tcp(self.loop)
        client.connect(("127.0.0.1", 1), None)
        with self.assertRaises(uv.Error):
            self.loop.run()

    def test_udp(self):
        receiver, sender, seen = uv.Udp(self.loop), uv.Udp(self.loop), []

        def received(*datagram):
            seen.append(datagram)
            receiver.close()
            sender.close()

        receiver.bind(ANYWHERE)
        receiver.recv_start(received)
        sender.bind(ANYWHERE)
        sender.send(b"hello", receiver.getsockname())
        address = sender.getsockname()
        self.loop.run()
        self.assertEqual(seen, [(None, b"hello", address)])

    def test_getaddrinfo(self):
        results = []
        uv.getaddrinfo(self.loop, "127.0.0.1", 80, lambda *result: results.append(result))
        self.loop.run()
        (error, found), = results
        self.assertIsNone(error)
        self.assertIn(("127.0.0.1", 80), [address for *_, address in found])


class Processes(Case):
    def test_exit_status(self):
        exits = []
        child = uv.Process(self.loop, ["sh", "-c", "exit $CODE"], lambda *end: exits.append(end),
                           env={"CODE": "7", "PATH": os.environ["PATH"]})
        self.assertGreater(child.pid, 0)
        self.loop.run()
        self.assertEqual(exits, [(7, 0)])

    def test_kill(self):
        exits = []
        child = uv.Process(self.loop, ["sleep", "60"], lambda *end: exits.append(end))
        child.kill(signal.SIGTERM)
        self.loop.run()
        self.assertEqual(exits, [(0, signal.SIGTERM)])

    def test_output(self):
        output, pipe = [], uv.Pipe(self.loop)
        uv.Process(self.loop, ["pwd"], cwd="/", stdio=[None, pipe])
        pipe.read_start(lambda error, data: output.append(data) if data else pipe.close())
        self.loop.run()
        self.assertEqual(b"".join(output), b"/\n")

    def test_no_such_program(self):
        with self.assertRaises(uv.Error) as caught:
            uv.Process(self.loop, ["/no/such/program"])
        self.assertEqual(caught.exception.name, "ENOENT")


class Files(Case):
    def test_round_trip(self):
        """Each step starts the next from its callback."""
        steps = []
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "file")

            def step(name, then):
                def done(error, result):
                    self.assertIsNone(error)
                    steps.append((name, result))
                    then(result)
                return done

            def opened(descriptor):
                def read(_):
                    uv.fs.close(self.loop, descriptor, step("close", stat))

                def written(_):
                    uv.fs.read(self.loop, descriptor, 100, 0, step("read", read))

                uv.fs.write(self.loop, descriptor, b"some text", 0, step("write", written))

            def stat(_):
                uv.fs.stat(self.loop, path, step("stat", scan))

            def scan(_):
                uv.fs.scandir(self.loop, folder, step("scandir", lambda _: None))

            flags = uv.UV_FS_O_RDWR | uv.UV_FS_O_CREAT
            uv.fs.open(self.loop, path, flags, 0o600, step("open", opened))
            self.loop.run()
        results = dict(steps)
        self.assertEqual(list(results), ["open", "write", "read", "close", "stat", "scandir"])
        self.assertEqual((results["write"], results["read"]), (9, b"some text"))
        self.assertEqual((results["stat"].st_size, results["stat"].st_mode & 0o777), (9, 0o600))
        self.assertEqual(results["scandir"], [("file", uv.UV_DIRENT_FILE)])

    def test_errors(self):
        errors = []
        uv.fs.stat(self.loop, "/no/such/file", lambda error, result: errors.append((error.name, result)))
        self.loop.run()
        self.assertEqual(errors, [("ENOENT", None)])

    def test_at_once(self):
        self.assertEqual(uv.fs.stat(self.loop, sys.executable).st_size, os.stat(sys.executable).st_size)
        with self.assertRaises(uv.Error):
            uv.fs.open(self.loop, "/no/such/file")


if __name__ == "__main__":
    unittest.main()
