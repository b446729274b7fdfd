"""The envelope and its JSON text."""

from __future__ import annotations

import json

import pytest

from drivers.cim.messages import (
    MAX_NESTING,
    Header,
    MalformedMessageError,
    Message,
    check_nesting,
    decode,
    encode,
    part,
    plain,
)
from drivers.cim.payloads import EndDeviceControl, GetMeterReadings
from drivers.cim.times import iso, parse_iso
from drivers.cim.vocabulary import Control, Noun, ReadingKind, Verb


def message(payload: object = None) -> Message:
    header = Header(
        verb=Verb.CREATE,
        noun=Noun.END_DEVICE_CONTROLS,
        timestamp="2026-09-21T14:15:00.000Z",
        source="cis",
        message_id="m-1",
        nonce="n-1",
    )
    return Message(header=header, payload={str(Noun.END_DEVICE_CONTROLS): plain(payload)})


def test_a_message_survives_its_json_text() -> None:
    sent = message((EndDeviceControl(control=Control.DISCONNECT, meter="M-1", start="2026-09-21T15:00:00.000Z"),))
    came = decode(encode(sent))
    assert came.header == sent.header
    assert encode(came) == encode(sent)


def test_json_field_names_are_those_of_the_envelope() -> None:
    document = json.loads(encode(message(())))
    assert document["Header"]["MessageID"] == "m-1"
    assert document["Header"]["Verb"] == "create"
    assert set(document) == {"Header", "Payload"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"Header": {}}',
        encode(message(()))[:-1],
        encode(message(())).replace(b'"create"', b'"explode"'),
        encode(message(())).replace(b'"Nonce"', b'"Nonsense"'),
        encode(message(())).replace(b'"n-1"', b"17"),
        encode(message(())).replace(b'"n-1"', b'"n-\xe5"'),
    ],
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        decode(body)


def test_nesting_is_limited_and_brackets_in_strings_do_not_count() -> None:
    check_nesting(b"[" * MAX_NESTING)
    check_nesting(b'{"text": "' + b"[" * 100 + rb"\"[[" + b'"}')
    with pytest.raises(MalformedMessageError):
        check_nesting(b"[" * (MAX_NESTING + 1))


def test_a_part_is_typed_and_stands_alone() -> None:
    asked = GetMeterReadings(meters=("M-1",), kinds=(ReadingKind.ELECTRICAL,))
    assert part({"GetMeterReadings": plain(asked)}, "GetMeterReadings", GetMeterReadings) == asked
    for container in (None, {}, {"Other": 1}, {"GetMeterReadings": plain(asked), "More": 1}):
        with pytest.raises(MalformedMessageError):
            part(container, "GetMeterReadings", GetMeterReadings)
    with pytest.raises(MalformedMessageError):
        part({"GetMeterReadings": {"meters": "M-1"}}, "GetMeterReadings", GetMeterReadings)


@pytest.mark.parametrize("when", [0.0, 1_790_000_100.0, 1_790_000_100.123, 1_790_000_100.9996])
def test_times_keep_their_millisecond(when: float) -> None:
    assert parse_iso(iso(when)) == pytest.approx(when, abs=0.0005)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        parse_iso("2026-09-21T14:15:00")
