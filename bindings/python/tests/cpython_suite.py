"""asyncio's own tests, where Python has them, on the event loop over libuv: `python3 cpython_suite.py [MODULE ...]`.

They come with CPython's sources and some builds of it, but not with Debian's python3 alone. Not a part of the
usual run: it takes a minute.
"""

import importlib
import sys
import unittest

import uv.asyncio

# Modules whose tests take a loop from the policy, and from a mixin.
BY_POLICY = [
    "test_base_events", "test_buffered_proto", "test_context", "test_futures", "test_locks", "test_pep492",
    "test_queues", "test_runners", "test_server", "test_ssl", "test_sslproto", "test_streams", "test_subprocess",
    "test_taskgroups", "test_threads", "test_timeouts", "test_unix_events", "test_waitfor",
]
BY_MIXIN = {
    "test_events": ["UnixEventLoopTestsMixin", "SubprocessTestsMixin"],
    "test_sendfile": ["SendfileTestsBase"],
    "test_sock_lowlevel": ["BaseSockTestsMixin"],
}

# What these tests look at is asyncio's alone: its child watchers, or that it calls subprocess.Popen.
NOT_OURS = {
    "test_close_dont_kill_finished", "test_create_subprocess_fails_with_inactive_watcher", "test_popen_error",
    "test_popen_error_with_stdin_pipe",
}


def suite(name):
    module = importlib.import_module("test.test_asyncio." + name)
    if name not in BY_MIXIN:
        # Its end would take the policy away.
        module.tearDownModule = lambda: None
        return unittest.defaultTestLoader.loadTestsFromModule(module)
    bases = [getattr(module, mixin) for mixin in BY_MIXIN[name]]
    utils = importlib.import_module("test.test_asyncio.utils")
    case = type("Uv", (*bases, utils.TestCase), {"create_event_loop": lambda self: uv.asyncio.EventLoop()})
    return unittest.defaultTestLoader.loadTestsFromTestCase(case)


def chosen(tests):
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield from chosen(test)
        elif test.id().rpartition(".")[2] not in NOT_OURS:
            yield test


def main(names):
    uv.asyncio.install()
    failed = False
    for name in names or [*BY_MIXIN, *BY_POLICY]:
        print("==", name, file=sys.stderr, flush=True)
        result = unittest.TextTestRunner().run(unittest.TestSuite(chosen(suite(name))))
        failed |= not result.wasSuccessful()
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
