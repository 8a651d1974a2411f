"""A service over TCP that answers each line in capitals, which a child process makes.

It announces itself by datagrams: who sends "where" to its UDP port gets the TCP port. With `--demo` it is its own
client, and ends: `python3 shout.py --demo`.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE

import uv.asyncio


class Shouter:
    """One child for all clients. It answers in the order in which it was asked."""

    def __init__(self, child):
        self.child = child
        self.turn = asyncio.Lock()

    @classmethod
    async def start(cls):
        return cls(await asyncio.create_subprocess_exec("sed", "-u", "s/.*/\\U&!/", stdin=PIPE, stdout=PIPE))

    async def shout(self, line):
        async with self.turn:
            self.child.stdin.write(line)
            await self.child.stdin.drain()
            return await self.child.stdout.readline()

    async def stop(self):
        self.child.stdin.close()
        return await self.child.wait()

    async def serve(self, reader, writer):
        while line := await reader.readline():
            writer.write(await self.shout(line))
            await writer.drain()
        writer.close()
        await writer.wait_closed()


class Guide(asyncio.DatagramProtocol):
    """Tells where the service is."""

    def __init__(self, port):
        self.port = port

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        if data == b"where":
            self.transport.sendto(b"%d" % self.port, address)


class Question(asyncio.DatagramProtocol):
    def __init__(self):
        self.answer = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        transport.sendto(b"where")

    def datagram_received(self, data, address):
        self.answer.set_result(int(data))


async def ask(guide, lines):
    """Finds the service, and has it answer lines."""
    loop = asyncio.get_running_loop()
    transport, question = await loop.create_datagram_endpoint(Question, remote_addr=guide)
    port = await question.answer
    transport.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    for line in lines:
        writer.write(line.encode() + b"\n")
        answers.append((await reader.readline()).decode().strip())
    writer.close()
    await writer.wait_closed()
    return answers


async def main(demo):
    shouter = await Shouter.start()
    server = await asyncio.start_server(shouter.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    guide, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Guide(port), ("127.0.0.1", 0))
    address = guide.get_extra_info("sockname")
    print(f"udp port {address[1]}, tcp port {port}", flush=True)
    if demo:
        clients = (ask(address, [f"client {number}", "done"]) for number in range(3))
        for answers in await asyncio.gather(*clients):
            print(*answers)
    else:
        await server.serve_forever()
    server.close()
    await server.wait_closed()
    guide.close()
    print("child's status", await shouter.stop())


if __name__ == "__main__":
    uv.asyncio.run(main("--demo" in sys.argv))
