"""The network between a desk and the gateway: TCP that can fall silent without a word, come back, or be another one."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any

from tests.ports import free_port


class Cable:
    """Who connects to ``port`` on 127.0.0.1 reaches the port ``to``, as long as it is not cut.

    Attributes:
        joined: how many connections there have been.
    """

    def __init__(self) -> None:
        self.joined = 0
        self.port = free_port()
        self.to = 0
        self._loop = asyncio.new_event_loop()
        self._flowing: asyncio.Event | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self._done: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),), daemon=True)

    def start(self, to: int) -> None:
        self.to = to
        ready = threading.Event()
        self._loop.call_soon(ready.set)
        self._thread.start()
        ready.wait()

    def cut(self) -> None:
        """From now on nothing comes through, and nobody is told."""
        self._do(self._cut())

    def mend(self) -> None:
        """What was on its way arrives."""
        self._do(self._mend())

    def renew(self) -> None:
        """Mended, as another network is: connections of before stay silent for ever, new ones go."""
        self._do(self._renew())

    def end_all(self) -> None:
        """Every connection is closed, as proxies do; new ones go."""
        self._do(self._end_all())

    def stop(self) -> None:
        self._do(self._stop())
        self._thread.join(5)

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(5)

    async def _run(self) -> None:
        self._flowing, self._done = asyncio.Event(), asyncio.Event()
        self._flowing.set()
        server = await asyncio.start_server(self._join, "127.0.0.1", self.port)
        await self._done.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.wait(others or {asyncio.ensure_future(asyncio.sleep(0))})

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        flowing = self._flowing
        assert flowing
        await flowing.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.close()
            return
        self.joined += 1
        self._lines |= {writer, far_writer}
        ways = [self._carry(reader, far_writer, flowing), self._carry(far_reader, writer, flowing)]
        await asyncio.gather(*ways, return_exceptions=True)
        self._lines -= {writer, far_writer}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flowing: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while some := await reader.read(65536):
                await flowing.wait()
                writer.write(some)
                await writer.drain()
            await flowing.wait()
        writer.close()

    async def _cut(self) -> None:
        assert self._flowing
        if self._flowing.is_set():
            self._flowing.clear()

    async def _mend(self) -> None:
        assert self._flowing
        self._flowing.set()

    async def _renew(self) -> None:
        """The connections that wait for the old flow wait for ever."""
        self._flowing = asyncio.Event()
        self._flowing.set()

    async def _end_all(self) -> None:
        for writer in self._lines:
            writer.close()

    async def _stop(self) -> None:
        assert self._done
        assert self._flowing
        self._flowing.set()
        self._done.set()
