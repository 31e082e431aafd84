"""Asking for addresses, without waiting for anybody else's."""

import asyncio
import threading

import pytest

from fediverse.fetch.names import Names, look_up
from fediverse.limits import Limits


class Service:
    """A name service that takes notes, and is silent about some names until it is let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let_go = threading.Event()

    def __call__(self, host):
        self.asked.append(host)
        if host.startswith("silent"):
            self.let_go.wait(5)
        if host.startswith("no"):
            raise OSError(host)
        return ["93.184.215.14"]


@pytest.fixture
def service():
    service = Service()
    yield service
    service.let_go.set()


async def test_an_answer_is_remembered_and_questions_for_one_name_are_one(service):
    names = Names(Limits(), service)
    found = await asyncio.gather(*(names.resolve("r.example", 443) for _ in range(5)))
    assert [*found, await names.resolve("r.example", 443)] == [["93.184.215.14"]] * 6
    assert service.asked == ["r.example"]


async def test_a_silent_name_server_holds_up_nobody_else(service):
    # Given more silent names than an event loop has threads
    names = Names(Limits(), service)
    waiting = [asyncio.create_task(names.resolve(f"silent{number}.example", 443)) for number in range(40)]

    # When another name is asked for
    async with asyncio.timeout(2):
        assert await names.resolve("r.example", 443) == ["93.184.215.14"]

    # Then it is answered at once, and the silent ones whenever they speak
    assert not any(task.done() for task in waiting)
    service.let_go.set()
    assert len(await asyncio.gather(*waiting)) == 40


async def test_whoever_gives_up_leaves_the_question_to_the_next(service):
    names = Names(Limits(), service)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await names.resolve("silent.example", 443)
    assert service.asked == ["silent.example"]
    service.let_go.set()
    assert await names.resolve("silent.example", 443) == ["93.184.215.14"]


async def test_a_name_that_is_not_there_is_asked_for_again(service):
    names = Names(Limits(), service)
    for _ in range(2):
        with pytest.raises(OSError, match="nobody"):
            await names.resolve("nobody.example", 443)
    assert service.asked == ["nobody.example"] * 2


async def test_an_address_needs_no_asking_and_what_is_remembered_is_bounded(service):
    names = Names(Limits(hosts_remembered=2), service)
    assert await names.resolve("::1", 443) == ["::1"]
    for host in ("a.example", "b.example", "c.example", "a.example"):
        await names.resolve(host, 443)
    assert service.asked == ["a.example", "b.example", "c.example", "a.example"]


def test_the_system_is_asked_in_the_end():
    assert "127.0.0.1" in look_up("localhost") or "::1" in look_up("localhost")
