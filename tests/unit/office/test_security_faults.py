"""Each seeded fault of confidentiality and integrity shows where it should, and a right service has none of it."""

from __future__ import annotations

import asyncio
import base64
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from drivers.cim import (
    Credential,
    MessageOptions,
    OfficeError,
    OfficeRefusedError,
    OfficeSilenceError,
    RawConnection,
    raw_request,
)
from drivers.cim.payloads import EndDeviceControl, MeterReadSchedule
from drivers.cim.times import iso, parse_iso
from drivers.cim.vocabulary import Control, OrderState
from tests.unit.office.doubles import START, Station, station

Probe = Callable[[Station], Awaitable[bool]]
DISCONNECT = EndDeviceControl(control=Control.DISCONNECT, meter="M-1001")


def opened(running: Station) -> bool:
    return "disconnect" in running.meters["M-1001"].operations


async def order_as(running: Station, source: str, options: MessageOptions | None = None) -> bool:
    """Whether an order of ``source`` took effect."""
    try:
        await running.office("headend", source).order([DISCONNECT], options)
    except OfficeError:
        pass
    await running.pass_time(30)
    return opened(running)


# -- confidentiality -----------------------------------------------------------------------------------------------


async def secret_in_configuration(running: Station) -> bool:
    answer = await running.client("headend", running.credential("operator")).get("/config")
    return b"PRIVATE KEY" in answer.body


async def password_in_account(running: Station) -> bool:
    portal = running.portal()
    password = running.secret("office/customer/ada")
    await portal.sign_in("ada", password)
    return password in str(await portal.account())


async def readings_for_nobody(running: Station) -> bool:
    await running.office("headend", "cis").read(["M-1001"])
    try:
        answer = await running.client("headend", running.credential("trust")).get("/readings/M-1001")
    except OfficeError:
        return False
    return b"100000" in answer.body


async def factory_password(running: Station) -> bool:
    try:
        await running.portal().sign_in("ada", "12345678")
    except OfficeRefusedError:
        return False
    return True


async def users_told_apart(running: Station) -> bool:
    answers = [
        await running.portal().ask_token({"grant_type": "password", "username": user, "password": "x"})
        for user in ("ada", "nobody")
    ]
    return answers[0].body != answers[1].body


async def meters_told_apart(running: Station) -> bool:
    lms = running.office("headend", "lms")
    return (await lms.read(["M-1001"])).errors[0].code != (await lms.read(["NOPE"])).errors[0].code


async def stack_trace(running: Station) -> bool:
    client = running.client("headend", running.credential("cis"))
    answer = await client.request("POST", "/cim", b'{"Header": 1}')
    return answer.status == 500 and b"Traceback" in answer.body


async def nobody_reads_everything(running: Station) -> bool:
    try:
        client = running.client("headend", running.credential("trust"))
        office = running.office("headend", "cis")
        office.messenger.client = client
        return bool((await office.read(["M-1001"])).meters)
    except OfficeError:
        return False


async def plaintext_port(running: Station) -> bool:
    try:
        reply = await raw_request(running.url("headend", "http"), b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    except OfficeError:
        return False
    return reply.status == 200


async def push_in_plaintext(running: Station) -> bool:
    """What the headend pushes to the MDMS, seen at the MDMS's plaintext port."""
    seen: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.read(65_536))
        writer.close()

    port = int(running.url("mdms", "http").rpartition(":")[2])
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    server = await asyncio.start_server(listen, sock=listener)
    await order_as(running, "cis")
    server.close()
    return any(data.startswith(b"POST /cim HTTP/1.1") for data in seen)


async def every_role_reads(running: Station) -> bool:
    try:
        return bool((await running.office("headend", "oms").read(["M-1001"])).meters)
    except OfficeRefusedError:
        return False


async def neighbours_readings(running: Station) -> bool:
    portal = running.portal()
    await portal.sign_in("ada", running.secret("office/customer/ada"))
    try:
        return bool((await portal.read_now("M-1002"))["readings"])
    except OfficeRefusedError:
        return False


async def session_inherited(running: Station) -> bool:
    portal = running.portal()
    await portal.sign_in("ada", running.secret("office/customer/ada"))
    await portal.account()
    await portal.close()
    try:
        await running.portal().account()
    except OfficeRefusedError:
        return False
    return True


async def expired_certificate(running: Station) -> bool:
    try:
        return (await running.client("headend", running.credential("cis/expired")).get("/health")).status == 200
    except OfficeError:
        return False


