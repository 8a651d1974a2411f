"""Child processes."""

import asyncio
import os
import signal
import sys
import unittest
from asyncio.subprocess import DEVNULL, PIPE, STDOUT

from asyncio_case import AsyncCase


class Processes(AsyncCase):
    def run_child(self, *args, data=None, shell=False, **options):
        """What a child writes, and its return code."""
        if data is not None:
            options["stdin"] = PIPE

        async def main():
            create = asyncio.create_subprocess_shell if shell else asyncio.create_subprocess_exec
            child = await create(*args, stdout=PIPE, **options)
            output, _ = await child.communicate(data)
            return output, child.returncode

        return self.run_async(main())

    def test_communicate(self):
        data = bytes(range(256)) * 20_000
        self.assertEqual(self.run_child("cat", data=data), (data, 0))

    def test_shell(self):
        self.assertEqual(self.run_child("echo $((6 * 7)); exit 3", shell=True), (b"42\n", 3))

    def test_both_streams_in_one(self):
        self.assertEqual(self.run_child("echo a; echo b >&2", shell=True, stderr=STDOUT), (b"a\nb\n", 0))

    def test_nothing_to_read(self):
        self.assertEqual(self.run_child("cat", stdin=DEVNULL)[0], b"")

    def test_surroundings(self):
        output, _ = self.run_child("pwd; echo $NAME", shell=True, cwd="/", env={"NAME": "value"})
        self.assertEqual(output, b"/\nvalue\n")

    def test_session(self):
        output, _ = self.run_child(sys.executable, "-c", "import os; print(os.getsid(0) == os.getpid())",
                                   start_new_session=True)
        self.assertEqual(output, b"True\n")

    def test_passed_descriptors(self):
        reading, writing = os.pipe()
        os.write(writing, b"passed")
        os.close(writing)
        self.assertEqual(self.run_child("cat", f"/dev/fd/{reading}", pass_fds=[reading]), (b"passed", 0))
        os.close(reading)

    def test_killed(self):
        async def main():
            child = await asyncio.create_subprocess_exec("sleep", "1000")
            child.kill()
            self.assertEqual(await child.wait(), -signal.SIGKILL)
            self.assertEqual(child.returncode, -signal.SIGKILL)

        self.run_async(main())

    def test_many_at_once(self):
        async def main():
            children = [await asyncio.create_subprocess_shell(f"exit {code}") for code in range(20)]
            self.assertEqual([await child.wait() for child in children], list(range(20)))

        self.run_async(main())

    def test_dialogue(self):
        async def main():
            child = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=PIPE)
            for number in range(100):
                child.stdin.write(b"%d\n" % number)
                self.assertEqual(await child.stdout.readline(), b"%d\n" % number)
            child.stdin.close()
            self.assertEqual(await child.wait(), 0)

        self.run_async(main())

    def test_child_that_does_not_read(self):
        async def main():
            child = await asyncio.create_subprocess_exec("true", stdin=PIPE)
            await child.communicate(bytes(1_000_000))
            return child.returncode

        self.assertEqual(self.run_async(main()), 0)

    def test_no_such_program(self):
        with self.assertRaises(FileNotFoundError) as caught:
            self.run_child("/no/such/program", data=b"")
        self.assertEqual(caught.exception.filename, "/no/such/program")

    def test_what_libuv_does_not_have(self):
        for options in ({"preexec_fn": print}, {"umask": 0}, {"extra_groups": []}):
            with self.assertRaises(ValueError):
                self.run_child("true", **options)


if __name__ == "__main__":
    unittest.main()
