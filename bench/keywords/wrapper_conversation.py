"""Keywords that speak the wrapper of DLMS/COSEM on TCP with a meter, message by message."""

from __future__ import annotations

from functools import cached_property

from robot.api.deco import keyword, library

from bench.access.aarq_variants import SERVICES
from bench.access.apdu_requests import request
from bench.access.apdu_words import words_of
from bench.access.dlms import PUBLIC, DlmsAccess
from bench.keywords.conversation import NOTHING, Conversation
from drivers.dlms.acse import Aarq, context_name
from drivers.dlms.apdu import InitiateRequest
from drivers.dlms.enums import ApplicationContext
from drivers.dlms.wrapper import HEADER, WrapperReader, ports, wrap
from drivers.transport.base import PeerClosedError, SilenceError, Transport

_GET = "GET 1/0.0.42.0.0.255/2"
_UNKNOWN_WPORT = 0x5D
_PUBLIC_SAP = 16
_BETWEEN_S = 0.2


@library(scope="TEST", auto_keywords=False)
class WrapperConversation(Conversation):
    """Sends wrapper messages as the test says, and judges what comes back."""

    def __init__(self) -> None:
        super().__init__()
        self._transport: Transport | None = None
        self._reader = WrapperReader()
        self._messages: list[bytes] = []

    @cached_property
    def access(self) -> DlmsAccess:
        """The meter under test."""
        return DlmsAccess(self.station, self.seat)

    @property
    def _wports(self) -> tuple[int, int]:
        """Of the public client and of the logical device."""
        clients = self.access.clients
        sap = clients[PUBLIC].sap if PUBLIC in clients else _PUBLIC_SAP
        return sap, int(self.access.pixit("logical_device", 1))

    @keyword("The Client Sends")
    def send(self, what: str, defect: str = "none") -> None:
        """Send a message: ``AARQ`` or ``GET``, or both in one segment: ``AARQ and GET``.

        ``defect``: ``of version 2``, ``to an unknown wPort``, ``with a length too large by 4``, ``in two segments``.

        Example: | The Client Sends | AARQ | of version 2 |
        """
        client, server = self._wports
        to = _UNKNOWN_WPORT if defect == "to an unknown wPort" else server
        line = b"".join(wrap(client, to, _apdu(part)) for part in what.split(" and "))
        if defect == "of version 2":
            line = b"\x00\x02" + line[2:]
        if defect == "with a length too large by 4":
            line = line[: HEADER - 2] + (len(line) - HEADER + 4).to_bytes(2, "big") + line[HEADER:]
        parts = [line[: HEADER + 5], line[HEADER + 5 :]] if defect == "in two segments" else [line]
        said = what if defect == "none" else f"{what} {defect}"
        self._messages, raw, ended = self.run(self._exchange(parts))
        words = "; ".join(words_of(message[HEADER:]).kind for message in self._messages)
        self.heard(said, words or ("disconnected" if ended else NOTHING), sent=line.hex(), raw=raw.hex())

    @keyword("The Client Connects Anew")
    def connect_anew(self) -> None:
        """Close the connection and open another one.

        Example: | The Client Connects Anew |
        """
        if self._transport is not None:
            self.run(self._transport.close())
        self._transport = None
        self._reader = WrapperReader()

    @keyword("The Meter Answers")
    def answers(self, *allowed: str) -> None:
        """The last answers are these, one after the other: ``AARE accepted``, ``AARE accepted; value``, ``nothing``.

        Example: | The Meter Answers | nothing | disconnected |
        """
        self.expect(*allowed)

    @keyword("The Header Of The Answer Is Right")
    def header_is_right(self) -> None:
        """From the meter's wPort to the client's; version and length were right, or there were no message.

        Example: | The Header Of The Answer Is Right |
        """
        client, server = self._wports
        seen = [f"{source} to {destination}" for source, destination in map(ports, self._messages)]
        self.fact("wPorts of the answer", seen[0] if seen else "none", "equals", expected=f"{server} to {client}")

    async def _exchange(self, parts: list[bytes]) -> tuple[list[bytes], bytes, bool]:
        """Send ``parts`` one by one, and listen until nothing has come for the time that an answer may take."""
        within_s = float(self.access.pixit("answer_timeout_s", 5.0))
        if self._transport is None:
            self._transport = self.station.transport(self.seat, self.port)
            await self._transport.open()
        messages: list[bytes] = []
        raw = b""
        try:
            for part in parts:
                await self._transport.write(part)
                if part is not parts[-1]:
                    await self.station.advance(_BETWEEN_S)
            while True:
                chunk = await self._transport.read(self.clock.now() + within_s)
                raw += chunk.data
                messages += self._reader.feed(chunk.data)
        except SilenceError:
            return messages, raw, False
        except PeerClosedError:
            return messages, raw, True


def _apdu(what: str) -> bytes:
    if what == "GET":
        return request(_GET)
    return Aarq(context_name(ApplicationContext.LOGICAL_NAME), InitiateRequest(SERVICES, 0xFFFF).encode()).encode()
