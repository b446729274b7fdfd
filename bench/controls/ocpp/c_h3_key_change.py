"""C-H3 Per-device keys and key change: after a change of its password the station shows the new one, and never both.

The new password works within t_new_key. Whoever refuses it afterwards is not shown the old one. The supply is cut at
moments of the change: after each cut the station shows exactly one of the two, and serves. A certificate for another's
key is refused (2.0.1, A02.FR.06), one for a key that the station has just made is taken.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.access.ocpp_certificates import signed_request
from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, call, exchange_of, harmless, works
from bench.controls.ocpp._settings import PASSWORD, writing
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.ocpp.csms import UNAUTHORIZED, Admission
from drivers.ocpp.csms import Station as Session
from drivers.ocpp.rpc import Call, encode
from drivers.ocpp.websocket import Asked

VALID, VALID_TIME = "the station came with its new password", "from the change to the new password's use"
OLD = "the station showed its old password"
ONE = "after a cut the station shows exactly one of old and new, and serves"
OTHERS = "a certificate for another station was taken"
OWN = "a certificate for its own new key was taken"
_LONGEST_CUT_S, _OFF_S, _ASKS_S = 2.0, 20.0, 5.0
_BYTES = 10


@dataclass(frozen=True)
class _Seen(Admission):
    """Lets in who shows one of ``right``, and keeps what was shown."""

    right: frozenset[bytes] = frozenset()
    shown: list[bytes] = field(default_factory=list, repr=False)

    def status(self, identity: str, asked: Asked, common_name: str) -> int:
        password = asked.basic[1] if asked.basic is not None else b""
        self.shown.append(password)
        return 0 if password in self.right else UNAUTHORIZED


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    await _certificates(trial)
    if exchange.access.declared.security_profile == 3 or not exchange.access.has_secret("password"):
        record_absent(trial, "a change of the password", "security profile 3 has none")
        return
    await exchange.prepare()
    first = exchange.access.secret("password")
    second = await _changed(trial, first)
    now = await _interrupted(trial, second)
    if now is None:
        return
    await _change_to(trial, now, first)
    await works(trial, "after")


async def _certificates(trial: Trial) -> None:
    """The certificate of another unit, which is for another key; and one for a key that the station has just made."""
    exchange, request = exchange_of(trial), await _request(trial)
    if exchange.access.has_secret("csms_wrong_name"):
        chain = exchange.access.credential("csms_wrong_name").certificate_pem
        taken, answer = await _signed(trial, chain)
        trial.record.observe(OTHERS, taken, what="a certificate that the authority gave to another", answer=answer)
    else:
        record_absent(trial, "a certificate for another", "the device file names none of the same authority")
    if request:
        taken, answer = await _signed(trial, signed_request(request, exchange.access.secret("authority")))
        trial.record.observe(OWN, taken, what="for the key of its request", answer=answer)


async def _request(trial: Trial) -> str:
    """A new key's request for a certificate; empty where the station makes none, or the bench could sign none."""
    exchange = exchange_of(trial)
    if exchange.version.is_old or not exchange.access.has_secret("authority"):
        record_absent(trial, "a certificate of its own", "1.6 has no such message, or the device file no authority")
        return ""
    backend = exchange.there.backend
    before = len(backend.csrs)
    await call(exchange.there, "TriggerMessage", {"requestedMessage": "SignChargingStationCertificate"})
    await trial.station.advance(_ASKS_S)
    if len(backend.csrs) == before:
        record_absent(trial, "a certificate of its own", "the station asks for none")
        return ""
    return backend.csrs[-1]


async def _signed(trial: Trial, chain: str) -> tuple[bool, str]:
    tried = await call(exchange_of(trial).there, "CertificateSigned", {"certificateChain": chain})
    return tried.accepted and tried.value.get("status") == "Accepted", tried.text


def _new(trial: Trial) -> bytes:
    made = secrets.token_hex(_BYTES).encode("ascii")
    trial.station.secrets.remember(made)
    return made


def _order(trial: Trial, password: bytes) -> tuple[str, dict[str, object]]:
    old = exchange_of(trial).version.is_old
    return writing(trial, PASSWORD, password.hex() if old else password.decode("ascii"))


