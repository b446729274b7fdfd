"""The servers that the cases of IEEE 2030.5 show to a device: what each does otherwise than a plain one.

A kind changes the answers (`ServerKind.alter`), the TLS context, the credential or the registration of the plain server
of `bench.access.sep2_server`. Kinds that are ``wrong`` are servers that no device may follow.
"""

from __future__ import annotations

import dataclasses
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.access.sep2 import Sep2Access
from bench.access.sep2_server import Alteration, Counterpart
from drivers.cim.credentials import Credential
from drivers.sep2.codec import Resource, decode, encode
from drivers.sep2.der import DERProgramList
from drivers.sep2.devices import EndDevice, EndDeviceList
from drivers.sep2.events import Link
from drivers.sep2.identity import LFDI_BYTES, sfdi_of, with_check_digit
from drivers.sep2.server import HttpRequest, HttpResponse
from drivers.sep2.tls import OLD_SUITES, server_context
from drivers.sep2.vocabulary import MEDIA_TYPE, NAMESPACE

ELSEWHERE = "/utility/2030.5"
"""Below what a server with addresses of its own has everything but its device capability."""
_ASSIGNED = "/assigned"
_FORMER_NAMESPACE = b"http://zigbee.org/sep"
_NO_ENCRYPTION = "ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0"
_EVENTS = ("/derc", "/edc", "/tti", "/txt")
_LATER = b'<x:later xmlns:x="urn:example:later">1</x:later><laterElement>1</laterElement>'

Alter = Callable[[Counterpart], Alteration]


