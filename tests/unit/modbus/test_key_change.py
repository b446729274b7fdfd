"""The key of an emulated device's TLS port: changed in one step, whatever the supply does meanwhile."""

from __future__ import annotations

import ssl
from typing import cast

import pytest

from fixtures.clock import PlantClock
from fixtures.faults import Faults
from fixtures.modbus.key_change import CHANGE_S, KeyChange
from fixtures.modbus.pki import ModbusPki

START = 1_767_571_200.0
CLIENT = 0x51AB


class _Pki:
    """Contexts that can be told apart; no keys."""

    def __init__(self) -> None:
        self.made: list[ssl.SSLContext] = []

    def renewed(self, _faults: Faults) -> ssl.SSLContext:
        self.made.append(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        return self.made[-1]


class _Port:
    def __init__(self, *faults: str) -> None:
        self.clock = PlantClock(START, "stepped")
        self.pki = _Pki()
        self.shown: list[ssl.SSLContext | None] = []
        self.broken = 0
        self.keys = KeyChange(
            self.clock, cast(ModbusPki, self.pki), Faults(frozenset(faults)), self.shown.append, self._hang_up
        )

    def _hang_up(self) -> None:
        self.broken += 1

    async def pass_s(self, seconds: float) -> None:
        await self.clock.advance_to(self.clock.now() + seconds)


async def test_a_new_key_is_shown_once_it_has_been_written() -> None:
    port = _Port()
    port.keys.administer("new_key", {})
    await port.pass_s(CHANGE_S / 2)
    assert not port.shown
    await port.pass_s(CHANGE_S)
    assert port.shown == port.pki.made
    assert len(port.shown) == port.broken == 1


@pytest.mark.parametrize(("faults", "shown"), [((), []), (("F-C19",), [None])])
async def test_a_cut_supply_leaves_the_former_key(faults: tuple[str, ...], shown: list[None]) -> None:
    port = _Port(*faults)
    port.keys.administer("new_key", {})
    await port.pass_s(CHANGE_S / 2)
    port.keys.lose_power()
    await port.pass_s(CHANGE_S)
    assert port.shown == shown
    assert not port.pki.made


@pytest.mark.parametrize(("faults", "refused"), [((), True), (("F-C18",), False)])
def test_who_was_revoked_is_let_in_no_more(faults: tuple[str, ...], refused: bool) -> None:
    port = _Port(*faults)
    assert not port.keys.is_revoked(CLIENT)
    port.keys.administer("revoke", {"serial": f"{CLIENT:x}"})
    assert port.keys.is_revoked(CLIENT) is refused
    assert not port.keys.is_revoked(CLIENT + 1)
    assert port.broken == 1


def test_the_page_has_no_other_items() -> None:
    with pytest.raises(ValueError, match="no such item"):
        _Port().keys.administer("join_window", {"for_s": 60})
