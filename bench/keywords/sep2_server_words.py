"""Keywords on a device's own 2030.5 server: the bench is a device of the home, or somebody who is none."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from robot.api.deco import keyword, library

from bench.access.sep2 import Sep2Access
from bench.keywords.conversation import NOTHING, Conversation
from drivers.cim.client import Answer
from drivers.cim.credentials import TlsOptions
from drivers.cim.errors import OfficeError
from drivers.sep2.client import Sep2Client
from drivers.sep2.codec import encode, parse
from drivers.sep2.devices import DeviceCapability, EndDevice, EndDeviceList, LogEvent, LogEventList, Time
from drivers.sep2.errors import Sep2DecodeError
from drivers.sep2.identity import sfdi_of
from drivers.sep2.responses import Response
from drivers.sep2.tls import CLIENT_TLS, OLD_TLS
from drivers.sep2.vocabulary import FunctionSet

_GUARD_S = 600.0
_LINK = re.compile(r'<(\w+)Link\b[^>]*\bhref="([^"]+)"')
_PAGES = ("?s=0&l=2", "?s=2&l=2", "", "?s=9&l=2", "?s=0&l=0")
_ENTRIES = (1, 2, 3)
_SAME_TIME_S = 2.0
_PEN = 32_473
REFUSED = "refused"


@library(scope="TEST", auto_keywords=False)
class Sep2ServerWords(Conversation):
    """Asks, posts, and judges the answers."""

    @property
    def access(self) -> Sep2Access:
        """The device as a 2030.5 party."""
        return Sep2Access(self.station, self.seat)

    @property
    def device(self) -> str:
        """The device of the home in whose place the bench asks."""
        return str(self.access.pixit("home_device", "cems"))

    @keyword("A Device Of The Home Asks For")
    def ask_for(self, what: str) -> None:
        """Example: | A Device Of The Home Asks For | all that the server links to |"""
        self.run(self._tell(what, _QUESTIONS[what]), _GUARD_S)

    @keyword("A Device Of The Home Sends")
    def send(self, what: str) -> None:
        """Example: | A Device Of The Home Sends | a response of another device |"""
        self.run(self._tell(what, _MESSAGES[what]), _GUARD_S)

    @keyword("Somebody Asks")
    def somebody(self, how: str) -> None:
        """Who is none of the home. Example: | Somebody Asks | without a certificate |"""
        self.run(self._somebody(how), _GUARD_S)

    @keyword("The Server Answers")
    def answers(self, *allowed: str) -> None:
        """Judge it. Example: | The Server Answers | 404 |"""
        self.expect(*allowed)

    async def _tell(self, what: str, act: Callable[[Sep2Client], Awaitable[str]]) -> None:
        async with self.access.client(self.device) as client:
            self.heard(what, await act(client))

    async def _somebody(self, how: str) -> None:
        name = {"with the certificate of a stranger": "stranger", "without a certificate": "trust"}.get(
            how, self.device
        )
        options = OLD_TLS if how == "with TLS 1.1" else CLIENT_TLS
        self.heard("who belongs to the home", await self._status(self.device))
        self.expect("200")
        self.heard(f"who comes {how}", await self._status(name, options))

    async def _status(self, party: str, options: TlsOptions = CLIENT_TLS) -> str:
        async with self.access.client(party, options) as client:
            try:
                return str((await client.request("GET", "/edev?s=0&l=255")).status)
            except OfficeError:
                return REFUSED


# -- questions ---------------------------------------------------------------------------------------------------------


async def _links(client: Sep2Client) -> str:
    """Follow every link of the device capability: each must lead to the resource that it is named after."""
    capability = (await client.request("GET", "/dcap")).raise_for_refusal().body.decode()
    wrong: list[str] = []
    for name, href in _LINK.findall(capability):
        answer = await client.request("GET", href)
        if answer.status != 200 or _root(answer) != name:
            wrong.append(f"{name} at {href}: {answer.status} {_root(answer)}".strip())
    return "; ".join(wrong) or "each is where its link says"


def _root(answer: Answer) -> str:
    try:
        return str(parse(answer.body).tag).rpartition("}")[2]
    except Sep2DecodeError:
        return ""


async def _time(client: Sep2Client) -> str:
    capability = await client.get("/dcap", DeviceCapability)
    shown = await client.get(capability.time.href if capability.time is not None else "/tm", Time)
    off_s = shown.current - client.http.clock.now()
    return "now" if abs(off_s) <= _SAME_TIME_S else f"{off_s:+.0f} s"


async def _own_entry(client: Sep2Client) -> EndDevice | None:
    """The first entry of what the device is shown, which is its own or somebody else's."""
    return next(iter((await client.get_list("/edev", EndDeviceList)).members), None)


