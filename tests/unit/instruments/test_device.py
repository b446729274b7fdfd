"""Common commands, error queue, status, settling: what every emulated instrument does."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.clock import PlantClock
from fixtures.instruments.device import ScpiDevice
from fixtures.instruments.scpi_errors import QUEUE_LENGTH, ErrorQueue, ScpiError, StatusRegisters
from fixtures.instruments.scpi_syntax import units_of
from fixtures.instruments.scpi_tree import CommandTree, answer
from tests.unit.instruments.conftest import ask, error_of, tell


class Knob(ScpiDevice):
    """A device with one setting and one switch."""

    def __init__(self, clock: PlantClock) -> None:
        super().__init__("Maker,K,1,1.0", clock)
        self.level = 0.0
        self.on = False
        self.add_number("[SOURce#]:LEVel[:IMMediate]", "V", (0.0, 10.0), 5.0, lambda: self.level, self._set_level)
        self.add_switch("OUTPut#[:STATe]", lambda: self.on, self._switch)

    def reset(self) -> None:
        self.level = 0.0

    def _set_level(self, level: float) -> None:
        self.level = level
        self.settles_in(0.5)

    def _switch(self, on: bool) -> None:
        self.on = on


@pytest.fixture
def knob(plant_clock: PlantClock) -> Knob:
    return Knob(plant_clock)


@pytest.mark.parametrize("header", ["LEV", "LEVel", "level:imm", "SOUR:LEV", ":SOURCE1:LEVEL:IMMEDIATE", "SOUR1:LEV"])
async def test_short_long_and_optional_nodes_are_the_same_command(knob: Knob, header: str) -> None:
    await tell(knob, f"{header} 2.5")
    assert knob.level == 2.5
    assert float(await ask(knob, f"{header}?")) == 2.5


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("LEVE 1", -113),
        ("SOUR:LEV:FOO 1", -113),
        ("LEV1 1", -113),
        ("SOUR2:LEV 1", -114),
        ("*XYZ", -113),
        ("*RST 1", -108),
        ("*IDN", -113),
        ("LEV", -109),
        ("LEV 1,2", -108),
        ("LEV 11", -222),
        ("LEV 1A", -131),
        ("OUTP MAYBE", -224),
        ("OUTP?x", -102),
    ],
)
async def test_wrong_messages_leave_the_standard_code(knob: Knob, message: str, code: int) -> None:
    assert await error_of(knob, message) == code
    assert (knob.level, knob.on) == (0.0, False)


async def test_error_ends_the_message_but_keeps_what_came_before(knob: Knob) -> None:
    assert await knob.execute("LEV 1;FOO 2;LEV 3") is None
    assert knob.level == 1.0
    assert knob.errors.take().startswith("-113,")


async def test_answers_of_one_message_are_joined(knob: Knob) -> None:
    assert await ask(knob, "*IDN?;LEV 1;LEV?") == "Maker,K,1,1.0;+1.00000000E+00"


async def test_limits_can_be_asked_for(knob: Knob) -> None:
    assert [float(await ask(knob, f"LEV? {word}")) for word in ("MIN", "MAX", "DEF")] == [0.0, 10.0, 5.0]


async def test_errors_set_their_event_bits_and_reading_clears_them(knob: Knob) -> None:
    assert int(await ask(knob, "*ESR?")) == 0x80
    await knob.execute("FOO")
    await knob.execute("LEV 99")
    knob.interrupted()
    knob.errors.clear()
    assert int(await ask(knob, "*ESR?")) == 0x20 | 0x10 | 0x04
    assert int(await ask(knob, "*ESR?")) == 0


async def test_cls_clears_queue_and_events_rst_does_not(knob: Knob) -> None:
    await knob.execute("FOO")
    await knob.execute("LEV 4;*RST")
    assert knob.level == 0.0
    assert len(knob.errors) == 1
    await knob.execute("*CLS")
    assert await ask(knob, "SYST:ERR?") == '0,"No error"'
    assert int(await ask(knob, "*ESR?")) == 0


async def test_status_byte_sums_up_errors_and_enabled_events(knob: Knob) -> None:
    await tell(knob, "*CLS;*ESE 32;*SRE 36")
    assert int(await ask(knob, "*STB?")) == 0
    await knob.execute("FOO")
    assert int((await knob.execute("*STB?")) or "") == 0x04 | 0x20 | 0x40
    assert (await knob.execute("SYST:ERR:COUN?;*ESE?;*SRE?")) == "1;32;36"


async def test_operation_complete_waits_until_everything_has_settled(knob: Knob, plant_clock: PlantClock) -> None:
    start = plant_clock.now()
    assert await ask(knob, "LEV 3;*OPC?") == "1"
    assert plant_clock.now() == pytest.approx(start + 0.5)


async def test_operation_complete_bit_comes_when_settled(knob: Knob, plant_clock: PlantClock) -> None:
    await tell(knob, "*CLS;LEV 3;*OPC")
    assert int(await ask(knob, "*ESR?")) == 0
    await plant_clock.advance_to(plant_clock.now() + 0.5)
    assert int(await ask(knob, "*ESR?")) == 0x01


def test_queue_that_overflows_says_so_in_its_last_entry() -> None:
    queue = ErrorQueue()
    for _ in range(QUEUE_LENGTH + 3):
        queue.push(ScpiError(-222))
    entries = [queue.take() for _ in range(QUEUE_LENGTH + 1)]
    assert entries[-2:] == ['-350,"Queue overflow"', '0,"No error"']
    assert set(entries[:-2]) == {'-222,"Data out of range"'}


@pytest.mark.parametrize(
    ("code", "bit"), [(-100, 0x20), (-199, 0x20), (-222, 0x10), (-350, 0x08), (310, 0x08), (-410, 0x04)]
)
def test_codes_belong_to_event_bits(code: int, bit: int) -> None:
    status = StatusRegisters()
    status.take_events()
    status.note(code)
    assert status.take_events() == bit


def test_tree_takes_every_form_of_an_optional_first_node() -> None:
    tree = CommandTree()
    tree.on("[SENSe#]:VOLTage[:AC]:RANGe", getter=answer(lambda: "1"))
    for header in ("VOLT:RANG?", "SENS1:VOLT:AC:RANG?", "SENSE:VOLTAGE:RANGE?"):
        (unit,) = units_of(header)
        assert tree.run(unit) == "1"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.text(alphabet=st.sampled_from("LEVOUTP*IDNRS?;:, 0123.+-'\"eE\x00é"), max_size=40))
def test_no_message_breaks_the_instrument(knob: Knob, message: str) -> None:
    asyncio.run(knob.execute(message.replace("*OPC", "").replace("*WAI", "")))
    knob.errors.clear()
    assert asyncio.run(knob.execute("*IDN?")) == "Maker,K,1,1.0"