@contextmanager
def _admitting(trial: Trial, *right: bytes) -> Iterator[_Seen]:
    """The CSMS lets in who shows one of these passwords."""
    server, seen = exchange_of(trial).csms.server, _Seen(right=frozenset(right))
    former, server.admission = server.admission, seen
    try:
        yield seen
    finally:
        server.admission = former


async def _changed(trial: Trial, first: bytes) -> bytes:
    """A change as it should go, and what the station shows a CSMS that refuses the new password."""
    exchange, second = exchange_of(trial), _new(trial)
    csms, retry_s = exchange.csms, exchange.access.declared.retry_s
    with _admitting(trial, first, second) as seen:
        after, began = csms.attempts, trial.clock.now()
        await call(exchange.there, *_order(trial, second))
        came = await csms.connected(after=after, within_s=exchange.access.declared.connect_s + retry_s)
        valid = came is not None and seen.shown[-1] == second
        trial.record.observe(VALID, valid, what="with the old one good, too")
        trial.record.observe_duration(VALID_TIME, trial.clock.now() - began, what="the change")
    with _admitting(trial) as refusing:
        await exchange.there.session.close()
        while len(refusing.shown) < trial.bound("n_old_key").count:
            if not await csms.server.attempted(within_s=retry_s):
                break
            trial.record.observe(OLD, first in refusing.shown, what=f"try {len(refusing.shown)}")
    return second


async def _interrupted(trial: Trial, password: bytes) -> bytes | None:
    """Changes whose supply is cut; the password that the station has after the last, None where it has none."""
    count = trial.bound("n_rotation_cuts").count
    for number in range(count):
        new = _new(trial)
        cut_s = _LONGEST_CUT_S * (number + trial.random.random()) / count
        with _admitting(trial, password, new) as seen:
            one = await _cut(trial, new, cut_s, seen)
        trial.record.observe(ONE, one, what=f"cut {number + 1}, {cut_s:.1f} s after the change", tries=len(seen.shown))
        if not one:
            return None
        password = seen.shown[-1]
    return password


async def _cut(trial: Trial, new: bytes, cut_s: float, seen: _Seen) -> bool:
    """A change, and the supply is cut so long after it. Whether the station shows one password then, and serves."""
    exchange = exchange_of(trial)
    declared, csms = exchange.access.declared, exchange.csms
    if await csms.connected(within_s=declared.connect_s + declared.retry_s) is None:
        return False
    await exchange.there.session.say(encode(Call(f"rotation-{cut_s:.3f}", *_order(trial, new))))
    await trial.station.advance(cut_s)
    await trial.station.power(trial.seat, False)
    await trial.station.advance(_OFF_S)
    seen.shown.clear()
    after = csms.attempts
    await trial.station.power(trial.seat, True)
    came = await csms.connected(after=after, within_s=declared.boot_s + declared.connect_s + declared.retry_s)
    return came is not None and len({*seen.shown} & seen.right) == 1 and await _serves(trial, came)


async def _serves(trial: Trial, there: Session) -> bool:
    await there.session.hears(lambda item: "StatusNotification" in item.text)
    return (await call(there, *harmless(trial))).accepted


async def _change_to(trial: Trial, password: bytes, wanted: bytes) -> None:
    """The station has the password again that the device file says."""
    exchange = exchange_of(trial)
    within_s = exchange.access.declared.connect_s + exchange.access.declared.retry_s
    with _admitting(trial, password, wanted):
        if password == wanted or await exchange.csms.connected(within_s=within_s) is None:
            return
        after = exchange.csms.attempts
        await call(exchange.there, *_order(trial, wanted))
        await exchange.csms.connected(after=after, within_s=within_s)


def checks(trial: Trial) -> Sequence[Check]:
    exchange = exchange_of(trial)
    found = [Check("good limits work before and after", "always", GOOD)]
    if exchange.access.has_secret("csms_wrong_name"):
        found.append(Check("a certificate for another station is refused", "never", OTHERS))
    if any(one.series == OWN for one in trial.record.observations):
        found.append(Check("one for its own new key is taken", "always", OWN))
    if exchange.access.declared.security_profile < 3:
        found += [
            Check("the new password is used", "always", VALID),
            Check("within t_new_key", "at_most", VALID_TIME, trial.limit("t_new_key")),
            Check("the old one is not shown afterwards", "never", OLD),
            Check("after a cut there is exactly one", "always", ONE),
        ]
    return found


PROBE = Probe("C-H3", "ocpp", stimulus, checks)
