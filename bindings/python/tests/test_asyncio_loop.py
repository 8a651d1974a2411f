"""The event loop by itself: order, timers, threads, signals, exceptions, and its end."""

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import unittest

import uv.asyncio
from asyncio_case import AsyncCase, for_asyncio


class Calls(AsyncCase):
    def test_soon_in_order_and_a_turn_later(self):
        calls = []

        def first():
            calls.append(1)
            self.loop.call_soon(calls.append, 4)
            self.loop.call_soon(self.loop.stop)

        self.loop.call_soon(first)
        for number in (2, 3):
            self.loop.call_soon(calls.append, number)
        self.loop.run_forever()
        self.assertEqual(calls, [1, 2, 3, 4])

    def test_timers_in_order(self):
        calls = []
        start = self.loop.time()
        for delay in (0.03, 0.01, 0.02, 0):
            self.loop.call_at(start + delay, calls.append, delay)
        self.loop.call_at(start + 0.005, calls.append, "cancelled").cancel()
        self.loop.call_later(0.04, self.loop.stop)
        self.loop.run_forever()
        self.assertEqual(calls, [0, 0.01, 0.02, 0.03])
        self.assertGreaterEqual(self.loop.time() - start, 0.04)

    def test_from_another_thread(self):
        """The loop has nothing else to wait for, so only the call can wake it."""
        for _ in range(100):
            thread = threading.Thread(target=self.loop.call_soon_threadsafe, args=(self.loop.stop,))
            thread.start()
            self.loop.run_forever()
            thread.join()

    def test_executor(self):
        async def main():
            return await asyncio.to_thread(threading.get_ident)

        self.assertNotEqual(self.run_async(main()), threading.get_ident())

    def test_readiness(self):
        left, right = socket.socketpair()
        calls = []

        def readable():
            calls.append(left.recv(1))
            if len(calls) == 3:
                self.loop.remove_reader(left)
                self.loop.stop()

        self.loop.add_writer(right, lambda: right.send(b"x"))
        self.loop.add_reader(left, readable)
        self.loop.run_forever()
        self.assertTrue(self.loop.remove_writer(right))
        self.assertFalse(self.loop.remove_reader(left))
        self.assertEqual(calls, [b"x"] * 3)
        # libuv makes them non-blocking, and we make them what they were.
        self.assertTrue(os.get_blocking(left.fileno()))
        left.close()
        right.close()

    def test_files_are_not_waited_for(self):
        with open(__file__) as file, self.assertRaises(PermissionError):
            self.loop.add_reader(file, print)

    def test_names(self):
        async def main():
            found = await self.loop.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
            self.assertEqual(found, socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM))
            with self.assertRaises(socket.gaierror) as caught:
                await self.loop.getaddrinfo("127.0.0.1", 80, family=socket.AF_INET6)
            self.assertEqual(caught.exception.errno, socket.EAI_ADDRFAMILY)

        self.run_async(main())

    def test_cancelled_name(self):
        async def main():
            task = asyncio.ensure_future(self.loop.getaddrinfo("localhost", 80))
            await asyncio.sleep(0)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task

        self.run_async(main())