def renewal(name: str) -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    asked = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, SHA256())
    return key, base64.b64encode(asked.public_bytes(Encoding.DER))


async def renew(running: Station) -> tuple[Credential, Credential]:
    """The credential of the CIS before and after a renewal; the old certificate is revoked."""
    old = running.credential("cis")
    key, body = renewal("cis")
    answer = await running.client("headend", old).request("POST", "/.well-known/est/simplereenroll", body)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    new = Credential(pem, answer.body.decode("ascii"), old.trust_pem)
    revoked = await running.client("headend", new).request("POST", "/pki/revoke", old.certificate_pem.encode())
    assert revoked.status == 200
    return old, new


async def old_certificate_works(running: Station) -> bool:
    old, new = await renew(running)
    office = running.office("headend", "cis")
    office.messenger.client = running.client("headend", new)
    assert (await office.ping(["M-1001"]))[0].reachable
    office.messenger.client = running.client("headend", old)
    try:
        await office.ping(["M-1001"])
    except OfficeRefusedError:
        return False
    return True


async def old_password_works(running: Station) -> bool:
    portal = running.portal()
    password = running.secret("office/customer/ada")
    await portal.sign_in("ada", password)
    await portal.change_password(password, "another-password")
    try:
        await portal.sign_in("ada", password)
    except OfficeRefusedError:
        return False
    return True


async def metrics_hold_readings(running: Station) -> bool:
    await running.office("headend", "cis").read(["M-1001"])
    body = (await running.client("headend", running.credential("stranger")).get("/metrics")).body
    return b"100000" in body and b"PRIVATE KEY" in body


async def revoked_consent_serves(running: Station) -> bool:
    schedule = MeterReadSchedule(schedule="s", meters=("M-1001",), period=3600)
    await running.office("mdms", "operator").schedule_reading(schedule)
    await running.pass_time(8000)
    ada, acme = running.portal(), running.portal()
    await ada.sign_in("ada", running.secret("office/customer/ada"))
    consent = await ada.consent("acme", "M-1001", START, START + 86_400)
    await acme.sign_in_third_party("acme", running.secret("office/third-party/acme"))
    await acme.released_readings("M-1001", START, START + 3600)
    await ada.revoke_consent(consent)
    try:
        await acme.released_readings("M-1001", START, START + 3600)
    except OfficeRefusedError:
        return False
    return True


# -- integrity -----------------------------------------------------------------------------------------------------


async def truncated_order_takes_effect(running: Station) -> bool:
    office = running.office("headend", "cis")
    kept: list[bytes] = []

    def keep(data: bytes) -> list[bytes]:
        kept.append(data)
        return []

    with office.client.message.interfering(keep):
        try:
            await office.order([DISCONNECT])
        except OfficeSilenceError:
            pass
    head, _, body = kept[0].partition(b"\r\n\r\n")
    data = head + f"\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[: body.index(b"M-1001") + 7]
    async with RawConnection(running.url("headend"), running.credential("cis")) as connection:
        await connection.send(data)
    for _ in range(10):  # let the service see that the connection is over
        await office.health()
    await running.pass_time(30)
    return opened(running)


async def half_a_message_applied(running: Station) -> bool:
    bad = EndDeviceControl(control=Control.DISCONNECT, meter="NOPE")
    try:
        await running.office("headend", "cis").order([DISCONNECT, bad])
    except OfficeRefusedError:
        pass
    await running.pass_time(30)
    return opened(running)


async def values_ten_times_too_large(running: Station) -> bool:
    reading = (await running.office("headend", "cis").read(["M-1001"])).meters[0]
    return reading.readings[0].value == 1_000_000


async def meters_swapped(running: Station) -> bool:
    running.meters["M-1002"].register = 7
    reading = (await running.office("headend", "cis").read(["M-1001"])).meters[0]
    return reading.readings[0].value == 7


async def nobody_disconnects(running: Station) -> bool:
    office = running.office("headend", "cis")
    office.messenger.client = running.client("headend", running.credential("trust"))
    try:
        await office.order([DISCONNECT])
    except OfficeError:
        pass
    await running.pass_time(30)
    return opened(running)


async def clock_steps_silently(running: Station) -> bool:
    reply = (await running.office("headend", "cis").read(["M-1001"])).reply.message.header
    return abs(parse_iso(reply.timestamp) - running.clock.now()) > 30 and reply.time_quality == "valid"


