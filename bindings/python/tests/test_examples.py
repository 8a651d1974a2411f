"""The programs of README.md and of examples/, as they stand there."""

import re
import subprocess
import sys
import textwrap
import unittest
from pathlib import Path

from asyncio_case import for_asyncio

FOLDER = Path(__file__).resolve().parents[1]


def run(*args):
    """What a Python program prints; it must succeed, and print nothing else."""
    child = subprocess.run([sys.executable, "-W", "always", *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           timeout=60, check=False)
    if child.returncode != 0:
        raise AssertionError(child.stdout.decode())
    return child.stdout.decode().splitlines()


@for_asyncio
class Readme(unittest.TestCase):
    def test_programs(self):
        indented = re.findall(r"(?:^(?: {4}.*)?\n)+", (FOLDER / "README.md").read_text(), re.MULTILINE)
        programs = [text for text in map(textwrap.dedent, indented) if text.lstrip().startswith("import ")]
        on_asyncio, on_libuv = (run("-c", program) for program in programs)
        self.assertEqual(on_asyncio, ["stream: hello, world", "child: HELLO 0", "datagram: to myself"])
        self.assertEqual(on_libuv[0][:16], "stat: None 0o407")
        self.assertEqual(on_libuv[1], "timer: True")


@for_asyncio
class Examples(unittest.TestCase):
    def test_shout(self):
        first, *answers, last = run(str(FOLDER / "examples/shout.py"), "--demo")
        self.assertRegex(first, r"^udp port \d+, tcp port \d+$")
        self.assertEqual(answers, [f"CLIENT {number}! DONE!" for number in range(3)])
        self.assertEqual(last, "child's status 0")


if __name__ == "__main__":
    unittest.main()
