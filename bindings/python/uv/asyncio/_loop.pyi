import asyncio


# All that it has is asyncio's.
class EventLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None: ...
