"""What the bench makes of a message that a meter pushed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.access.dlms_notices import NoticeReader
from bench.access.push import Pushed
from drivers.dlms.apdu import DataNotification
from drivers.dlms.data import U8, U32, OctetString, Structure
from drivers.dlms.datetimes import DateTime
from drivers.dlms.obis import Obis
from drivers.dlms.security import Protection, SecurityMaterial, protect
from drivers.dlms.selection import CaptureObject

AT = 1_767_571_200.0
EVENT, NAME = Obis("0.0.128.0.0.255"), Obis("0.0.42.0.0.255")
METER = SecurityMaterial(
    own_title=b"METER001", peer_title=b"CLIENT01", global_unicast_key=bytes(16), authentication_key=bytes(range(16))
)
MESSAGE = DataNotification(
    7, None, Structure([OctetString(b"name"), Structure([OctetString(DateTime.at(AT).to_bytes()), U8(44), U32(3)])])
)


@pytest.fixture
def reader() -> NoticeReader:
    objects = (CaptureObject(1, NAME), CaptureObject(1, EVENT))
    return NoticeReader(objects, METER.for_peer(), EVENT, ("time", "code", "number"))


def pushed(apdu: bytes) -> Pushed:
    return Pushed(apdu, AT + 1.0)


def protected(material: SecurityMaterial = METER) -> bytes:
    return protect(material, MESSAGE.encode(), control=material.control(), counter=1, kind=Protection.GENERAL_GLOBAL)


def test_an_authentic_message_is_valid_and_tells_its_event(reader: NoticeReader) -> None:
    found = reader.read(pushed(protected()))
    assert found.valid, found.why
    assert found.event is not None
    assert (found.event.code, found.event.at, found.event.number) == (44, AT, 3)
    assert found.value(NAME) == OctetString(b"name")


@pytest.mark.parametrize(
    "apdu",
    [
        MESSAGE.encode(),
        protected(replace(METER, authentication_key=bytes(16))),
        protected(replace(METER, own_title=b"METER002")),
        protected()[:-1] + b"\x00",
    ],
    ids=["in plain", "under another key", "by another meter", "altered"],
)
def test_what_does_not_verify_is_not_valid(reader: NoticeReader, apdu: bytes) -> None:
    found = reader.read(pushed(apdu))
    assert not found.valid
    assert found.why


def test_a_message_in_plain_is_read_though_it_is_not_valid(reader: NoticeReader) -> None:
    found = reader.read(pushed(MESSAGE.encode()))
    assert found.event is not None
    assert found.event.code == 44


def test_a_client_without_keys_gets_its_messages_in_plain(reader: NoticeReader) -> None:
    assert replace(reader, material=None).read(pushed(MESSAGE.encode())).valid


def test_garbage_is_no_notification(reader: NoticeReader) -> None:
    found = replace(reader, material=None).read(pushed(b"\xff\x00"))
    assert not found.valid
    assert found.event is None
