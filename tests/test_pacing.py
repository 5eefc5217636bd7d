"""Requests that come in together begin a few at a time, in order, and what is due in between is done in between."""

from __future__ import annotations

import asyncio
from typing import Any

from api.pacing import Pacing


async def _nothing(*_: Any) -> Any:
    return None


def _begun(number: int, at_a_time: int, leaving: int | None = None) -> list[int | str]:
    """What happens, in order, when so many requests come in together: each as it begins, and the end of each round."""
    happened: list[int | str] = []

    async def app(scope: Any, *_: Any) -> None:
        happened.append(scope["number"])

    async def play() -> None:
        pacing = Pacing(app, at_a_time)
        requests = [
            asyncio.ensure_future(pacing({"type": "http", "number": n}, _nothing, _nothing)) for n in range(number)
        ]
        await asyncio.sleep(0)
        if leaving is not None:
            requests[leaving].cancel()
        while not all(request.done() for request in requests):
            happened.append("round")
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        late = asyncio.ensure_future(pacing({"type": "http", "number": number}, _nothing, _nothing))
        await asyncio.wait_for(late, 5)

    asyncio.run(play())
    return happened


def _in_one_round(happened: list[int | str]) -> int:
    """The most that begin without anything in between."""
    rounds = " ".join(map(str, happened)).split("round")
    return max(len(part.split()) for part in rounds)


def test_many_at_once_begin_in_order_a_few_at_a_time() -> None:
    happened = _begun(20, 3)
    assert [n for n in happened if n != "round"] == list(range(21))
    assert _in_one_round(happened) <= 3


def test_a_few_do_not_wait() -> None:
    assert _begun(3, 8)[:3] == [0, 1, 2]


def test_who_leaves_holds_up_nobody() -> None:
    happened = _begun(9, 2, leaving=5)
    assert [n for n in happened if n != "round"] == [0, 1, 2, 3, 4, 6, 7, 8, 9]


def test_what_is_no_request_begins_at_once() -> None:
    seen: list[str] = []

    async def app(scope: Any, *_: Any) -> None:
        seen.append(scope["type"])

    async def play() -> None:
        pacing = Pacing(app, 1)
        kinds = ("http", "http", "lifespan", "websocket")
        await asyncio.gather(*(pacing({"type": kind}, _nothing, _nothing) for kind in kinds))

    asyncio.run(play())
    assert seen == ["http", "lifespan", "websocket", "http"]
