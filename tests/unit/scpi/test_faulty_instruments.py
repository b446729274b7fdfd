"""A driver and an instrument that is silent, talks garbage, is another one, complains or vanishes: SOCKET and ASRL."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle

import pytest

from drivers.scpi.errors import (
    CannotReachInstrumentError,
    GarbledAnswerError,
    InstrumentReportedError,
    InstrumentSilentError,
    InstrumentVanishedError,
    OverRangeError,
    SettingError,
    WrongInstrumentError,
)
from drivers.scpi.safe_state import apply_safe_state
from drivers.scpi.settings import SafeState, VisaSettings
from drivers.transport.base import CannotOpenError, PeerClosedError, SilenceError
from drivers.transport.tap import drop
from tests.unit.scpi.conftest import HANG_UP, NOTHING, DriverMaker, Scripted, open_patiently, patiently

SHORT_S = 0.2


async def test_instrument_that_never_answers_is_silent(script: Scripted, analyser_at: DriverMaker) -> None:
    script.answers.clear()
    driver = analyser_at(script.resource_name, SHORT_S)
    with pytest.raises(InstrumentSilentError, match="silent") as caught:
        await driver.open()
    assert isinstance(caught.value, SilenceError)


async def test_instrument_that_falls_silent_is_reported_and_may_come_back(
    script: Scripted, analyser_at: DriverMaker
) -> None:
    driver = analyser_at(script.resource_name, SHORT_S)
    await open_patiently(driver)
    script.answers["SYST:ERR?"] = NOTHING
    with pytest.raises(InstrumentSilentError):
        await driver.voltage()
    script.answers.update({"SYST:ERR?": b'0,"No error"\n', "FETC:VOLT?": b"230.0\n"})
    assert (await patiently(driver.voltage)).value == 230.0


async def test_late_answer_is_never_taken_for_the_next_one(script: Scripted, analyser_at: DriverMaker) -> None:
    script.answers["FETC:CURR?"] = b"5.0\n"
    driver = analyser_at(script.resource_name, SHORT_S)
    await open_patiently(driver)
    with pytest.raises(InstrumentSilentError):
        await driver.voltage()
    script.say(b"230.0\n")
    assert (await patiently(driver.current)).value == 5.0


async def test_half_an_answer_is_silence(script: Scripted, analyser_at: DriverMaker) -> None:
    script.answers.update({"FETC:VOLT?": b"23", "SYST:ERR?": NOTHING})
    driver = analyser_at(script.resource_name, SHORT_S)
    await open_patiently(driver)
    with pytest.raises(InstrumentSilentError):
        await driver.voltage()


@pytest.mark.parametrize("garbage", [b"\xff\xfe\x80\n", b"twelve\n", b"1.0,2.0\n", b"\n", b"nan\n", b"++1\n"])
async def test_garbage_is_no_reading(script: Scripted, analyser_at: DriverMaker, garbage: bytes) -> None:
    script.answers["FETC:VOLT?"] = garbage
    driver = analyser_at(script.resource_name)
    await driver.open()
    with pytest.raises((GarbledAnswerError, OverRangeError)):
        await driver.voltage()


async def test_garbage_instead_of_an_identity_is_refused(script: Scripted, analyser_at: DriverMaker) -> None:
    script.answers["*IDN?"] = b"ready.\n"
    with pytest.raises(GarbledAnswerError, match="IDN"):
        await analyser_at(script.resource_name).open()


async def test_garbage_from_the_error_queue_is_refused(script: Scripted, analyser_at: DriverMaker) -> None:
    script.answers["SYST:ERR?"] = b"fine\n"
    driver = analyser_at(script.resource_name)
    await driver.open()
    with pytest.raises(GarbledAnswerError, match="error queue"):
        await driver.start_log()


async def test_other_instrument_at_the_resource_is_refused(script: Scripted, analyser_at: DriverMaker) -> None:
    script.answers["*IDN?"] = b"Maker,PA-1,0008,1.0\n"
    driver = analyser_at(script.resource_name)
    with pytest.raises(WrongInstrumentError) as caught:
        await driver.open()
    assert "0007" in str(caught.value)
    assert "0008" in str(caught.value)
    assert script.seen == ["*IDN?"]


async def test_entry_of_the_error_queue_is_raised_with_command_code_and_text(
    script: Scripted, analyser_at: DriverMaker
) -> None:
    driver = analyser_at(script.resource_name)
    await driver.open()
    entries = iter([b'-222,"Data out of range"\n', b'310,"Fan stuck, hot"\n', b'0,"No error"\n'])
    script.answers = TakingTurns(script.answers, "SYST:ERR?", entries)
    with pytest.raises(InstrumentReportedError) as caught:
        await driver.start_log()
    assert (caught.value.code, caught.value.command) == (-222, "LOG:STAR")
    assert "310, Fan stuck, hot" in caught.value.message


class TakingTurns(dict[str, bytes]):
    """A table of answers in which one query has another answer each time."""

    def __init__(self, answers: dict[str, bytes], query: str, turns: Iterator[bytes]) -> None:
        super().__init__(answers)
        self._query = query
        self._turns = turns

    def get(self, key: str, default: bytes = b"") -> bytes:  # type: ignore[override]
        return next(self._turns) if key == self._query else super().get(key, default)


async def test_refused_query_is_explained_by_the_error_queue(script: Scripted, analyser_at: DriverMaker) -> None:
    driver = analyser_at(script.resource_name, 2 * SHORT_S)
    await open_patiently(driver)
    turns = cycle([b'-113,"Undefined header"\n', b'0,"No error"\n'])
    script.answers = TakingTurns(script.answers, "SYST:ERR?", turns)
    with pytest.raises(InstrumentReportedError) as caught:
        await patiently(driver.voltage)
    assert caught.value.code == -113


async def test_instrument_that_vanishes_in_a_measurement_is_told_from_silence(
    script: Scripted, analyser_at: DriverMaker
) -> None:
    script.answers["FETC:VOLT?"] = HANG_UP
    driver = analyser_at(script.resource_name)
    await driver.open()
    with pytest.raises(InstrumentVanishedError, match="vanished") as caught:
        await driver.voltage()
    assert isinstance(caught.value, PeerClosedError)


async def test_port_where_nobody_listens_cannot_be_opened(analyser_at: DriverMaker) -> None:
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(CannotReachInstrumentError, match=str(port)) as caught:
            await analyser_at(f"TCPIP::127.0.0.1::{port}::SOCKET").open()
    assert isinstance(caught.value, CannotOpenError)


@pytest.mark.parametrize("resource_name", ["ASRL/dev/no-such-port::INSTR", "TCPIP::::SOCKET", "GPIB7::400::INSTR", "?"])
async def test_resource_that_does_not_exist_cannot_be_opened(resource_name: str, analyser_at: DriverMaker) -> None:
    with pytest.raises(CannotReachInstrumentError):
        await analyser_at(resource_name).open()


@pytest.mark.parametrize("answer", [b"9.9E37\n", b"-9.9E37\n", b"9.91E37\n", b"inf\n"])
async def test_scpi_infinity_is_no_reading(script: Scripted, analyser_at: DriverMaker, answer: bytes) -> None:
    script.answers["FETC:VOLT?"] = answer
    driver = analyser_at(script.resource_name)
    await driver.open()
    with pytest.raises(OverRangeError, match="voltage"):
        await driver.voltage()


@pytest.mark.parametrize("log", [b"1.0,2.0,3.0\n", b"2.0,5.0,1.0,5.0\n", b"1.0;5.0\n"])
async def test_log_that_makes_no_sense_is_refused(script: Scripted, analyser_at: DriverMaker, log: bytes) -> None:
    script.answers["FETC:LOG?"] = log
    driver = analyser_at(script.resource_name)
    await driver.open()
    with pytest.raises(GarbledAnswerError):
        await driver.current_log()


async def test_cancelled_reading_leaves_no_answer_behind(script: Scripted, analyser_at: DriverMaker) -> None:
    script.answers.update({"FETC:VOLT?": b"230.0\n", "FETC:CURR?": b"5.0\n"})
    driver = analyser_at(script.resource_name)
    await driver.open()
    for _ in range(10):
        reading = asyncio.create_task(driver.voltage())
        await asyncio.sleep(0)
        reading.cancel()
        assert (await driver.current()).value == 5.0
        assert reading.cancelled()


async def test_answer_that_a_probe_takes_away_is_missed_not_awaited(script: Scripted, analyser_at: DriverMaker) -> None:
    driver = analyser_at(script.resource_name)
    await driver.open()
    with driver.tap.interfering(drop), pytest.raises(InstrumentSilentError):
        await driver.voltage()


async def test_tap_sees_lines_and_answers(script: Scripted, analyser_at: DriverMaker) -> None:
    script.answers["FETC:VOLT?"] = b"230.0\n"
    driver = analyser_at(script.resource_name)
    await driver.open()
    with driver.tap.capturing() as seen:
        await driver.voltage()
    assert [message.data for message in seen] == [b"FETC:VOLT?", b"230.0"]


async def test_setting_beyond_the_limit_of_the_lab_sends_nothing(script: Scripted, analyser_at: DriverMaker) -> None:
    driver = analyser_at(script.resource_name, limits={"voltage": 250.0})
    await driver.open()
    before = list(script.seen)
    with pytest.raises(SettingError, match="250"):
        await driver.setting("voltage", 250.1, "voltage")
    assert script.seen == before


async def test_driver_that_is_not_open_says_so(script: Scripted, analyser_at: DriverMaker) -> None:
    with pytest.raises(RuntimeError, match="not open"):
        await analyser_at(script.resource_name).voltage()


async def test_safe_state_sends_every_command_and_waits_for_the_last(script: Scripted) -> None:
    script.answers["*OPC?"] = b"1\n"
    state = SafeState(VisaSettings(script.resource_name, answer_timeout_s=10.0), ("OUTP OFF", "SOUR:VOLT 0"))
    await asyncio.to_thread(apply_safe_state, state)
    assert script.seen == ["OUTP OFF", "SOUR:VOLT 0", "*OPC?"]


async def test_safe_state_of_a_dead_instrument_is_an_error(script: Scripted) -> None:
    state = SafeState(VisaSettings(script.resource_name, answer_timeout_s=SHORT_S), ("OUTP OFF",))
    with pytest.raises(InstrumentSilentError):
        await asyncio.to_thread(apply_safe_state, state)
