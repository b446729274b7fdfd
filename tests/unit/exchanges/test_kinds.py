"""What the kinds of exchange that write and notify take for an effect."""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

from bench.exchanges.dlms_write import DlmsWrite
from bench.exchanges.office_notification import OfficeNotification
from bench.exchanges.office_write import OfficeWrite
from drivers.cim.payloads import EndDeviceEvent
from drivers.clock import FreeClock
from drivers.dlms.apdu import Attribute, SetRequestNormal, decode_apdu
from drivers.dlms.data import U32, Data
from drivers.dlms.obis import Obis

LIMIT = Attribute(71, Obis("0.0.17.0.0.255"), 4)


class Holder:
    """A device or system that holds one value, and the session with it."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.clients = ("management", "reader")
        self.ports = ("tcp",)

    def ports_of(self, _role: str) -> tuple[str, ...]:
        return self.ports

    @asynccontextmanager
    async def session(self, *_: Any, **__: Any) -> AsyncIterator[Holder]:
        yield self

    async def get(self, _attribute: Attribute) -> Any:
        return self.value

    async def set(self, _attribute: Attribute, value: Any, _selection: Any = None) -> None:
        self.value = value


class Limit(DlmsWrite):
    @property
    def shown(self) -> Attribute:
        return LIMIT

    def another(self, present: Data | None) -> Data:
        return U32(2 if present == U32(1) else 1)


class Choice(OfficeWrite):
    sender = "cis"

    async def write(self, office: Any, value: Any) -> None:
        office.value = value

    async def look(self, office: Any) -> Any:
        return office.value

    def another(self, present: Any) -> int:
        return 20 if present == 15 else 15


class News(OfficeNotification):
    sender = "headend"

    def events(self) -> Sequence[EndDeviceEvent]:
        return ()

    async def tell(self, office: Any) -> Any:
        office.value = (*office.value, f"news {self.number}")

    async def found(self, office: Any) -> Sequence[Hashable]:
        return cast("Sequence[Hashable]", office.value)


def on(kind: type[Any], holder: Holder) -> Any:
    exchange = object.__new__(kind)
    exchange.station, exchange.seat, exchange.row = (
        SimpleNamespace(clock=FreeClock()),
        "seat",
        SimpleNamespace(id="row"),
    )
    exchange.access = holder
    if kind is News:
        exchange.number, exchange._before = 0, None
    else:
        exchange.before = exchange.wanted = None
    return exchange


async def test_a_write_takes_effect_when_another_party_reads_another_value_and_is_taken_back() -> None:
    limit = on(Limit, Holder(U32(1)))
    await limit.prepare()
    assert (await limit.observe()).happened is False
    await limit.perform()
    assert (await limit.observe()).happened is True
    assert limit.access.value == U32(2)
    await limit.restore()
    assert limit.access.value == U32(1)


async def test_a_wrong_value_is_an_effect_too() -> None:
    limit = on(Limit, Holder(U32(1)))
    await limit.prepare()
    limit.access.value = U32(99)
    assert (await limit.observe()).happened is True


async def test_what_was_not_prepared_cannot_be_looked_at() -> None:
    assert (await on(Limit, Holder(U32(1))).observe()).happened is None
    assert (await on(Choice, Holder(15)).observe()).happened is None


async def test_preparing_again_brings_the_first_value_back() -> None:
    limit = on(Limit, Holder(U32(1)))
    await limit.prepare()
    await limit.perform()
    await limit.prepare()
    assert limit.access.value == U32(1)


async def test_the_request_is_the_write_also_before_the_present_value_is_known() -> None:
    request = decode_apdu(on(Limit, Holder(U32(1))).request())
    assert isinstance(request, SetRequestNormal)
    assert (request.attribute, request.value) == (LIMIT, U32(1))


async def test_a_choice_counts_once_or_is_something_else() -> None:
    choice = on(Choice, Holder(1))
    await choice.prepare()
    assert await choice.times() == 0
    await choice.perform()
    assert await choice.times() == 1
    choice.access.value = 99
    assert await choice.times() == 2
    await choice.restore()
    assert choice.access.value == 1


async def test_each_scene_of_a_notification_counts_what_is_new() -> None:
    news = on(News, Holder(()))
    for number in (1, 2):
        await news.prepare()
        assert (await news.observe()).happened is False
        await news.perform()
        assert (await news.observe()).happened is True
        assert await news.times() == 1
        assert news.access.value[-1] == f"news {number}"