async def _identity(client: Sep2Client) -> str:
    entry = await _own_entry(client)
    if entry is None:
        return NOTHING
    right = {"LFDI": entry.lfdi == client.lfdi, "SFDI": entry.sfdi == sfdi_of(client.lfdi)}
    return ", ".join(
        f"{name} of its certificate" if is_right else f"another {name}" for name, is_right in right.items()
    )


async def _pages(client: Sep2Client) -> str:
    """Three entries in the device's log, and what of them each page shows: the newest first."""
    path = await _log_path(client)
    now = int(client.http.clock.now())
    for number in _ENTRIES:
        await client.post(path, _entry(number, now - 60 + number))
    shown: list[str] = []
    for query in _PAGES:
        listed = await client.get(path + query, LogEventList)
        numbers = " ".join(str(one.number) for one in listed.members)
        is_counted = (listed.all, listed.results) == (len(_ENTRIES), len(listed.members))
        shown.append((numbers or NOTHING) if is_counted else f"{listed.results} of {listed.all} counted")
    return ", ".join(shown)


async def _log_path(client: Sep2Client) -> str:
    entry = await _own_entry(client)
    return entry.log_events.href if entry is not None and entry.log_events is not None else "/edev/1/log"


def _entry(number: int, created: int) -> LogEvent:
    return LogEvent(created=created, function_set=FunctionSet.GENERAL, code=1, number=number, pen=_PEN, profile=1)


async def _media_type(client: Sep2Client) -> str:
    answer = await client.request("GET", "/dcap")
    return answer.headers.get("content-type", NOTHING).partition(";")[0]


async def _not_there(client: Sep2Client) -> str:
    return str((await client.request("GET", "/edev/1/nothing")).status)


async def _not_allowed(client: Sep2Client) -> str:
    return str((await client.request("DELETE", "/tm")).status)


async def _of_another(client: Sep2Client) -> str:
    """What stands at the addresses next to its own entry."""
    own = await _own_entry(client)
    base, _, number = (own.href if own is not None and own.href else "/edev/1").rpartition("/")
    others = [n for n in range(1, 4) if str(n) != number]
    statuses = [(await client.request("GET", f"{base}/{n}{below}")).status for n in others for below in ("", "/rg")]
    return "refused" if all(status in (403, 404) for status in statuses) else "shown"


_QUESTIONS: Mapping[str, Callable[[Sep2Client], Awaitable[str]]] = {
    "all that the server links to": _links,
    "the time": _time,
    "its own entry": _identity,
    "pages of its log": _pages,
    "a document": _media_type,
    "what is not there": _not_there,
    "what cannot be done": _not_allowed,
    "the entries of others": _of_another,
}


# -- messages ----------------------------------------------------------------------------------------------------------


async def _what_breaks_off(client: Sep2Client) -> str:
    body = encode(_entry(9, int(client.http.clock.now())))[:-10]
    return str((await client.request("POST", await _log_path(client), body)).status)


async def _of_another_kind(client: Sep2Client) -> str:
    return str((await client.request("POST", await _log_path(client), encode(Time(current=0)))).status)


async def _as_another(client: Sep2Client) -> str:
    now = int(client.http.clock.now())
    other = Response(lfdi=bytes(20), status=1, subject=bytes(16), created=now)
    return str((await client.request("POST", "/rsps/1/rsp", encode(other))).status)


async def _registration_again(client: Sep2Client) -> str:
    """Its entry once more; it must not get another one."""
    own = await _own_entry(client)
    lfdi = client.lfdi
    entry = EndDevice(lfdi=lfdi, sfdi=sfdi_of(lfdi), changed=int(client.http.clock.now()))
    answer = await client.request("POST", "/edev", encode(entry))
    place = answer.headers.get("location", "")
    is_own = not place or (own is not None and place.endswith(own.href or "/"))
    return "no other entry" if is_own and answer.status != 201 else f"{answer.status} {place}".strip()


_MESSAGES: Mapping[str, Callable[[Sep2Client], Awaitable[str]]] = {
    "a log entry that breaks off": _what_breaks_off,
    "a time where log entries go": _of_another_kind,
    "a response of another device": _as_another,
    "its registration again": _registration_again,
}
