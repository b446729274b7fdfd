"""Each seeded fault of confidentiality shows where it should, and a right service has none of it."""

from __future__ import annotations

import asyncio
import base64
import socket
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from drivers.cim import (
    Credential,
    OfficeError,
    OfficeRefusedError,
    RawConnection,
    raw_request,
)
from drivers.cim.payloads import MeterReadSchedule
from tests.unit.office.defects import Probe, check, order_as
from tests.unit.office.doubles import START, Station

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
    request = f"GET /portal/account HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {portal.client.token}\r\n\r\n"
    connection = RawConnection(portal.client.url, portal.client.credential)
    await connection.open()
    await connection.send(request.encode())
    assert (await connection.receive()).status == 200
    connection.abort()
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
}


@pytest.mark.parametrize("case", CASES)
async def test_the_defect_shows_and_a_right_service_has_it_not(tmp_path: Path, case: str) -> None:
    seat, probe = CASES[case]
    roles = ("headend", "cis", "mdms") if seat == "cis" or probe is push_in_plaintext else ("headend",)
    await check(tmp_path, case, seat, roles, probe, headend={"audit_capacity": 30})
