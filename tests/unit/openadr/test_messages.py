"""Messages go out by the schema and come back as they were; what is no message is refused."""

from __future__ import annotations

import dataclasses

import pytest

from drivers.openadr import events, opts, registration, reports
from drivers.openadr.codec import MAX_DOCUMENT_BYTES, Message
from drivers.openadr.envelope import MESSAGES, seal, unseal
from drivers.openadr.errors import OadrDecodeError
from drivers.openadr.events import CreatedEvent, DistributeEvent, EventResponse, Interval, Signal, Target, real_power
from drivers.openadr.vocabulary import SignalName, SignalType
from tests.unit.openadr.parties import NOW, price_event

DISPATCH = Signal(
    name=SignalName.LOAD_DISPATCH,
    kind=SignalType.SETPOINT,
    signal_id="1",
    unit=real_power("k"),
    target=Target(devices=("Generation_Systems", "Water_Heater")),
    intervals=(Interval(duration=1800, number="0", level=2.5), Interval(duration=1800, number="1", level=-1.0)),
)
FULL_EVENT = price_event(
    signals=(*price_event().signals, DISPATCH),
    start_after=300,
    notification=3600,
    modification=3,
    modified=NOW + 0.5,
    test="false",
    comment="a <comment> & more",
    target=Target(vens=("ven-1",), groups=("a", "b"), resources=("r",), parties=("p",)),
)
REPORT = reports.Report(
    name=reports.TELEMETRY_USAGE,
    report_id="i",
    request_id="q",
    specifier_id="s",
    created=NOW,
    start=NOW,
    readings=(reports.Reading(start=NOW, duration=60, r_id="p", level=3.5, quality=reports.GOOD_QUALITY),),
)
OFFER = reports.Report(
    name=reports.METADATA_USAGE,
    specifier_id="s",
    created=NOW,
    duration=3600,
    descriptions=(
        reports.Description(r_id="p", unit=real_power(), resource="home", shortest=10, longest=60, on_change=False),
    ),
)
WANTED = reports.ReportRequest(
    request_id="q", specifier_id="s", granularity=10, back=60, wanted=(reports.Wanted(r_id="p"),)
)
EXAMPLES: tuple[Message, ...] = (
    DistributeEvent(events=(FULL_EVENT, price_event("2")), vtn_id="vtn", request_id="r"),
    DistributeEvent(vtn_id="vtn"),
    events.RequestEvent(ven_id="v", limit=3),
    CreatedEvent(ven_id="v", responses=(EventResponse(event_id="0012", opt="optOut", code=452),)),
    registration.QueryRegistration(),
    registration.CreatePartyRegistration(ven_name="n"),
    registration.CreatedPartyRegistration(vtn_id="x", ven_id="v", registration_id="r", poll_s=10),
    registration.CancelPartyRegistration(registration_id="r"),
    registration.CanceledPartyRegistration(),
    registration.RequestReregistration(ven_id="v"),
    registration.Poll(ven_id="v"),
    registration.Response(ven_id="v"),
    opts.CreateOpt(opt_id="1", ven_id="v", created=NOW, event_id="e", modification=0),
    opts.CreatedOpt(opt_id="1"),
    opts.CancelOpt(opt_id="1", ven_id="v"),
    opts.CanceledOpt(),
    reports.RegisterReport(reports=(OFFER,), ven_id="v"),
    reports.RegisteredReport(requests=(WANTED,)),
    reports.CreateReport(requests=(WANTED,), ven_id="v"),
    reports.CreatedReport(pending=("q", "r")),
    reports.CreatedReport(),
    reports.UpdateReport(reports=(REPORT,), ven_id="v"),
    reports.UpdatedReport(),
    reports.CancelReport(requests=("a", "b")),
    reports.CanceledReport(),
)


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda one: type(one).__name__)
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    assert unseal(seal(message)).message == message


def test_every_message_has_an_example() -> None:
    assert {type(one) for one in EXAMPLES} == set(MESSAGES.values())


def test_an_identifier_of_digits_keeps_its_zeros() -> None:
    opened = unseal(seal(CreatedEvent(ven_id="007", responses=(EventResponse(event_id="0012"),)))).message
    assert isinstance(opened, CreatedEvent)
    assert (opened.ven_id, opened.responses[0].event_id) == ("007", "0012")


GOOD = seal(DistributeEvent(events=(FULL_EVENT,), vtn_id="vtn"))
BAD = {
    "nothing": b"",
    "no XML": b"\xff\x00\xfe",
    "broken off": GOOD[:-40],
    "too long": GOOD + b" " * MAX_DOCUMENT_BYTES,
    "another document": b"<a/>",
    "no payload": b'<oadr:oadrPoll xmlns:oadr="http://openadr.org/oadr-2.0b/2012/07"/>',
    "an unknown element": GOOD.replace(b"oadrDistributeEvent", b"oadrSesame"),
    "an unknown state": GOOD.replace(b">active<", b">activated<"),
    "a start that is none": GOOD.replace(b"2026-01-05T00:00:00Z</xcal:date-time>", b"soon</xcal:date-time>"),
    "an external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + GOOD.partition(b"?>")[2],
    "entities that multiply": b'<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + GOOD.partition(b"?>")[2],
    "UTF-16": GOOD.partition(b"?>")[2].decode().encode("utf-16"),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(OadrDecodeError):
        unseal(data)


def test_a_price_is_scaled_by_its_unit() -> None:
    unit = price_event().signals[0].unit
    assert unit is not None
    assert dataclasses.replace(unit, scale="m").factor == 1e-3
