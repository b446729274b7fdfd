"""A second link on a line that is open already, and ways to come and go that no polite client has."""

from __future__ import annotations

from dataclasses import replace

from bench.access.dlms import DlmsAccess
from drivers.clock import Clock, LinkState
from drivers.dlms.client import DlmsClient
from drivers.dlms.enums import ApplicationContext
from drivers.dlms.hdlc_link import HdlcLink
from drivers.dlms.link import DlmsLink
from drivers.dlms.wrapper_link import WrapperLink
from drivers.transport.base import Chunk, Transport
from drivers.transport.tap import Tap


class Borrowed:
    """An open line, lent to a second link: opening and closing it changes nothing."""

    def __init__(self, owner: Transport) -> None:
        self._owner = owner

    @property
    def name(self) -> str:
        return self._owner.name

    @property
    def clock(self) -> Clock:
        return self._owner.clock

    @property
    def link(self) -> LinkState:
        return self._owner.link

    @property
    def tap(self) -> Tap:
        return self._owner.tap

    async def open(self) -> None:
        """The owner has opened it."""

    async def write(self, data: bytes) -> None:
        """As the owner's."""
        await self._owner.write(data)

    async def read(self, deadline: float) -> Chunk:
        """As the owner's, who must not read at the same time."""
        return await self._owner.read(deadline)

    def drain(self) -> bytes:
        """As the owner's."""
        return self._owner.drain()

    async def close(self) -> None:
        """The owner will close it."""


def beside(link: DlmsLink, sap: int) -> DlmsLink:
    """A link of client ``sap`` to the same logical device on the line that ``link`` holds open."""
    line = Borrowed(link.transport)
    if isinstance(link, HdlcLink):
        return HdlcLink(line, sap, link.server_address, replace(link.settings, retries=0))
    assert isinstance(link, WrapperLink)
    return WrapperLink(line, sap, link.server_wport)


def port_of(access: DlmsAccess, role: str) -> str | None:
    """The port on which to meet the client of ``role``: the row's if it is served there; None when it is nowhere."""
    return next(iter(access.ports_of(role)), None)


def heir_of(client: DlmsClient, link: DlmsLink) -> DlmsClient:
    """A client over ``link`` that behaves as if ``client``'s association were its own: same keys, no AARQ."""
    identity = replace(client.identity, security=client.material, pre_established=True)
    return DlmsClient(link, identity, client.counters)


def without_keys(client: DlmsClient, link: DlmsLink) -> DlmsClient:
    """A client over ``link`` that knows no key and sends no AARQ, with the SAP that ``link`` has."""
    identity = replace(client.identity, security=None, context=ApplicationContext.LOGICAL_NAME, pre_established=True)
    return DlmsClient(link, identity)
