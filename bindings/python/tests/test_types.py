"""The stubs, where mypy is installed: they say what is there, and suit a program."""

import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]

# These are made when the package is imported; a checker need not know how.
MADE = "uv.__all__\nuv._abi.__all__\nuv._core.lib\n"

PROGRAM = """
import asyncio
import uv, uv.asyncio, uv.fs

async def main() -> int:
    return 1

number: int = uv.asyncio.run(main())
loops: asyncio.AbstractEventLoop = uv.asyncio.EventLoop()
with uv.Loop() as loop:
    timer = uv.Timer(loop)
    timer.start(lambda: None, 1)
    status: uv.uv_stat_t = uv.fs.stat(loop, "/")
    seconds: int = status.st_mtim.tv_sec
    uv.fs.stat(loop, "/", lambda error, result: print(error, result))
    uv.Tcp(loop).accept().nodelay()
    alive: int = uv.lib.uv_run(loop, uv.UV_RUN_DEFAULT)

    @uv.uv_close_cb
    def closed(address: int | None) -> None: ...
    uv.lib.uv_close(timer, closed)

    timer.start(None, 1)  # wrong
    uv.lib.uv_run("loop", "mode")  # wrong
"""


@unittest.skipUnless(importlib.util.find_spec("mypy"), "mypy is not installed")
class Types(unittest.TestCase):
    def mypy(self, *args):
        with tempfile.TemporaryDirectory() as folder:
            environment = os.environ | {"MYPYPATH": str(FOLDER), "MYPY_CACHE_DIR": folder}
            return subprocess.run([sys.executable, "-m", *args], env=environment, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)

    def test_program(self):
        result = self.mypy("mypy", "--strict", "-c", PROGRAM)
        wrong = [number for number, line in enumerate(PROGRAM.splitlines(), 1) if line.endswith("# wrong")]
        complaints = [line for line in result.stdout.splitlines() if ": error:" in line]
        self.assertEqual([int(line.split(":")[1]) for line in complaints], wrong, result.stdout)

    def test_stubs(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as made:
            made.write(MADE)
            made.flush()
            result = self.mypy("mypy.stubtest", "uv", "--concise", "--allowlist", made.name,
                               "--mypy-config-file", str(FOLDER / "pyproject.toml"))
        self.assertEqual(result.returncode, 0, result.stdout)


if __name__ == "__main__":
    unittest.main()
