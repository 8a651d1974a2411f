"""Datagrams."""

import asyncio
import os
import socket
import unittest

from asyncio_case import AsyncCase


class Recorder(asyncio.DatagramProtocol):
    def __init__(self, answer=False):
        self.received, self.errors, self.answer = asyncio.Queue(), asyncio.Queue(), answer
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.received.put_nowait((data, address))
        if self.answer:
            self.transport.sendto(data.upper(), address)

    def error_received(self, error):
        self.errors.put_nowait(error)

    def connection_lost(self, error):
        self.lost.set_result(error)


class Datagrams(AsyncCase):
    async def exchange(self, host):
        server, served = await self.loop.create_datagram_endpoint(lambda: Recorder(answer=True), (host, 0))
        address = server.get_extra_info("sockname")
        client, protocol = await self.loop.create_datagram_endpoint(Recorder, remote_addr=address[:2])
        client.sendto(b"hello")
        self.assertEqual(await protocol.received.get(), (b"HELLO", address))
        client.sendto(b"there", address)
        self.assertEqual(await protocol.received.get(), (b"THERE", address))
        with self.assertRaises(ValueError):
            client.sendto(b"elsewhere", (host, 1))
        server.close()
        client.close()
        await served.lost
        await protocol.lost

    def test_ipv4(self):
        self.run_async(self.exchange("127.0.0.1"))

    @unittest.skipUnless(os.path.exists("/proc/net/if_inet6"), "there is no IPv6")
    def test_ipv6(self):
        self.run_async(self.exchange("::1"))

    def test_names_are_looked_up(self):
        async def main():
            server, protocol = await self.loop.create_datagram_endpoint(Recorder, ("127.0.0.1", 0))
            client, sending = await self.loop.create_datagram_endpoint(Recorder, family=socket.AF_INET)
            client.sendto(b"by name", ("localhost", server.get_extra_info("sockname")[1]))
            self.assertEqual((await protocol.received.get())[0], b"by name")
            server.close()
            client.close()
            await protocol.lost
            await sending.lost

        self.run_async(main())

    def test_in_order_and_one_by_one(self):
        async def main():
            server, protocol = await self.loop.create_datagram_endpoint(Recorder, ("127.0.0.1", 0))
            client, sending = await self.loop.create_datagram_endpoint(
                Recorder, remote_addr=server.get_extra_info("sockname"))
            for number in range(50):
                client.sendto(b"%d" % number * number)
            for number in range(50):
                self.assertEqual((await protocol.received.get())[0], b"%d" % number * number)
            client.abort()
            server.abort()
            await protocol.lost
            await sending.lost

        self.run_async(main())

    def test_errors(self):
        async def main():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
                gone.bind(("127.0.0.1", 0))
                address = gone.getsockname()
            client, protocol = await self.loop.create_datagram_endpoint(Recorder, remote_addr=address)
            client.sendto(b"to nobody")
            self.assertIsInstance(await protocol.errors.get(), ConnectionRefusedError)
            client.sendto(bytes(100_000))
            error = await protocol.errors.get()
            while isinstance(error, ConnectionRefusedError):
                error = await protocol.errors.get()
            self.assertIn("too long", str(error))
            client.close()
            await protocol.lost

        self.run_async(main())


if __name__ == "__main__":
    unittest.main()
