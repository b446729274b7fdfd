"""C-M4 Session ends.

A party with a certificate gets data, its connection is torn off, and somebody without a credential connects from the
same place; somebody else connects while the first session goes on. Neither may get what the first one got. At the
portal, where customers log on, the same without a token, and a session that nobody uses must end within ``t_idle``.
Systems log on nowhere: each request is judged by the certificate of its own connection, which may therefore be kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.office import TRUST, OfficeAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.office._holdings import STORED_PATH, reader_of, stock
from bench.controls.office._http import as_http, exchanged
from bench.controls.office._row import access_of
from bench.controls.office._surface import filled
from bench.controls.office._visitors import CUSTOMER, credential_of, has_portal
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.meters import meter_name
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.credentials import Credential
from drivers.cim.raw import RawConnection, RawReply

OWNER = "the session's owner got data"
INHERITED = "a session was inherited"
IDLE = "an idle session was still served"
_ACCOUNT = "/portal/account"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await stock(access)
    reader = reader_of(access)
    if reader is not None:
        path = filled(STORED_PATH, meter_name(trial.station))
        await _sessions(
            trial, access, reader, access.credential(reader), _request(access, path), _request(access, path)
        )
    if has_portal(access):
        token = await _sign_in(access)
        signed = _request(access, _ACCOUNT, {"authorization": f"Bearer {token}"})
        await _sessions(trial, access, CUSTOMER, access.credential(TRUST), signed, _request(access, _ACCOUNT))
        await _idle(trial, access)
    else:
        record_absent(trial, "an idle session", "nobody logs on to this system")


def _request(access: OfficeAccess, path: str, headers: dict[str, str] | None = None) -> bytes:
    return as_http(Request("GET", path, headers or {}), access.url.partition("://")[2])


async def _sign_in(access: OfficeAccess) -> str:
    portal = access.portal()
    try:
        await portal.sign_in(*credential_of(access, CUSTOMER))
        return portal.client.token
    finally:
        await portal.close()


async def _sessions(
    trial: Trial, access: OfficeAccess, who: str, credential: Credential, own: bytes, bare: bytes
) -> None:
    """``own`` is the owner's request, ``bare`` the same of somebody who has nothing to show."""
    for number in range(1, trial.bound("n_reconnects").count + 1):
        connection = RawConnection(access.url, credential)
        await connection.open()
        _record_owner(trial, f"{who}, session {number}", await exchanged(connection, own))
        connection.abort()
        tried = await attempt(_say(access, access.credential(TRUST), bare))
        _record_heir(trial, f"nobody, after session {number} of {who} was torn off", tried)
    async with RawConnection(access.url, credential) as connection:
        _record_owner(trial, f"{who}, before others come", await exchanged(connection, own))
        tried = await attempt(_say(access, access.credential(TRUST), bare))
        _record_heir(trial, f"nobody, during a session of {who}", tried)
        _record_owner(trial, f"{who}, after others came", await exchanged(connection, own))


async def _say(access: OfficeAccess, credential: Credential, request: bytes) -> RawReply:
    async with RawConnection(access.url, credential) as connection:
        return await exchanged(connection, request)


def _record_owner(trial: Trial, what: str, reply: RawReply) -> None:
    trial.record.observe(OWNER, _is_served(reply), what=what, status=reply.status)


def _record_heir(trial: Trial, what: str, tried: Attempt) -> None:
    reply = tried.value if isinstance(tried.value, RawReply) else None
    served = reply is not None and _is_served(reply)
    answer = tried.text if reply is None else str(reply.status or "closed")
    trial.record.observe(INHERITED, served, what=what, answer=answer)


def _is_served(reply: RawReply) -> bool:
    return reply.status is not None and reply.status < 400


async def _idle(trial: Trial, access: OfficeAccess) -> None:
    idle_s = trial.bound("t_idle").number
    async with access.customer() as portal:
        tried = await attempt(portal.account())
        trial.record.observe(OWNER, tried.accepted, what="a customer who has just logged on", answer=tried.text)
        await trial.station.advance(idle_s)
        tried = await attempt(portal.account())
        trial.record.observe(IDLE, tried.accepted, what=f"after {idle_s:g} s without a request", answer=tried.text)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the sessions' owners get data", "always", OWNER),
        Check("nobody inherits a session", "never", INHERITED),
    ]
    if has_portal(access_of(trial)):
        found.append(Check("an idle session ends", "never", IDLE))
    return found


PROBE = Probe("C-M4", "office_https", stimulus, checks)
