"""Answers to a reading on demand, in each form in which they come."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bench.keywords.answers import METERING_WORDS, answer_of, words_of
from drivers.cim.canonical import Response
from drivers.cim.client import Answer as HttpAnswer
from drivers.cim.messages import ErrorItem, Header, Message, ReplyPart
from drivers.cim.messenger import Reply
from drivers.cim.office import Readings
from drivers.cim.payloads import EndDeviceStatus, MeterReading
from drivers.cim.payloads import Reading as OfficeReading
from drivers.cim.times import iso
from drivers.cim.vocabulary import Code, ReadingType, Result, Verb
from drivers.metering import ClockReading, Reading

NOW = 1_767_571_200.0
METER = MeterReading(
    meter="4711",
    device="AMB0000000004711",
    readings=(
        OfficeReading(reading_type=ReadingType.ENERGY_IMPORT, value=1234, unit="Wh", time_stamp=iso(NOW)),
        OfficeReading(reading_type=ReadingType.VOLTAGE, value=229.9, unit="V", time_stamp=iso(NOW)),
    ),
)


def reply() -> Reply:
    header = Header(verb=Verb.REPLY, noun="MeterReadings", timestamp=iso(NOW), source="headend", message_id="1")
    answer = HttpAnswer(200, Response(200, {}, b"").headers, b"", NOW, NOW)
    return Reply(Message(header=header, reply=ReplyPart(result=Result.OK)), answer, header, None)


def test_readings_of_an_office_system_become_values_with_meter_device_and_time() -> None:
    answer = answer_of(Readings((METER,), (ErrorItem(code=Code.UNKNOWN_METER, meter="x"),), reply()))
    value = answer.of("energy_import")
    assert value is not None
    assert (value.number, value.captured_at, value.meter, value.device) == (1234.0, NOW, "4711", "AMB0000000004711")
    assert answer.of("voltage") is not None
    assert answer.errors == ("unknown_meter",)


def test_the_portal_gives_the_same_in_plain_json() -> None:
    document: dict[str, Any] = {
        "meter": "4711",
        "readings": msgspec.to_builtins([METER]),
        "errors": [{"code": "unreachable", "meter": "4711", "order": ""}],
    }
    answer = answer_of(document)
    assert [value.quantity for value in answer.values] == ["energy_import", "voltage"]
    assert answer.errors == ("unreachable",)


def test_a_ping_has_no_values_but_says_who_was_met() -> None:
    answer = answer_of(
        (
            EndDeviceStatus(meter="1", reachable=True, time_stamp=iso(NOW)),
            EndDeviceStatus(meter="2", reachable=False, time_stamp=iso(NOW), code=Code.UNREACHABLE),
        )
    )
    assert (answer.values, answer.met, answer.errors) == ((), ("1",), ("unreachable",))


def test_a_meter_stamps_its_register_with_its_own_clock() -> None:
    answer = answer_of((Reading("energy_import", 5.0, "Wh", 5), ClockReading(NOW)))
    assert [(value.number, value.captured_at) for value in answer.values] == [(5.0, NOW)]


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError):
        answer_of("5 kWh")


def test_field_names_are_found_however_deep_they_lie() -> None:
    document = {"Payload": {"EndDeviceStatus": [{"meter": "1", "extra": [{"value": 1}]}]}}
    assert words_of(document) & METERING_WORDS == {"value"}


def test_a_right_ping_has_none_of_the_words_of_metering() -> None:
    status = EndDeviceStatus(meter="1", reachable=True, time_stamp=iso(NOW))
    assert words_of(msgspec.to_builtins({"Payload": {"EndDeviceStatus": [status]}})) & METERING_WORDS == set()