class Exceptions(AsyncCase):
    def test_go_to_the_handler(self):
        self.loop.call_soon(lambda: 1 // 0)
        self.loop.call_later(0.001, self.loop.stop)
        self.loop.run_forever()
        (error,) = self.heard()
        self.assertIsInstance(error, ZeroDivisionError)

    def test_exit_leaves_the_loop(self):
        def leave(kind):
            raise kind

        for kind in (SystemExit, KeyboardInterrupt):
            self.loop.call_soon(leave, kind)
            with self.assertRaises(kind):
                self.loop.run_forever()
        self.run_async(asyncio.sleep(0))


class Signals(AsyncCase):
    def test_handler(self):
        seen = []

        def handler(number):
            seen.append(number)
            if len(seen) < 3:
                os.kill(os.getpid(), signal.SIGUSR1)
            else:
                self.loop.stop()

        self.loop.add_signal_handler(signal.SIGUSR1, handler, 7)
        os.kill(os.getpid(), signal.SIGUSR1)
        self.loop.run_forever()
        self.assertEqual(seen, [7, 7, 7])
        self.assertTrue(self.loop.remove_signal_handler(signal.SIGUSR1))
        self.assertFalse(self.loop.remove_signal_handler(signal.SIGUSR1))
        self.assertEqual(signal.getsignal(signal.SIGUSR1), signal.SIG_DFL)

    def test_what_cannot_be_caught(self):
        with self.assertRaises(RuntimeError):
            self.loop.add_signal_handler(signal.SIGKILL, print)
        with self.assertRaises(ValueError):
            self.loop.add_signal_handler(1000, print)

    def test_children_end_with_a_handler_for_sigchld(self):
        seen = []

        async def child():
            return await (await asyncio.create_subprocess_exec("true")).wait()

        self.assertEqual(self.run_async(child()), 0)
        self.loop.add_signal_handler(signal.SIGCHLD, seen.append, True)
        self.assertEqual(self.run_async(child()), 0)
        self.assertTrue(seen)
        self.loop.remove_signal_handler(signal.SIGCHLD)
        self.assertEqual(self.run_async(child()), 0)

    def test_interrupt_handler_stays(self):
        self.loop.add_signal_handler(signal.SIGINT, self.loop.stop)
        for _ in range(2):
            self.loop.call_soon(os.kill, os.getpid(), signal.SIGINT)
            self.loop.run_forever()
        self.loop.remove_signal_handler(signal.SIGINT)
        self.assertIs(signal.getsignal(signal.SIGINT), signal.default_int_handler)

    def interrupt(self, program):
        """What a program prints after a line, when it gets a SIGINT then."""
        child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        with child:
            self.assertEqual(child.stdout.readline(), b"ready\n")
            child.send_signal(signal.SIGINT)
            return child.stdout.read()

    def test_interrupt_of_a_loop_that_waits(self):
        self.assertEqual(self.interrupt("""if True:
            import uv.asyncio
            loop = uv.asyncio.EventLoop()
            loop.call_soon(lambda: print("ready", flush=True))
            try:
                loop.run_forever()
            except KeyboardInterrupt:
                print("interrupted")
            loop.close()
        """), b"interrupted\n")

    def test_interrupt_of_a_loop_that_is_busy_in_callbacks_of_libuv(self):
        self.assertEqual(self.interrupt("""if True:
            import socket, uv.asyncio
            loop = uv.asyncio.EventLoop()
            left, right = socket.socketpair()
            for sock in (left, right):
                loop.add_writer(sock, lambda: None)
            loop.call_soon(lambda: print("ready", flush=True))
            try:
                loop.run_forever()
            except KeyboardInterrupt:
                print("interrupted")
            loop.close()
        """), b"interrupted\n")

    def test_interrupt_of_run(self):
        self.assertEqual(self.interrupt("""if True:
            import asyncio, uv.asyncio
            async def main():
                print("ready", flush=True)
                try:
                    await asyncio.sleep(1000)
                except asyncio.CancelledError:
                    print("cancelled")
                    raise
            try:
                uv.asyncio.run(main())
            except KeyboardInterrupt:
                print("interrupted")
        """), b"cancelled\ninterrupted\n")


class TheEnd(AsyncCase):
    def test_closed(self):
        self.loop.close()
        self.loop.close()
        for call in (self.loop.run_forever, lambda: self.loop.call_soon(print),
                     lambda: self.loop.call_soon_threadsafe(print),
                     lambda: self.loop.add_signal_handler(signal.SIGUSR1, print)):
            self.assertRaises(RuntimeError, call)

    def test_not_while_it_runs(self):
        self.loop.call_soon(self.loop.close)
        self.loop.call_soon(self.loop.stop)
        self.loop.run_forever()
        (error,) = self.heard()
        self.assertIsInstance(error, RuntimeError)

    def test_everything_open(self):
        """What a program leaves open is closed with the loop."""
        async def main():
            server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(bytes(10_000_000))
            await self.loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))
            self.loop.add_signal_handler(signal.SIGUSR1, print)
            asyncio.ensure_future(self.loop.getaddrinfo("127.0.0.1", 1))
            await asyncio.sleep(0)
            return server, writer

        opened = self.run_async(main())
        for task in asyncio.all_tasks(self.loop):
            task._log_destroy_pending = False
        opened[0].close()
        with self.assertWarns(ResourceWarning):
            self.loop.close()
            del opened
            gc.collect()


@for_asyncio
class Policy(unittest.TestCase):
    def tearDown(self):
        asyncio.set_event_loop_policy(None)

    def test_install(self):
        async def main():
            return asyncio.get_running_loop()

        uv.asyncio.install()
        self.assertIsInstance(asyncio.run(main()), uv.asyncio.EventLoop)
        asyncio.set_event_loop_policy(None)
        self.assertNotIsInstance(asyncio.run(main()), uv.asyncio.EventLoop)
        self.assertIsInstance(uv.asyncio.run(main()), uv.asyncio.EventLoop)


if __name__ == "__main__":
    unittest.main()
