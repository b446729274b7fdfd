"""I-M2 Messages are authenticated, above TLS and below it.

A payload that carries a good signal is altered while its signature is kept: its start, its level, its duration, the
time and the nonce of its replay protection, the signature's own value; its signature is taken away, or is another's
over the same message. Then the VTN's port offers suites that authenticate nothing, and at last no TLS at all. Nothing
of that has an effect, and a good signal does right afterwards.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, follow, record_effects, works
from bench.controls.trial import Trial
from bench.exchanges.openadr_exchange import OadrExchange
from bench.judgement.check import Check
from drivers.openadr.tls import server_context
from drivers.sep2.server import HttpRequest, HttpResponse

EFFECT, SENT = "a signal whose protection was broken took effect", "the altered payload was asked for"
_EACH = 5
_SUITES = {
    "a suite without authentication": "aNULL:@SECLEVEL=0",
    "a suite without encryption": "eNULL:@SECLEVEL=0",
}
_DIGIT = re.compile(rb"[0-9]")


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    assert isinstance(exchange, OadrExchange)
    for name, (mark, alter) in _ALTERATIONS.items():
        await _altered(trial, exchange, name, mark, alter)
    await _signed_by_another(trial, exchange)
    await exchange.prepare()
    await _weak_ports(trial, exchange)
    await works(trial, "after")


Alter = Callable[[bytes, Trial], bytes]


def _element(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<(?:\w+:)?" + name + rb"[^<>]*>([^<]+)<")


def _other_digit(text: bytes, trial: Trial) -> bytes:
    """The text with one of its characters changed, a digit where it has one."""
    places = [match.start() for match in _DIGIT.finditer(text)] or [len(text) - 1]
    place = trial.random.choice(places)
    old = text[place : place + 1]
    digits = bytes(digit for digit in b"0123456789" if bytes([digit]) != old)
    return text[:place] + bytes([trial.random.choice(digits)]) + text[place + 1 :]


def _other_text(text: bytes, trial: Trial) -> bytes:
    """The text with one letter in another case, as in base 64 or in a name."""
    places = [at for at in range(len(text)) if text[at : at + 1].isalpha()]
    at = trial.random.choice(places)
    return text[:at] + text[at : at + 1].swapcase() + text[at + 1 :]


def _end_of_start(text: bytes, _trial: Trial) -> bytes:
    """Another second of the same minute."""
    seconds = (int(text[17:19]) + 7) % 60
    return text[:17] + b"%02d" % seconds + text[19:]


_ALTERATIONS: dict[str, tuple[re.Pattern[bytes] | None, Alter]] = {
    "another start": (_element(b"date-time"), _end_of_start),
    "another level": (_element(b"value"), lambda _text, _trial: b"0.25"),
    "another duration": (_element(b"duration"), lambda _text, _trial: b"PT1800S"),
    "another request": (_element(b"requestID"), _other_digit),
    "another time of signing": (_element(b"timestamp"), lambda text, _trial: text.replace(b"Z", b".001Z", 1)),
    "another nonce": (_element(b"nonce"), _other_digit),
    "another digest": (_element(b"DigestValue"), _other_text),
    "another signature": (_element(b"SignatureValue"), _other_text),
    "no signature": (None, lambda body, _trial: re.sub(rb"<ds:Signature.*</ds:Signature>", b"", body, flags=re.DOTALL)),
}
"""What is altered, and how: the text of an element, or the whole payload."""


class _Altering:
    """Alters the payloads that hold the signal."""

    def __init__(self, mrid: bytes, element: re.Pattern[bytes] | None, alter: Alter, trial: Trial) -> None:
        self._mark = mrid.hex().upper().encode()
        self._element = element
        self._alter = alter
        self._trial = trial
        self.hits = 0

    def __call__(self, _request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if self._mark not in response.body:
            return response
        self.hits += 1
        return HttpResponse(response.status, self._altered(response.body), response.headers)

    def _altered(self, body: bytes) -> bytes:
        if self._element is None:
            return self._alter(body, self._trial)
        found = self._element.search(body)
        assert found is not None
        return body[: found.start(1)] + self._alter(found[1], self._trial) + body[found.end(1) :]


async def _altered(
    trial: Trial, exchange: OadrExchange, name: str, element: re.Pattern[bytes] | None, alter: Alter
) -> None:
    event = exchange.offer(exchange.new_event())
    altering = _Altering(event.mrid, element, alter, trial)
    exchange.counterpart.alter = altering
    while altering.hits < _EACH:
        before = altering.hits
        await exchange.counterpart.polled(within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0)))
        if altering.hits == before:
            break
    exchange.counterpart.alter = None
    trial.record.observe(SENT, altering.hits > 0, what=name, times=altering.hits)
    await record_effects(trial, [Case(name, event)], EFFECT)
    exchange.program.events.clear()
    await exchange.counterpart.polled(2, within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0)))


async def _signed_by_another(trial: Trial, exchange: OadrExchange) -> None:
    """TLS is the right VTN's, the signature is that of somebody else under the same authority."""
    await exchange.close()
    for signer in ("stranger", "neighbour"):
        event = exchange.new_event()
        async with exchange.new_server(signer=exchange.access.credential(signer)) as false:
            program = false.resources.add_program(exchange.content.kind, event.mrid, 1)
            program.put(event, trial.clock.now(), exchange.content.price())
            await follow(trial)
            exchange.server = false
            await record_effects(trial, [Case(f"signed by {signer}", event)], EFFECT)
            exchange.server = None


async def _weak_ports(trial: Trial, exchange: OadrExchange) -> None:
    credential = exchange.access.credential(exchange.party)
    for words, suites in _SUITES.items():
        try:
            context: ssl.SSLContext | None = server_context(credential, ask=False, ciphers=suites)
        except ssl.SSLError:
            trial.record.could_not_look(EFFECT, f"this machine's TLS library does not offer {words}")
            continue
        await _through(trial, exchange, words, context)
    await _through(trial, exchange, "no TLS at all", None)
    exchange.counterpart.reappear()


async def _through(trial: Trial, exchange: OadrExchange, words: str, context: ssl.SSLContext | None) -> None:
    """The right VTN, but its port speaks as ``context`` says."""
    event = exchange.offer(exchange.new_event())
    if context is not None:
        exchange.counterpart.reappear(context)
    else:
        exchange.counterpart.in_plaintext()
    await follow(trial, 2.0 * float(exchange.access.pixit("retry_s", 120.0)))
    await record_effects(trial, [Case(words, event)], EFFECT)
    exchange.program.events.clear()


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("what is not authentic has no effect", "never", EFFECT),
        Check("altered payloads were asked for", "always", SENT),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("I-M2", "openadr", stimulus, checks)
