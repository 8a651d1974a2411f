"""Prints what asyncio's streams, datagrams, processes, threads and names answer on uvloop."""
import asyncio
import os
import signal

import uvloop


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def ask(connect, *where):
    reader, writer = await connect(*where)
    for number in range(100):
        message = f"{number}".encode() * 500
        writer.write(message)
        assert await reader.readexactly(len(message)) == message
    writer.close()
    return number


class Upper(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.transport.sendto(data.upper(), address)


class Asker(asyncio.DatagramProtocol):
    def __init__(self):
        self.answer = asyncio.get_running_loop().create_future()

    def datagram_received(self, data, address):
        self.answer.set_result(data)


async def main():
    loop = asyncio.get_running_loop()
    print(type(loop).__module__)
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(sum(await asyncio.gather(*(ask(asyncio.open_connection, "127.0.0.1", port) for _ in range(20)))))
    server.close()
    server = await asyncio.start_unix_server(echo, "socket")
    print(sum(await asyncio.gather(*(ask(asyncio.open_unix_connection, "socket") for _ in range(20)))))
    server.close()
    transport, _ = await loop.create_datagram_endpoint(Upper, local_addr=("127.0.0.1", 0))
    asker, protocol = await loop.create_datagram_endpoint(Asker, remote_addr=transport.get_extra_info("sockname"))
    asker.sendto(b"datagram")
    print(await protocol.answer)
    asker.close()
    transport.close()
    pipes = {"stdin": -1, "stdout": -1, "stderr": -1}
    child = await asyncio.create_subprocess_exec("sh", "-c", "cat; echo bad >&2; exit 3", **pipes)
    print(await child.communicate(b"in"), child.returncode)
    sleeper = await asyncio.create_subprocess_exec("sleep", "60")
    sleeper.terminate()
    print(await sleeper.wait())
    print(await asyncio.gather(*(loop.run_in_executor(None, pow, 3, n) for n in range(20))))
    print((await loop.getaddrinfo("127.0.0.1", 80, proto=6))[0][4])
    heard = loop.create_future()
    loop.add_signal_handler(signal.SIGUSR1, heard.set_result, "signal")
    os.kill(os.getpid(), signal.SIGUSR1)
    print(await heard)
    order = []
    for delay in (3, 1, 2):
        loop.call_later(delay / 100, order.append, delay)
    await asyncio.sleep(0.1)
    print(order)


uvloop.install()
asyncio.run(main())