async def any_role_disconnects(running: Station) -> bool:
    return await order_as(running, "oms")


async def signature_not_compared(running: Station) -> bool:
    office = running.office("headend", "cis")
    with office.client.message.interfering(lambda data: [data.replace(b"S-2001", b"M-1001")]):
        try:
            await office.order([EndDeviceControl(control=Control.DISCONNECT, meter="S-2001")])
        except OfficeRefusedError:
            pass
    await running.pass_time(30)
    return opened(running)


async def guess(running: Station, times: int) -> None:
    for _ in range(times):
        await running.portal().ask_token({"grant_type": "password", "username": "ada", "password": "x"})


async def right_password_works(running: Station) -> bool:
    try:
        await running.portal().sign_in("ada", running.secret("office/customer/ada"))
    except OfficeRefusedError:
        return False
    return True


async def guesses_unlimited(running: Station) -> bool:
    await guess(running, 8)
    return await right_password_works(running)


async def restart_clears_guesses(running: Station) -> bool:
    await guess(running, 8)
    running.world.seat("cis").power(False)
    running.world.seat("cis").power(True)
    return await right_password_works(running)


async def done_without_moving(running: Station) -> bool:
    office = running.office("headend", "cis")
    order = (await office.order([DISCONNECT])).orders[0]
    await running.pass_time(30)
    state = (await office.orders([order.order])).orders[0].state
    return state is OrderState.DONE and running.meters["M-1001"].closed


async def audit(running: Station) -> list[tuple[str, str]]:
    entries = (await running.office("headend", "auditor").audit()).entries
    return [(entry.action, entry.who) for entry in entries]


async def command_not_logged(running: Station) -> bool:
    await order_as(running, "cis")
    return not any(action == "disconnect" for action, _ in await audit(running))


async def wrong_originator_logged(running: Station) -> bool:
    await order_as(running, "cis")
    return ("disconnect", "cis") not in await audit(running)


async def retransmission_applied_twice(running: Station) -> bool:
    office = running.office("headend", "cis")
    for _ in range(2):
        await office.order([DISCONNECT], MessageOptions(message_id="same"))
    return len((await office.orders()).orders) == 2


async def replayed(running: Station, between: Callable[[Station], Awaitable[None]]) -> bool:
    """Whether a captured order takes effect again after ``between``."""
    office = running.office("headend", "cis")
    with office.client.message.capturing() as seen:
        await office.order([DISCONNECT])
    await running.pass_time(10)
    running.meters["M-1001"].closed = True
    running.meters["M-1001"].operations.clear()
    await between(running)
    await office.client.send(seen[0].data)
    await running.pass_time(10)
    return opened(running)


async def replay_in_session(running: Station) -> bool:
    async def nothing(_: Station) -> None:
        return None

    return await replayed(running, nothing)


async def replay_after_restart(running: Station) -> bool:
    async def restart(at: Station) -> None:
        at.world.seat("headend").power(False)
        at.world.seat("headend").power(True)

    return await replayed(running, restart)


async def replay_in_new_session(running: Station) -> bool:
    office = running.office("headend", "cis")
    with office.client.message.capturing() as seen:
        await office.order([DISCONNECT])
    assert (await office.client.send(seen[0].data)).status == 403
    await running.pass_time(10)
    running.meters["M-1001"].closed = True
    running.meters["M-1001"].operations.clear()
    await office.close()
    await office.client.send(seen[0].data)
    await running.pass_time(10)
    return opened(running)


async def expired_order_executed(running: Station) -> bool:
    stale = EndDeviceControl(
        control=Control.DISCONNECT, meter="M-1001", start=iso(START - 4000), expiry=iso(START - 3000)
    )
    try:
        await running.office("headend", "cis").order([stale])
    except OfficeRefusedError:
        pass
    await running.pass_time(30)
    return opened(running)


async def cancelled_order_executed(running: Station) -> bool:
    office = running.office("headend", "cis")
    later = EndDeviceControl(control=Control.DISCONNECT, meter="M-1001", start=iso(START + 600))
    order = (await office.order([later])).orders[0]
    await office.cancel([order.order])
    running.world.seat("headend").power(False)
    running.world.seat("headend").power(True)
    await running.pass_time(700)
    return opened(running)


async def log_cleared(running: Station) -> bool:
    await order_as(running, "cis")
    try:
        await running.office("headend", "auditor").clear_audit()
    except OfficeRefusedError:
        pass
    return not any(action == "disconnect" for action, _ in await audit(running))


