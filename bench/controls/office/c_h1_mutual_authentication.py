"""C-H1 Mutual authentication, no downgrade.

The bench comes as a false peer: with an expired certificate, a revoked one, one of another authority, one for another
name, one that it signed itself, and none. Each is turned away and gets nothing. The system proves its own name. Then
the right peer asks for less: old versions of TLS, and signatures by weaker algorithms or none. That is refused too, and
the right peer is served as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cryptography import x509

from bench.access.office import OfficeAccess
from bench.controls.attempts import Attempt, Outcome, attempt
from bench.controls.base import Probe
from bench.controls.office._clock import clock_setter
from bench.controls.office._forged import keyed_with_public, self_signed, unsigned
from bench.controls.office._http import as_http, exchanged, payload_bytes
from bench.controls.office._messages import SIGNATURE, deliver, with_signature
from bench.controls.office._offers import OLD_VERSIONS, record_offers
from bench.controls.office._parties import bad_credentials, peers_of
from bench.controls.office._renewal import GUARDED_PATH, UNAUTHENTICATED
from bench.controls.office._row import access_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.office_exchange import swallow
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.credentials import Credential
from drivers.cim.office import CimOffice
from drivers.cim.raw import RawConnection, RawReply

RIGHT = "the right peer was recognised"
PROVES = "the system proves its own name"
TURNED_AWAY = "the false peer was turned away"
DISCLOSED = "payload given to a false peer"
DOWNGRADED = "a request for less was granted"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    peer = peers_of(access)[0]
    request = as_http(Request("GET", GUARDED_PATH), access.url.partition("://")[2])
    await _right(trial, access, peer, request, "before the attack")
    own = access.credential(peer)
    false = {**bad_credentials(access, peer), "a certificate that it signed itself": self_signed(own)}
    for who, credential in false.items():
        await _come(trial, access, f"{who} (for {peer})", credential, request)
    await record_offers(trial, DOWNGRADED, access.url, own, OLD_VERSIONS)
    await _weaker_signatures(trial, access)
    await _right(trial, access, peer, request, "after the attack")


async def _right(trial: Trial, access: OfficeAccess, party: str, request: bytes, when: str) -> None:
    async with RawConnection(access.url, access.credential(party)) as connection:
        reply = await exchanged(connection, request)
        names = _names_of(x509.load_der_x509_certificate(connection.peer_certificate))
    known = reply.status is not None and reply.status != UNAUTHENTICATED
    trial.record.observe(RIGHT, known, what=f"{party}, {when}", status=reply.status)
    trial.record.observe(PROVES, access.party in names, what=", ".join(sorted(names)))


def _names_of(certificate: x509.Certificate) -> set[str]:
    """The names that a certificate proves; of host names the first label too."""
    names = {str(name.value) for name in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)}
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName):
            for host in extension.value.get_values_for_type(x509.DNSName):
                names |= {host, host.partition(".")[0]}
    return names


async def _come(trial: Trial, access: OfficeAccess, who: str, credential: Credential, request: bytes) -> None:
    tried = await attempt(_say(access, credential, request))
    reply = tried.value if isinstance(tried.value, RawReply) else None
    given = 0
    if reply is not None and reply.status is not None:
        given = payload_bytes(reply.status, reply.data.partition(b"\r\n\r\n")[2])
    answer = tried.text if reply is None else str(reply.status or reply.alert or "closed")
    trial.record.observe(TURNED_AWAY, _is_away(tried, reply), what=who, answer=answer)
    trial.record.observe(DISCLOSED, given, what=who, unit="bytes")


async def _say(access: OfficeAccess, credential: Credential, request: bytes) -> RawReply:
    async with RawConnection(access.url, credential) as connection:
        return await exchanged(connection, request)


def _is_away(tried: Attempt, reply: RawReply | None) -> bool:
    """Turned away within the time that the link gives: refused or closed, not left waiting."""
    if reply is None:
        return tried.outcome in (Outcome.REFUSED, Outcome.CLOSED)
    return reply.status == UNAUTHENTICATED if reply.status is not None else reply.closed


async def _weaker_signatures(trial: Trial, access: OfficeAccess) -> None:
    """A message that changes something, under other signatures than the one that the interface asks for."""
    setter = clock_setter(access)
    if setter is None:
        record_absent(trial, "weaker signatures", "no declared party may send what has to be signed")
        return
    async with access.session(setter) as office:
        for what, message in (await _weaker(office, trial.clock.now())).items():
            tried = await attempt(deliver(office.client, message))
            trial.record.observe(DOWNGRADED, tried.accepted, what=what, answer=tried.text)
        tried = await attempt(office.set_service_clock(trial.clock.now()))
        trial.record.observe(RIGHT, tried.accepted, what=f"{setter}, with the right signature", answer=tried.text)


async def _weaker(office: CimOffice, now: float) -> Mapping[str, bytes]:
    kept: list[bytes] = []

    def keep(message: bytes) -> Sequence[bytes]:
        kept.append(message)
        return ()

    found: dict[str, bytes] = {}
    for what in ("no signature", "a signature by no algorithm", "a signature with the public key as secret"):
        with office.client.message.interfering(keep):
            await swallow(office.set_service_clock(now))
        request = Request.from_bytes(kept[-1])
        signature = request.headers[SIGNATURE]
        weaker = {
            "no signature": None,
            "a signature by no algorithm": unsigned(signature),
            "a signature with the public key as secret": keyed_with_public(
                signature, request.body, office.client.credential
            ),
        }[what]
        found[what] = with_signature(kept[-1], weaker)
    return found


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the right peer is recognised", "always", RIGHT),
        Check("the system proves its own name", "always", PROVES),
        Check("every false peer is turned away", "always", TURNED_AWAY),
        Check("nothing is disclosed to a false peer", "at_most", DISCLOSED, {"limit": 0}),
        Check("every request for less is refused", "never", DOWNGRADED),
    ]


PROBE = Probe("C-H1", "office_https", stimulus, checks)
