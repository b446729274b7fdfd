"""A right service refuses every attack on its messages, and says no more than a code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.cim import (
    MessageOptions,
    OfficeClosedError,
    OfficeRefusedError,
    OfficeTlsError,
    raw_request,
)
from drivers.cim.payloads import EndDeviceControl, MasterDataLinkage
from drivers.cim.vocabulary import Control, Noun, OrderState, ReadingKind, Verb
from tests.unit.office.doubles import START, Station, station

DISCONNECT = EndDeviceControl(control=Control.DISCONNECT, meter="M-1001")
Options = MessageOptions


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend") as made:
        yield made


def nothing_happened(running: Station) -> bool:
    return not running.meters["M-1001"].operations and running.meters["M-1001"].closed


@pytest.mark.parametrize("credential", ["cis/expired", "cis/untrusted", "wrong-name", "cis/revoked", "trust"])
async def test_a_credential_that_proves_nothing_gets_nothing(running: Station, credential: str) -> None:
    client = running.client("headend", running.credential(credential))
    for path in ("/config", "/readings/M-1001"):
        try:
            answer = await client.get(path)
        except (OfficeTlsError, OfficeClosedError):
            continue
        assert answer.status == 401
        assert len(answer.body) < 60


@pytest.mark.parametrize("source", ["mdms", "oms", "dms", "billing", "auditor", "stranger", "operator"])
async def test_only_the_cis_and_load_management_may_order_a_disconnection(running: Station, source: str) -> None:
    with pytest.raises(OfficeRefusedError) as refusal:
        await running.office("headend", source).order([DISCONNECT])
    assert refusal.value.code == "forbidden"
    await running.pass_time(60)
    assert nothing_happened(running)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (Options(sign=False), "bad_signature"),
        (Options(receiver="mdms"), "bad_signature"),
        (Options(signed_at=START - 61), "stale"),
        (Options(signed_at=START + 3600), "stale"),
        (Options(timestamp=START - 61), "stale"),
        (Options(originator=""), "unknown_originator"),
        (Options(originator="nobody/x"), "unknown_originator"),
        (Options(originator="mdms/planner"), "unknown_originator"),
        (Options(hops=()), "unknown_originator"),
        (Options(source="mdms"), "forbidden"),
    ],
)
async def test_a_message_that_is_not_what_it_should_be_is_refused(
    running: Station, options: MessageOptions, code: str
) -> None:
    with pytest.raises(OfficeRefusedError) as refusal:
        await running.office("headend", "cis").order([DISCONNECT], options)
    assert refusal.value.code == code
    await running.pass_time(60)
    assert nothing_happened(running)


async def test_a_signature_by_another_key_is_refused(running: Station) -> None:
    signer = running.credential("cis-2")
    with pytest.raises(OfficeRefusedError) as refusal:
        await running.office("headend", "cis").order([DISCONNECT], Options(signer=signer))
    assert refusal.value.code == "bad_signature"


async def test_a_nonce_is_good_once_on_every_connection_and_after_a_restart(running: Station) -> None:
    headend = running.office("headend", "cis")
    with headend.client.message.capturing() as seen:
        await headend.order([DISCONNECT])
    await running.pass_time(5)
    assert running.meters["M-1001"].operations == ["disconnect"]
    first = seen[0].data
    assert (await headend.client.send(first)).status == 403
    await headend.close()
    assert (await headend.client.send(first)).status == 403
    running.world.seat("headend").power(False)
    running.world.seat("headend").power(True)
    answer = await headend.client.send(first)
    assert (answer.status, b"replayed" in answer.body) == (403, True)
    await running.pass_time(61)
    assert b"stale" in (await headend.client.send(first)).body
    assert running.meters["M-1001"].operations == ["disconnect"]
    assert (await headend.orders()).orders[0].state is OrderState.DONE


async def test_the_same_message_id_takes_effect_once(running: Station) -> None:
    headend = running.office("headend", "cis")
    options = Options(message_id="once")
    first = await headend.order([DISCONNECT], options)
    again = await headend.order([DISCONNECT], options)
    assert again.orders == first.orders
    await running.pass_time(5)
    assert len((await headend.orders()).orders) == 1
    with pytest.raises(OfficeRefusedError) as refusal:
        await headend.order([replace_meter("S-2001")], options)
    assert refusal.value.code == "conflict"


def replace_meter(meter: str) -> EndDeviceControl:
    return EndDeviceControl(control=Control.DISCONNECT, meter=meter)


async def test_every_flipped_bit_of_a_signed_order_is_noticed(running: Station) -> None:
    headend = running.office("headend", "cis")
    with headend.client.message.capturing() as seen:
        await headend.order([DISCONNECT], Options(message_id="whole"))
    data = seen[0].data
    body_at = data.index(b"\r\n\r\n") + 4
    for index in range(body_at, len(data), 37):
        altered = data[:index] + bytes([data[index] ^ 0x04]) + data[index + 1 :]
        assert (await headend.client.send(altered)).status >= 400
    await running.pass_time(5)
    assert len((await headend.orders()).orders) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 5000, b'{"Header": 1}', b"\x00" * 300, b'{"Header": {"Verb": "smash"}}', b"{}" * 100],
)
async def test_malformed_messages_get_one_word(running: Station, body: bytes) -> None:
    client = running.client("headend", running.credential("cis"))
    answer = await client.request("POST", "/cim", body)
    assert answer.status == 400
    assert b"malformed" in answer.body
    assert b"Traceback" not in answer.body
    assert (await running.office("headend", "cis").ping(["M-1001"]))[0].reachable


async def test_too_large_a_message_is_refused_before_it_is_read(running: Station) -> None:
    request = b"POST /cim HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n"
    reply = await raw_request(running.url("headend"), request, running.credential("cis"))
    assert reply.status == 413


async def test_unknown_and_forbidden_nouns_are_not_told_apart(running: Station) -> None:
    messenger = running.office("headend", "oms").messenger
    codes = []
    for noun in ("NoSuchNoun", Noun.METER_READINGS):
        with pytest.raises(OfficeRefusedError) as refusal:
            await messenger.call(Verb.GET, noun)
        codes.append((refusal.value.status, len(refusal.value.code) > 0))
    assert codes[0] == codes[1]


async def test_load_management_reads_submeters_and_cannot_tell_others_from_none(running: Station) -> None:
    lms = running.office("headend", "lms")
    assert (await lms.read(["S-2001"])).meters[0].meter == "S-2001"
    known = await lms.read(["M-1001"])
    unknown = await lms.read(["NOPE"])
    assert [error.code for error in known.errors] == [error.code for error in unknown.errors] == ["unknown_meter"]
    assert known.reply.answer.status == unknown.reply.answer.status


@pytest.mark.parametrize(
    ("source", "kind"),
    [("cis", ReadingKind.INTERVALS), ("cis", ReadingKind.ELECTRICAL), ("dms", ReadingKind.ENERGY)],
)
async def test_each_role_reads_its_own_kinds_only(running: Station, source: str, kind: ReadingKind) -> None:
    with pytest.raises(OfficeRefusedError) as refusal:
        await running.office("headend", source).read(["M-1001"], [kind], START - 3600, START)
    assert refusal.value.code == "forbidden"


async def test_a_message_with_one_invalid_part_changes_nothing(running: Station) -> None:
    headend = running.office("headend", "cis")
    bad = replace_meter("NOPE")
    with pytest.raises(OfficeRefusedError):
        await headend.order([DISCONNECT, bad])
    assert not (await headend.orders()).orders
    with pytest.raises(OfficeRefusedError):
        await running.office("headend", "operator").link(
            [
                MasterDataLinkage(meter="M-1001", usage_point="UP-1", account="A"),
                MasterDataLinkage(meter="NOPE", usage_point="UP-2", account="B"),
            ]
        )


async def test_the_log_says_who_did_what_and_is_not_cleared(running: Station) -> None:
    headend = running.office("headend", "cis")
    ordered = await headend.order([DISCONNECT], Options(correlation_id="matter-1", originator="cis/clerk-7"))
    await running.pass_time(5)
    auditor = running.office("headend", "auditor")
    entries = [entry for entry in (await auditor.audit()).entries if entry.correlation == "matter-1"]
    assert [(entry.action, entry.result) for entry in entries] == [
        ("create EndDeviceControls", "accepted"),
        ("disconnect", "done"),
    ]
    assert {entry.originator for entry in entries} == {"cis/clerk-7"}
    assert {entry.message for entry in entries} == {ordered.reply.sent.message_id}
    with pytest.raises(OfficeRefusedError):
        await auditor.clear_audit()
    with pytest.raises(OfficeRefusedError):
        await headend.audit()


async def test_cheap_entries_never_displace_weighty_ones_and_both_survive_a_restart(tmp_path: Path) -> None:
    async with station(tmp_path, "headend", headend={"audit_capacity": 10}) as running:
        headend = running.office("headend", "cis")
        await headend.order([DISCONNECT])
        for _ in range(25):
            await headend.ping(["NOPE"])
        running.world.seat("headend").power(False)
        running.world.seat("headend").power(True)
        log = await running.office("headend", "auditor").audit()
        assert any(entry.action == "create EndDeviceControls" for entry in log.entries)
        numbers = [entry.number for entry in log.entries]
        assert numbers == sorted(set(numbers))
        assert log.last >= 26


async def test_metrics_and_health_say_nothing_of_customers(running: Station) -> None:
    await running.office("headend", "cis").read(["M-1001"])
    client = running.client("headend", running.credential("stranger"))
    for path in ("/metrics", "/health"):
        text = (await client.get(path)).body
        assert b"M-1001" not in text
        assert b"100000" not in text
    assert (await client.get("/nowhere")).status == 404


async def test_configuration_shows_no_secret(running: Station) -> None:
    answer = await running.client("headend", running.credential("operator")).get("/config")
    assert answer.status == 200
    assert b"PRIVATE" not in answer.body


async def test_a_relayed_command_needs_its_originators_own_proof(tmp_path: Path) -> None:
    async with station(tmp_path, "headend", "mdms") as running:
        connect = EndDeviceControl(control=Control.CONNECT, meter="M-1001")
        running.meters["M-1001"].closed, running.meters["M-1001"].state = False, 0
        forged = Options(originator="cis/clerk", hops=("cis", "mdms"))
        with pytest.raises(OfficeRefusedError) as refusal:
            await running.office("headend", "mdms").order([connect], forged)
        assert refusal.value.code == "unknown_originator"
        mdms = running.office("mdms", "cis")
        order = (await mdms.order([connect], Options(correlation_id="matter-2"))).orders[0]
        await running.pass_time(10)
        assert (await mdms.orders([order.order])).orders[0].state is OrderState.DONE
        for seat in ("mdms", "headend"):
            entries = (await running.office(seat, "auditor").audit()).entries
            chain = [entry for entry in entries if entry.correlation == "matter-2" and "create" in entry.action]
            assert {entry.originator for entry in chain} >= {"cis/bench"}


async def test_the_reply_is_signed_by_the_service(running: Station) -> None:
    reading = await running.office("headend", "cis").read(["M-1001"])
    assert reading.reply.signature_holds is True
    assert replace(reading.reply.answer, body=reading.reply.answer.body + b" ").status == 200
