"""Exchanges over OpenADR: a signal travels from a VTN, which the bench plays, to the device under test.

The scene, the event and the effect are those of 2030.5 (`bench.exchanges.sep2_exchange`): behind a gateway a device of
the home, which the bench plays too, finds the event on the gateway's own server; at an energy management system the
power analyser of the home sees the watts.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from bench.access.openadr import OadrAccess
from bench.access.openadr_vtn import OadrCounterpart
from bench.access.sep2 import Sep2Access
from bench.access.sep2_server import Counterpart
from bench.exchanges.sep2_exchange import Sep2Exchange, ToGateway, ToManager
from drivers.cim.credentials import Credential
from drivers.sep2.der import DERControl, DERControlBase
from drivers.sep2.vocabulary import ResponseStatus

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station
    from drivers.sep2.devices import LogEvent
    from drivers.sep2.events import Event


_OPTS = (ResponseStatus.RECEIVED, ResponseStatus.OPT_IN, ResponseStatus.OPT_OUT)
_BEYOND = 15_000
"""One and a half times the rating, in hundredths of a per cent."""


class OadrExchange(Sep2Exchange):
    """A signal of one kind from the VTN of ``party``; goes before the class that says where its effect is seen.

    ``outlives_device``: the effect is seen at a system that the device gives the signal to as soon as it has it, and
    that keeps it while the device is off.
    """

    link: ClassVar[str] = "openadr"
    without_end: ClassVar[bool] = True
    junk_path: ClassVar[str] = "/"
    limits_sites: ClassVar[bool] = False
    outlives_device: ClassVar[bool] = False
    wordless: ClassVar[frozenset[ResponseStatus]] = frozenset(
        {
            ResponseStatus.STARTED,
            ResponseStatus.COMPLETED,
            ResponseStatus.SUPERSEDED,
            ResponseStatus.NO_PARTICIPATION,
            ResponseStatus.ALTERNATE_SERVER,
            ResponseStatus.ALTERNATE_PROGRAM,
        }
    )

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
        return Counterpart(self.vens.home, self.second_party, credential=credential)

    def out_of_range(self, event: Event) -> Event | None:
        """Of a limit, one beyond the rating: a VTN cannot say more than a share."""
        if isinstance(event, DERControl):
            wrong = (
                DERControlBase(max_lim_w=_BEYOND) if event.base.fixed_w is None else DERControlBase(fixed_w=-_BEYOND)
            )
            return dataclasses.replace(event, base=wrong)
        return super().out_of_range(event)

    def claims(self, event: Event) -> bool:
        """Who opts in says that it takes part, until it opts out again (oadrCreateOpt)."""
        opts = [one for one in self.counterpart.told(event.mrid) if one in _OPTS]
        return bool(opts) and opts[-1] != ResponseStatus.OPT_OUT

    def server_beside(self) -> OadrCounterpart | None:
        """Another VTN that the device follows."""
        links = self.station.lab.seat(self.seat).links
        vtns = [name.removesuffix("-vtn") for name, link in links.items() if link.carries == self.link]
        other = next((party for party in vtns if party != self.party), None)
        return OadrCounterpart(self.vens, other) if other is not None else None

    async def posted_log(self) -> Sequence[LogEvent]:
        """The device posts its log to a 2030.5 server, whose place the bench takes for the time being."""
        reader = Counterpart(self.vens.home, str(self.access.pixit("log_server", "headend")))
        async with reader:
            await reader.polled(2)
            device = reader.resources.devices.get(reader.device)
            return list(reversed(device.log)) if device is not None else []


class OadrToGateway(OadrExchange, ToGateway):
    """The device is a gateway."""


class OadrToManager(OadrExchange, ToManager):
    """The device is an energy management system, the bench its gateway."""

    party: str = "esi"
