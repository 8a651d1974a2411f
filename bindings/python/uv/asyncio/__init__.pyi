import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from ._loop import EventLoop as EventLoop

_T = TypeVar("_T")

__all__ = ["EventLoop", "EventLoopPolicy", "install", "run"]


class EventLoopPolicy(asyncio.DefaultEventLoopPolicy): ...


def install() -> None: ...
def run(main: Coroutine[Any, Any, _T], *, debug: bool | None = None) -> _T: ...
