"""Connections over TCP, sockets of the file system and pipes."""

import asyncio
import os
import socket
import ssl
import tempfile
import unittest

from asyncio_case import AsyncCase

DATA = bytes(range(256)) * 40_000


async def echo(reader, writer):
    while data := await reader.read(100_000):
        writer.write(data)
        await writer.drain()
    writer.close()
    await writer.wait_closed()


class Recorder(asyncio.Protocol):
    """Notes what happens to it."""

    def __init__(self):
        self.events = []
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        self.events.append("made")

    def data_received(self, data):
        self.events.append(bytes(data))

    def eof_received(self):
        self.events.append("eof")

    def pause_writing(self):
        self.events.append("pause")

    def resume_writing(self):
        self.events.append("resume")

    def connection_lost(self, error):
        self.events.append("lost")
        self.lost.set_result(error)


class Streams(AsyncCase):
    async def exchange(self, server, connected):
        """Sends much over a connection to an echo server, whose answers are read later and later."""
        reader, writer = connected

        async def send():
            for start in range(0, len(DATA), 1_000_000):
                writer.write(DATA[start:start + 1_000_000])
                await writer.drain()
            writer.write_eof()

        sending = asyncio.ensure_future(send())
        received = bytearray()
        while data := await reader.read(50_000):
            received += data
            await asyncio.sleep(0)
        self.assertEqual(received, DATA)
        await sending
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()

    def test_tcp(self):
        async def main():
            server = await asyncio.start_server(echo, "127.0.0.1", 0)
            address = server.sockets[0].getsockname()
            connected = await asyncio.open_connection(*address)
            self.assertEqual(connected[1].get_extra_info("peername"), address)
            await self.exchange(server, connected)

        self.run_async(main())

    @unittest.skipUnless(os.path.exists("/proc/net/if_inet6"), "there is no IPv6")
    def test_tcp_over_ipv6(self):
        async def main():
            server = await asyncio.start_server(echo, "::1", 0)
            await self.exchange(server, await asyncio.open_connection(*server.sockets[0].getsockname()[:2]))

        self.run_async(main())

    def test_unix(self):
        async def main(path):
            server = await asyncio.start_unix_server(echo, path)
            await self.exchange(server, await asyncio.open_unix_connection(path))

        with tempfile.TemporaryDirectory() as folder:
            self.run_async(main(os.path.join(folder, "socket")))

    def test_many_at_once(self):
        async def talk(address, number):
            reader, writer = await asyncio.open_connection(*address)
            for turn in range(10):
                line = b"%d %d\n" % (number, turn)
                writer.write(line)
                self.assertEqual(await reader.readline(), line)
            writer.close()
            await writer.wait_closed()

        async def main():
            async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
                address = server.sockets[0].getsockname()
                await asyncio.gather(*(talk(address, number) for number in range(50)))

        self.run_async(main())

    def test_sendfile(self):
        async def main():
            server = await asyncio.start_server(echo, "127.0.0.1", 0)
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            with tempfile.TemporaryFile() as file:
                file.write(DATA)
                file.seek(0)
                sending = asyncio.ensure_future(self.loop.sendfile(writer.transport, file))
                self.assertEqual(await reader.readexactly(len(DATA)), DATA)
                self.assertEqual(await sending, len(DATA))
            writer.close()
            await writer.wait_closed()
            server.close()

        self.run_async(main())

    def test_refused(self):
        async def main(address):
            with self.assertRaises(ConnectionRefusedError):
                await asyncio.open_connection(*address)

        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.run_async(main(taken.getsockname()))

    def test_cancelled_read(self):
        async def main():
            server = await asyncio.start_server(echo, "127.0.0.1", 0)
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.001)
            writer.write(b"still there")
            self.assertEqual(await reader.readexactly(11), b"still there")
            writer.close()
            await writer.wait_closed()
            server.close()

        self.run_async(main())

    def test_tls_is_asyncios(self):
        """There is no certificate here, so a handshake can only fail: with its own error, on both sides."""
        async def main():
            server = await asyncio.start_server(
                echo, "127.0.0.1", 0, ssl=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                await asyncio.open_connection(*server.sockets[0].getsockname(), ssl=ssl.create_default_context())
            server.close()
            await server.wait_closed()

        self.run_async(main())
        self.unheard.clear()


class Transports(AsyncCase):
    async def pair(self, kind=Recorder):
        """A protocol with its transport, and the socket at the other end."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        _, protocol = await self.loop.create_connection(kind, sock=ours)
        return protocol, theirs

    def test_half_close(self):
        async def main():
            protocol, theirs = await self.pair()
            protocol.transport.write(b"question")
            protocol.transport.write_eof()
            with self.assertRaises(RuntimeError):
                protocol.transport.write(b"more")
            self.assertEqual(await self.loop.sock_recv(theirs, 100), b"question")
            self.assertEqual(await self.loop.sock_recv(theirs, 100), b"")
            theirs.sendall(b"answer")
            theirs.close()
            self.assertIsNone(await protocol.lost)
            self.assertEqual(protocol.events, ["made", b"answer", "eof", "lost"])

        self.run_async(main())

    def test_flow_control(self):
        async def main():
            protocol, theirs = await self.pair()
            transport = protocol.transport
            transport.write(DATA)
            self.assertEqual(protocol.events, ["made", "pause"])
            self.assertGreater(transport.get_write_buffer_size(), 0)
            transport.close()
            self.assertTrue(transport.is_closing())
            received = bytearray()
            while data := await self.loop.sock_recv(theirs, 1_000_000):
                received += data
            self.assertEqual(received, DATA)
            self.assertIsNone(await protocol.lost)
            self.assertEqual(protocol.events, ["made", "pause", "resume", "lost"])
            theirs.close()

        self.run_async(main())

    def test_pausing(self):
        """What was read before a pause, or in the same turn, is not told during it."""
        async def main():
            class Pauses(Recorder):
                def data_received(self, data):
                    super().data_received(len(data) * b"x")
                    self.transport.pause_reading()

            protocol, theirs = await self.pair(Pauses)
            sending = asyncio.ensure_future(self.loop.sock_sendall(theirs, DATA[:1_000_000]))
            total = 0
            while total < 1_000_000:
                while len(protocol.events) == 1:
                    await asyncio.sleep(0)
                for _ in range(5):
                    await asyncio.sleep(0)
                self.assertFalse(protocol.transport.is_reading())
                self.assertEqual(len(protocol.events), 2)
                total += len(protocol.events.pop())
                protocol.transport.resume_reading()
            await sending
            theirs.close()
            await protocol.lost
            self.assertEqual(protocol.events, ["made", "eof", "lost"])

        self.run_async(main())

    def test_abort(self):
        async def main():
            protocol, theirs = await self.pair()
            protocol.transport.write(DATA)
            protocol.transport.abort()
            self.assertIsNone(await protocol.lost)
            protocol.transport.close()
            theirs.close()

        self.run_async(main())

    def test_written_to_nobody(self):
        async def main():
            protocol, theirs = await self.pair()
            protocol.transport.write(DATA)
            theirs.close()
            self.assertIsInstance(await protocol.lost, (BrokenPipeError, ConnectionResetError))

        self.run_async(main())

    def test_exception_in_a_protocol(self):
        async def main():
            class Fails(Recorder):
                def data_received(self, data):
                    raise ZeroDivisionError

            protocol, theirs = await self.pair(Fails)
            theirs.sendall(b"x")
            self.assertIsInstance(await protocol.lost, ZeroDivisionError)
            theirs.close()

        self.run_async(main())
        (error,) = self.heard()
        self.assertIsInstance(error, ZeroDivisionError)

    def test_protocol_with_a_buffer(self):
        async def main():
            class Buffered(asyncio.BufferedProtocol):
                def __init__(self):
                    self.buffer, self.received, self.lost = bytearray(7), bytearray(), loop.create_future()

                def get_buffer(self, size):
                    return self.buffer

                def buffer_updated(self, count):
                    self.received += self.buffer[:count]

                def connection_lost(self, error):
                    self.lost.set_result(error)

            loop = self.loop
            protocol, theirs = await self.pair(Buffered)
            theirs.sendall(DATA[:1000])
            theirs.close()
            await protocol.lost
            self.assertEqual(protocol.received, DATA[:1000])

        self.run_async(main())

    def test_pipes(self):
        async def main():
            reading, writing = os.pipe()
            _, reader = await self.loop.connect_read_pipe(Recorder, open(reading, "rb", buffering=0))
            transport, _ = await self.loop.connect_write_pipe(Recorder, open(writing, "wb", buffering=0))
            transport.write(b"through a pipe")
            transport.close()
            self.assertIsNone(await reader.lost)
            self.assertEqual(reader.events, ["made", b"through a pipe", "eof", "lost"])

        self.run_async(main())

    def test_pausing_a_pipe(self):
        async def main():
            reading, writing = os.pipe()
            transport, reader = await self.loop.connect_read_pipe(Recorder, open(reading, "rb", buffering=0))
            transport.pause_reading()
            os.write(writing, b"in time")
            for _ in range(5):
                await asyncio.sleep(0)
            self.assertEqual(reader.events, ["made"])
            transport.resume_reading()
            os.close(writing)
            await reader.lost
            self.assertEqual(reader.events, ["made", b"in time", "eof", "lost"])

        self.run_async(main())

    def test_files_are_no_pipes(self):
        with open(__file__, "rb") as file, self.assertRaises(ValueError):
            self.run_async(self.loop.connect_read_pipe(Recorder, file))

    def test_pipe_without_a_reader(self):
        async def main():
            reading, writing = os.pipe()
            _, writer = await self.loop.connect_write_pipe(Recorder, open(writing, "wb", buffering=0))
            os.close(reading)
            await writer.lost

        self.run_async(main())


if __name__ == "__main__":
    unittest.main()
