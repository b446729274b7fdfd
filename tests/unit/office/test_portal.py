"""The customer portal: tokens, guesses, one's own data only, moves, consents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim import OfficeRefusedError, PortalClient
from drivers.cim.payloads import MeterReadSchedule
from tests.unit.office.doubles import START, Station, station


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "mdms", "cis") as made:
        yield made


async def signed_in(running: Station, customer: str = "ada") -> PortalClient:
    portal = running.portal()
    await portal.sign_in(customer, running.secret(f"office/customer/{customer}"))
    return portal


def refused(status: int, code: str) -> pytest.RaisesExc[OfficeRefusedError]:
    return pytest.raises(OfficeRefusedError, match=f"status {status}, code {code}")


async def test_a_customer_reads_the_own_meter_now(running: Station) -> None:
    portal = await signed_in(running)
    document = await portal.read_now("M-1001")
    assert document["readings"][0]["readings"][0]["value"] == running.meters["M-1001"].energy_at(START)
    assert not document["errors"]
    assert (await portal.stored_readings("M-1001"))["readings"]
    assert (await portal.account())["meters"] == ["M-1001"]


async def test_another_customers_meter_is_as_unknown_as_none(running: Station) -> None:
    portal = await signed_in(running)
    answers = [await portal.client.get(f"/portal/meters/{meter}/readings") for meter in ("M-1002", "M-1003", "X" * 9)]
    assert {(answer.status, answer.body) for answer in answers} == {(404, b'{"error":{"code":"not_found"}}')}
    for meter in ("M-1002", "NOPE"):
        with refused(404, "not_found"):
            await portal.read_now(meter)
        with refused(404, "not_found"):
            await portal.request_move("out", meter)


async def test_without_a_token_or_with_a_made_up_one_there_is_nothing(running: Station) -> None:
    portal = running.portal()
    for token in ("", "x" * 43):
        portal.client.token = token
        with refused(401, "unauthenticated"):
            await portal.account()


async def test_a_token_ends_with_its_time_and_with_the_session(running: Station) -> None:
    portal = await signed_in(running)
    await running.pass_time(181)
    with refused(401, "unauthenticated"):
        await portal.account()
    portal = await signed_in(running)
    token = portal.client.token
    await portal.sign_out()
    portal.client.token = token
    with refused(401, "unauthenticated"):
        await portal.account()


async def test_a_token_opens_only_what_its_scopes_say(running: Station) -> None:
    portal = running.portal()
    await portal.sign_in("ada", running.secret("office/customer/ada"), ["readings"])
    await portal.read_now("M-1001")
    with refused(403, "forbidden"):
        await portal.request_move("out", "M-1001")


async def test_wrong_passwords_and_unknown_users_look_alike_and_lock_only_themselves(running: Station) -> None:
    portal = running.portal()
    wrong = [
        {"grant_type": "password", "username": user, "password": "wrong"}
        for user in ("ada", "nobody")
        for _ in range(6)
    ]
    answers = [await portal.ask_token(fields) for fields in wrong]
    assert {(answer.status, answer.body) for answer in answers} == {(400, b'{"error":"invalid_grant"}')}
    with refused(400, "invalid_grant"):
        await signed_in(running)
    await signed_in(running, "bob")
    running.world.seat("cis").power(False)
    running.world.seat("cis").power(True)
    with refused(400, "invalid_grant"):
        await signed_in(running)
    await running.pass_time(301)
    await signed_in(running)


async def test_after_a_change_only_the_new_password_works(running: Station) -> None:
    portal = await signed_in(running)
    old = running.secret("office/customer/ada")
    await portal.change_password(old, "a-much-better-one")
    with refused(401, "unauthenticated"):
        await portal.account()
    with refused(400, "invalid_grant"):
        await portal.sign_in("ada", old)
    running.world.seat("cis").power(False)
    running.world.seat("cis").power(True)
    await portal.sign_in("ada", "a-much-better-one")


async def test_a_move_out_opens_the_switch_and_is_followed_to_its_end(running: Station) -> None:
    portal = await signed_in(running)
    order = await portal.request_move("out", "M-1001", START + 600)
    assert order["state"] == "scheduled"
    await running.pass_time(620)
    portal = await signed_in(running)
    assert (await portal.move(order["order"]))["state"] == "done"
    assert not running.meters["M-1001"].closed
    other = await signed_in(running, "bob")
    with refused(404, "not_found"):
        await other.move(order["order"])
    order = await portal.request_move("in", "M-1001")
    await running.pass_time(70)
    assert (await portal.move(order["order"]))["state"] == "done"
    assert running.meters["M-1001"].closed


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"kind": "out"}', b'{"kind": 1, "meter": 2}', b"[" * 9999])
async def test_malformed_wishes_get_one_word(running: Station, body: bytes) -> None:
    portal = await signed_in(running)
    answer = await portal.client.request("POST", "/portal/moves", body)
    assert (answer.status, answer.body) == (400, b'{"error":{"code":"malformed"}}')


async def consented(running: Station) -> tuple[PortalClient, PortalClient, str]:
    schedule = MeterReadSchedule(schedule="s", meters=("M-1001", "M-1002"), period=3600)
    await running.office("mdms", "operator").schedule_reading(schedule)
    await running.pass_time(12 * 3600)
    ada = await signed_in(running)
    consent = await ada.consent("acme", "M-1001", START, START + 86_400)
    acme = running.portal()
    await acme.sign_in_third_party("acme", running.secret("office/third-party/acme"))
    return ada, acme, consent


async def test_a_third_party_gets_what_was_consented_to_page_by_page(running: Station) -> None:
    _, acme, _ = await consented(running)
    first = await acme.released_readings("M-1001", START, START + 36_000)
    second = await acme.released_readings("M-1001", START, START + 36_000, first["next"])
    assert (len(first["readings"]), len(second["readings"]), second["next"]) == (24, 16, None)
    assert first["readings"][0]["value"] == 100


async def test_no_consent_another_meter_or_a_longer_period_release_nothing(running: Station) -> None:
    _, acme, _ = await consented(running)
    for meter, start, end in (
        ("M-1002", START, START + 3600),
        ("M-1001", START - 900, START + 3600),
        ("M-1001", START, START + 86_401),
        ("NOPE", START, START + 3600),
    ):
        with refused(404, "not_found"):
            await acme.released_readings(meter, start, end)


async def test_a_revoked_or_expired_consent_ends_also_a_download_that_has_begun(running: Station) -> None:
    ada, acme, consent = await consented(running)
    await acme.released_readings("M-1001", START, START + 36_000)
    await ada.revoke_consent(consent)
    with refused(404, "not_found"):
        await acme.released_readings("M-1001", START, START + 36_000, 1)
    bob = await signed_in(running, "bob")
    with refused(404, "not_found"):
        await bob.revoke_consent(consent)
    await ada.consent("acme", "M-1001", START, running.clock.now() + 60)
    await acme.released_readings("M-1001", START, START + 3600)
    await running.pass_time(61)
    with refused(404, "not_found"):
        await acme.released_readings("M-1001", START, START + 3600)
    entries = (await running.office("cis", "auditor").audit()).entries
    releases = [entry.result for entry in entries if entry.action == "release"]
    assert releases == ["accepted", "refused", "accepted", "refused"]


async def test_customers_do_not_reach_the_systems_interface(running: Station) -> None:
    portal = await signed_in(running)
    answer = await portal.client.request("POST", "/cim", b"{}")
    assert answer.status == 401
