"""Exchanges over OpenADR: a signal travels from a VTN, which the bench plays, to the gateway under test.

The scene, the event and the effect are those of 2030.5 (`bench.exchanges.sep2_exchange`): behind the gateway a device
of the home, which the bench plays too, finds the event on the gateway's own server.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from bench.access.openadr import OadrAccess
from bench.access.openadr_vtn import OadrCounterpart
from bench.access.sep2 import Sep2Access
from bench.access.sep2_server import Counterpart
from bench.exchanges.sep2_exchange import ToGateway
from drivers.cim.credentials import Credential
from drivers.sep2.der import DERControl, DERControlBase

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station
    from drivers.sep2.devices import LogEvent
    from drivers.sep2.events import Event


_BEYOND = 15_000
"""One and a half times the rating, in hundredths of a per cent."""


class OadrToGateway(ToGateway):
    """A signal of one kind from the VTN of ``party``."""

    link: ClassVar[str] = "openadr"
    without_end: ClassVar[bool] = True
    junk_path: ClassVar[str] = "/"

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.vens = OadrAccess(station, seat)
        self.access = self.vens

    @property
    def home(self) -> Sep2Access:
        """How the bench plays devices of the home."""
        return self.vens.home

    @property
    def vtn(self) -> OadrCounterpart:
        """The bench's VTN. `prepare` opens it."""
        assert isinstance(self.counterpart, OadrCounterpart)
        return self.counterpart

    def new_server(
        self, *, credential: Credential | None = None, pin: int | None = None, signer: Credential | None = None
    ) -> OadrCounterpart:
        """The bench in the place of the row's VTN; ``signer``: with the signature of another."""
        return OadrCounterpart(self.vens, self.party, credential=credential, pin=pin, signer=signer)

    @property
    def second_party(self) -> str:
        """The 2030.5 server by which the same signals may come."""
        return str(self.access.pixit("second", ""))

    def second_server(self, credential: Credential | None = None) -> Counterpart:
        """The bench in that server's place."""
        return Counterpart(self.home, self.second_party, credential=credential)

    def out_of_range(self, event: Event) -> Event | None:
        """Of a limit, one beyond the rating: a VTN cannot say more than a share."""
        if isinstance(event, DERControl):
            wrong = (
                DERControlBase(max_lim_w=_BEYOND) if event.base.fixed_w is None else DERControlBase(fixed_w=-_BEYOND)
            )
            return dataclasses.replace(event, base=wrong)
        return super().out_of_range(event)

    def server_beside(self) -> OadrCounterpart | None:
        """Another VTN that the device follows."""
        links = self.station.lab.seat(self.seat).links
        vtns = [name.removesuffix("-vtn") for name, link in links.items() if link.carries == self.link]
        other = next((party for party in vtns if party != self.party), None)
        return OadrCounterpart(self.vens, other) if other is not None else None

    async def posted_log(self) -> Sequence[LogEvent]:
        """The device posts its log to a 2030.5 server, whose place the bench takes for the time being."""
        reader = Counterpart(self.home, str(self.access.pixit("log_server", "headend")))
        async with reader:
            await reader.polled(2)
            device = reader.resources.devices.get(reader.device)
            return list(reversed(device.log)) if device is not None else []