async def log_lost(running: Station) -> bool:
    await order_as(running, "cis")
    running.world.seat("headend").power(False)
    running.world.seat("headend").power(True)
    return not any(action == "disconnect" for action, _ in await audit(running))


async def log_flushed(running: Station) -> bool:
    await order_as(running, "cis")
    for _ in range(40):
        await running.office("headend", "oms").ping(["NOPE"])
    return not any(action == "disconnect" for action, _ in await audit(running))


async def command_without_originator(running: Station) -> bool:
    return await order_as(running, "cis", MessageOptions(originator=""))


async def no_cap(running: Station) -> bool:
    office = running.office("headend", "cis")
    later = EndDeviceControl(control=Control.DISCONNECT, meter="M-1001", start=iso(START + 600))
    states = [(await office.order([later])).orders[0].state for _ in range(10)]
    return OrderState.HELD not in states


async def schedule_runs_again(running: Station) -> bool:
    await order_as(running, "cis")
    running.meters["M-1001"].closed = True
    running.meters["M-1001"].operations.clear()
    operator = running.office("headend", "operator")
    try:
        await operator.set_service_clock(running.clock.now() - 3600)
    except OfficeRefusedError:
        pass
    await running.pass_time(30)
    return opened(running)


CASES: dict[str, tuple[str, Probe]] = {
    "F-C1 headend": ("headend", secret_in_configuration),
    "F-C1 cis": ("cis", password_in_account),
    "F-C3": ("headend", readings_for_nobody),
    "F-C5": ("cis", factory_password),
    "F-C7 cis": ("cis", users_told_apart),
    "F-C7 headend": ("headend", meters_told_apart),
    "F-C8": ("headend", stack_trace),
    "F-C9": ("headend", nobody_reads_everything),
    "F-C10 port": ("headend", plaintext_port),
    "F-C10 push": ("headend", push_in_plaintext),
    "F-C11": ("headend", plaintext_port),
    "F-C12": ("headend", every_role_reads),
    "F-C13": ("cis", neighbours_readings),
    "F-C14": ("cis", session_inherited),
    "F-C15": ("headend", expired_certificate),
    "F-C18 headend": ("headend", old_certificate_works),
    "F-C18 cis": ("cis", old_password_works),
    "F-C21": ("headend", metrics_hold_readings),
    "F-C22": ("cis", revoked_consent_serves),
    "F-I2": ("headend", truncated_order_takes_effect),
    "F-I3": ("headend", half_a_message_applied),
    "F-I4": ("headend", values_ten_times_too_large),
    "F-I6": ("headend", meters_swapped),
    "F-I7": ("headend", nobody_disconnects),
    "F-I8": ("headend", clock_steps_silently),
    "F-I9": ("headend", any_role_disconnects),
    "F-I10": ("headend", signature_not_compared),
    "F-I12": ("cis", guesses_unlimited),
    "F-I13": ("cis", restart_clears_guesses),
    "F-I14": ("headend", done_without_moving),
    "F-I16": ("headend", command_not_logged),
    "F-I17": ("headend", wrong_originator_logged),
    "F-I18": ("headend", retransmission_applied_twice),
    "F-I19": ("headend", replay_in_session),
    "F-I20": ("headend", replay_after_restart),
    "F-I21": ("headend", replay_in_new_session),
    "F-I22": ("headend", expired_order_executed),
    "F-I23": ("headend", cancelled_order_executed),
    "F-I26": ("headend", log_cleared),
    "F-I27": ("headend", log_lost),
    "F-I30": ("headend", command_without_originator),
    "F-I35": ("headend", log_flushed),
    "F-I37": ("headend", no_cap),
    "F-I41": ("headend", schedule_runs_again),
}


@pytest.mark.parametrize("case", CASES)
async def test_the_defect_shows_and_a_right_service_has_it_not(tmp_path: Path, case: str) -> None:
    seat, probe = CASES[case]
    roles = ("headend", "cis", "mdms") if seat == "cis" or probe is push_in_plaintext else ("headend",)
    for name, faults in (("right", set[str]()), ("wrong", {case.split()[0]})):
        directory = tmp_path / name
        directory.mkdir()
        settings = {"headend": {"audit_capacity": 30}}
        async with station(directory, *roles, faults={seat: faults}, **settings) as running:
            assert await probe(running) is bool(faults)
