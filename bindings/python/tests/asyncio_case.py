"""What the tests of uv.asyncio share."""

import asyncio
import os
import sys
import unittest

import uv.asyncio
from uv import _core

# The time that a test may take before it counts as hung.
PATIENCE = 60


def descriptors():
    return sorted(os.listdir("/proc/self/fd"))


async def _everything():
    child = await asyncio.create_subprocess_exec("true")
    await child.wait()
    await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 1)


for_asyncio = unittest.skipIf(sys.version_info < (3, 11), "uv.asyncio is for Python 3.11 or newer")


@for_asyncio
class AsyncCase(unittest.TestCase):
    """A test with a loop of ours, which leaves no descriptor, handle or request, and no unheard exception."""

    @classmethod
    def setUpClass(cls):
        # What libuv opens once for the process is not a leak.
        uv.asyncio.run(_everything())

    def setUp(self):
        self.before = descriptors()
        self.loop = uv.asyncio.EventLoop()
        self.unheard = []
        self.loop.set_exception_handler(lambda loop, context: self.unheard.append(context))

    def tearDown(self):
        if not self.loop.is_closed():
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()
        self.assertEqual(descriptors(), self.before)
        self.assertEqual(_core._live, {})
        self.assertEqual(self.unheard, [])

    def run_async(self, coroutine):
        return self.loop.run_until_complete(asyncio.wait_for(coroutine, PATIENCE))

    def heard(self):
        """The exceptions that the loop's handler has got; they are expected."""
        heard, self.unheard = self.unheard, []
        return [context["exception"] for context in heard]
