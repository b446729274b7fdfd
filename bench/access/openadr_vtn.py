"""The bench in the place of a VTN that the device under test follows: `bench.access.sep2_server.Counterpart`, whose
programs are distributed over OpenADR (`drivers.openadr.programs`).

What the device answers to an event counts as the 2030.5 response that it stands for.
"""

from __future__ import annotations

import dataclasses
import ssl
from collections.abc import Mapping
from typing import Any

from bench.access.openadr import OadrAccess
from bench.access.sep2_server import Counterpart
from drivers.cim.credentials import Credential
from drivers.openadr.programs import ProgramVtn
from drivers.openadr.tls import server_context
from drivers.openadr.vocabulary import ServiceName
from drivers.sep2.server import HttpRequest, HttpResponse

_TOLERATED_S = 2.0 * 366 * 86_400
"""The bench listens to a device whose clock is wrong, and while it pretends that its own is, so that it can say so."""


class OadrCounterpart(Counterpart):
    """A VTN of the bench. ``signer``: who signs its messages, where not the one whose certificate it shows."""

    polled_path = ServiceName.POLL.path

    def __init__(self, access: OadrAccess, party: str, *, signer: Credential | None = None, **more: Any) -> None:
        super().__init__(access, party, **more)
        self._certificates: Mapping[bytes, bytes] = {}
        signs = signer or self.credential
        self.vtn = ProgramVtn(self.resources, f"vtn-{party}", signs, poll_s=self.resources.poll_rate_s)
        self.vtn.vtn.guard.window_s = _TOLERATED_S
        self.vtn.shows_others = True

    @property
    def called(self) -> str:
        """VTNs are told apart from the 2030.5 servers of the same parties."""
        return f"{self.party}-vtn"

    def new_context(self, credential: Credential) -> ssl.SSLContext:
        """How ``credential`` meets the device in TLS."""
        return server_context(credential)

    def is_read(self, request: HttpRequest) -> bool:
        """Whether the device asks for something, rather than tells."""
        return request.path == ServiceName.POLL.path

    def is_answer(self, request: HttpRequest) -> bool:
        """Whether the device answers events."""
        return request.path == ServiceName.EVENT.path and b"oadrCreatedEvent" in request.body

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The right answer to a request."""
        if request.peer.certificate:
            self._certificates = {request.peer.lfdi: request.peer.certificate}
        elif request.peer.lfdi in self._certificates:
            # Who comes without a certificate, since the bench did not ask for one, is answered as the device.
            peer = dataclasses.replace(request.peer, certificate=self._certificates[request.peer.lfdi])
            request = dataclasses.replace(request, peer=peer)
        return self.vtn.handle(request)