@dataclass(frozen=True)
class ServerKind:
    """``polled``: what such a server is asked for with each poll. ``credential``: the secret of the device file that it
    shows, for the party that it plays. ``shift_pin``: it has another PIN for the device.
    """

    alter: Alter | None = None
    wrong: bool = False
    polled: str = "/tm"
    context: Callable[[Credential], ssl.SSLContext] | None = None
    credential: str = ""
    shift_pin: bool = False

    def open(self, access: Sep2Access, party: str, *, poll_rate_s: int) -> Counterpart:
        """The server, in the place of ``party``; it does not listen yet."""
        named = self.credential.format(party=party)
        credential = access.credential(named) if named else None
        context = self.context(access.credential(party)) if self.context is not None else None
        pin = with_check_digit((access.pin // 10 + 1) % 100_000) if self.shift_pin else None
        server = Counterpart(access, party, credential=credential, context=context, poll_rate_s=poll_rate_s, pin=pin)
        server.polled_path = self.polled
        server.alter = self.alter(server) if self.alter is not None else None
        return server


# -- addresses, lists, assignments -------------------------------------------------------------------------------------


def _at_own_addresses(server: Counterpart) -> Alteration:
    def alter(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith(f"{ELSEWHERE}/"):
            response = server.respond(dataclasses.replace(request, path=request.path.removeprefix(ELSEWHERE)))
        elif request.path != "/dcap":
            return HttpResponse(404)
        body = response.body
        for name in (b'href="', b'replyTo="'):
            body = body.replace(name + b"/", name + ELSEWHERE.encode() + b"/")
        location = response.headers.get("location", "")
        headers = {**response.headers, "location": ELSEWHERE + location} if location else response.headers
        return HttpResponse(response.status, body, headers)

    return alter


def _one_member_a_page(server: Counterpart) -> Alteration:
    def alter(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method != "GET" or "l" not in request.query:
            return response
        return server.respond(dataclasses.replace(request, query={**request.query, "l": "1"}))

    return alter


def _with_entries(change: Callable[[EndDevice], tuple[EndDevice, ...]]) -> Alter:
    """A server whose list of devices has these in the place of the device's own entry."""

    def altered(_server: Counterpart) -> Alteration:
        def alter(request: HttpRequest, response: HttpResponse) -> HttpResponse:
            if request.method != "GET" or response.status != 200 or not request.path.startswith("/edev"):
                return response
            if request.path == "/edev":
                listed = decode(response.body, EndDeviceList)
                shown = tuple(one for own in listed.members for one in change(own))
                return _ok(dataclasses.replace(listed, all=len(shown), results=len(shown), members=shown))
            if request.path.count("/") == 2:
                return _ok(change(decode(response.body, EndDevice))[-1])
            return response

        return alter

    return altered


def _ok(resource: Resource) -> HttpResponse:
    return HttpResponse(200, encode(resource))


def _after_a_namesake(own: EndDevice) -> tuple[EndDevice, ...]:
    """Another device whose LFDI begins as the own does, so that their SFDIs are the same."""
    lfdi = own.lfdi or bytes(LFDI_BYTES)
    other = dataclasses.replace(
        own, href="/edev/99", lfdi=lfdi[:-1] + bytes([lfdi[-1] ^ 0xFF]), registration=Link(href="/edev/99/rg")
    )
    return other, own


def _another(own: EndDevice) -> tuple[EndDevice, ...]:
    """Another device only; what its entry links to is right."""
    lfdi = bytes(octet ^ 0xFF for octet in own.lfdi or bytes(LFDI_BYTES))
    return (dataclasses.replace(own, lfdi=lfdi, sfdi=sfdi_of(lfdi)),)


def _without_registration(own: EndDevice) -> tuple[EndDevice, ...]:
    return (dataclasses.replace(own, registration=None),)


def _with_programs_of_others(server: Counterpart) -> Alteration:
    """The capability lists all programs, the device's assignments the first of them only."""

    def alter(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.endswith("/fsa"):
            return HttpResponse(response.status, response.body.replace(b'href="/derp"', f'href="{_ASSIGNED}"'.encode()))
        if request.path == _ASSIGNED:
            whole = server.respond(dataclasses.replace(request, path="/derp"))
            first = decode(whole.body, DERProgramList).members[:1]
            return _ok(DERProgramList(href=_ASSIGNED, all=1, results=1, members=first))
        return response

    return alter


# -- messages ----------------------------------------------------------------------------------------------------------


def _bodies(change: Callable[[bytes], bytes], *, events_only: bool = False) -> Alter:
    """A server whose documents, or lists of events, are changed so."""

    def altered(_server: Counterpart) -> Alteration:
        def alter(request: HttpRequest, response: HttpResponse) -> HttpResponse:
            if not response.body or (events_only and not request.path.endswith(_EVENTS)):
                return response
            return HttpResponse(response.status, change(response.body), response.headers)

        return alter

    return altered


def _media_type(name: str, *, events_only: bool = False) -> Alter:
    """A server that calls its documents, or lists of events, so."""

    def altered(_server: Counterpart) -> Alteration:
        def alter(request: HttpRequest, response: HttpResponse) -> HttpResponse:
            if not response.body or (events_only and not request.path.endswith(_EVENTS)):
                return response
            return HttpResponse(response.status, response.body, {**response.headers, "content-type": name})

        return alter

    return altered


PLAIN = ServerKind()
KINDS: Mapping[str, ServerKind] = {
    "with addresses of its own": ServerKind(_at_own_addresses, polled=f"{ELSEWHERE}/tm"),
    "whose pages have one member": ServerKind(_one_member_a_page),
    "that lists another device of the same SFDI first": ServerKind(_with_entries(_after_a_namesake)),
    "that has programs of others, too": ServerKind(_with_programs_of_others),
    "of a later edition": ServerKind(_bodies(lambda body: body.replace(b"</interval>", b"</interval>" + _LATER))),
    "that states parameters of its media type": ServerKind(_media_type(f"{MEDIA_TYPE}; level=+S1")),
    "that states no poll rate": ServerKind(_bodies(lambda body: body.replace(b' pollRate="60"', b""))),
    "that does not list it": ServerKind(_with_entries(_another), wrong=True),
    "without a link to its registration": ServerKind(_with_entries(_without_registration), wrong=True),
    "with another PIN for it": ServerKind(wrong=True, shift_pin=True),
    "of another namespace": ServerKind(
        _bodies(lambda body: body.replace(NAMESPACE.encode(), _FORMER_NAMESPACE)), wrong=True
    ),
    "whose lists break off": ServerKind(_bodies(lambda body: body[:-10], events_only=True), wrong=True),
    "of another media type": ServerKind(_media_type("text/html", events_only=True), wrong=True),
    "that has the mandatory cipher suite only": ServerKind(context=server_context),
    "with TLS 1.1": ServerKind(
        wrong=True,
        context=lambda own: server_context(
            own, ciphers=OLD_SUITES, oldest=ssl.TLSVersion.TLSv1_1, newest=ssl.TLSVersion.TLSv1_1
        ),
    ),
    "that encrypts nothing": ServerKind(wrong=True, context=lambda own: server_context(own, ciphers=_NO_ENCRYPTION)),
    "under another authority": ServerKind(wrong=True, credential="{party}.untrusted"),
    "with the certificate of another": ServerKind(wrong=True, credential="neighbour"),
}
"""By the words of the cases."""
