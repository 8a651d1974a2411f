"""uvloop_echo.py streams|protocol: an echo server on uvloop, which says where it listens."""
import asyncio
import sys

import uvloop


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def echo(reader, writer):
    while data := await reader.read(102400):
        writer.write(data)
        await writer.drain()
    writer.close()


async def main():
    if sys.argv[1] == "streams":
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
    else:
        server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    print("listening", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


uvloop.install()
asyncio.run(main())
