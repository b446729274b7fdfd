"""Keywords that speak with a DLMS meter APDU by APDU: associations, requests right and wrong, release."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.aarq_variants import VARIANTS
from bench.access.apdu_requests import INVOKE, request
from bench.access.apdu_words import Words, negotiated, words_of
from bench.access.dlms import MANAGEMENT, PUBLIC, DlmsAccess
from bench.keywords.conversation import NOTHING, Conversation
from drivers.dlms.apdu import ActionRequestNormal
from drivers.dlms.client import DlmsClient
from drivers.dlms.client.association import REPLY_TO_HLS
from drivers.dlms.data import OctetString
from drivers.dlms.enums import Conformance
from drivers.dlms.errors import DlmsError, SecurityError
from drivers.dlms.link_base import LinkDisconnectedError
from drivers.transport.base import PeerClosedError, SilenceError

_UNKNOWN_SAP = 0x5D
_DISCONNECTED = "disconnected"


@library(scope="TEST", auto_keywords=False)
class ApduConversation(Conversation):
    """Sends APDUs as the test says, and judges what comes back."""

    def __init__(self) -> None:
        super().__init__()
        self._access: DlmsAccess | None = None
        self._client: DlmsClient | None = None
        self._words = Words(NOTHING)
        self._answer = b""

    @property
    def access(self) -> DlmsAccess:
        """The meter under test."""
        if self._access is None:
            self._access = DlmsAccess(self.station, self.seat)
        return self._access

    @property
    def client(self) -> DlmsClient:
        """The client that the test speaks as; without a word of it, the one without authentication."""
        if self._client is None:
            self.public()
        assert self._client is not None
        return self._client

    # -- who speaks ------------------------------------------------------------------------------------------------

    @keyword("A Client Without Authentication")
    def public(self) -> None:
        """The public client of the device file speaks from here on. Without one the test is skipped.

        Example: | A Client Without Authentication |
        """
        self._speak_as(self._role(lambda role: role == PUBLIC, "without authentication"))

    @keyword("A Client With High Level Security")
    def with_hls(self) -> None:
        """The first declared client with HLS that is served at this port speaks from here on, or the test is skipped.

        Example: | A Client With High Level Security |
        """
        self._speak_as(self._role(lambda role: self.access.client(role).mechanism.startswith("hls"), "with HLS"))

    @keyword("A Client With A Password")
    def with_password(self) -> None:
        """The first declared client with LLS that is served at this port speaks from here on, or the test is skipped.

        Example: | A Client With A Password |
        """
        self._speak_as(self._role(lambda role: self.access.client(role).mechanism == "lls", "with a password"))

    @keyword("A Client That Nobody Declared")
    def unknown(self) -> None:
        """A client SAP that the device file does not have speaks from here on, as the public one does.

        Example: | A Client That Nobody Declared |
        """
        declared = {table.sap for table in self.access.clients.values()}
        sap = next(sap for sap in range(_UNKNOWN_SAP, 0, -1) if sap not in declared)
        self._client = self.access.new_client(PUBLIC, port=self.port, sap=sap)

    @keyword("An Associated Client")
    def associated(self) -> None:
        """The management client, or else the first that is served at this port, with its association open.

        Example: | An Associated Client |
        """
        self._speak_as(self._able())
        self.run(self.client.associate())

    def _able(self) -> str:
        served = [role for role in self.access.clients if self.port in self.access.ports_of(role)]
        able = [role for role in served if not self.access.client(role).pre_established]
        if not able:
            raise SkipExecution(f"the device file declares no client at port {self.port}")
        return MANAGEMENT if MANAGEMENT in able else able[0]

    def _role(self, wanted: Any, what: str) -> str:
        for role in self.access.clients:
            if wanted(role) and self.port in self.access.ports_of(role):
                return role
        raise SkipExecution(f"the device file declares no client {what} at port {self.port}")

    def _speak_as(self, role: str) -> None:
        if self._client is not None:
            self.run(self._client.close())
        self.run(self.access.ask_counter(role, self.port))
        self._client = self.access.new_client(role, port=self.port)

    # -- saying ----------------------------------------------------------------------------------------------------

    @keyword("The Client Sends An AARQ")
    def send_aarq(self, variant: str = "of its own") -> None:
        """Send the client's AARQ, with one thing otherwise: the words of `bench.access.aarq_variants`.

        Example: | The Client Sends An AARQ | with an unknown application context |
        """
        aarq = VARIANTS[variant](self.client.association.make_aarq())
        self._say(self._raw(aarq), f"an AARQ {variant}", aarq)

    @keyword("The Client Sends An AARQ With A Wrong Password")
    def send_wrong_password(self) -> None:
        """Send the client's AARQ with another password, of the same length.

        Example: | The Client Sends An AARQ With A Wrong Password |
        """
        self.may_lock()
        role = self._role(lambda role: self.access.client(role).mechanism == "lls", "with a password")
        secret = self.access.identity(role).secret
        self._client = self.access.new_client(role, port=self.port, secret=bytes(byte ^ 1 for byte in secret))
        aarq = self.client.association.make_aarq().encode()
        self._say(self._raw(aarq), "an AARQ with a wrong password", b"")

    @keyword("The Client Sends")
    def send(self, words: str) -> None:
        """Send one request, protected as the association asks: ``GET 1/0.0.42.0.0.255/2``, or any hexadecimal.

        Example: | The Client Sends | GET 1/0.0.42.0.0.255/2 |
        """
        apdu = request(words)
        self._say(self._plain(apdu), words, apdu)

    @keyword("The Client Releases The Association")
    def release(self) -> None:
        """Send an RLRQ; the link stays open.

        Example: | The Client Releases The Association |
        """
        rlrq = self.client.association.make_rlrq().encode()
        self._say(self._raw(rlrq), "an RLRQ", rlrq)

    @keyword("The Client Answers The Challenge Wrongly")
    def answer_wrongly(self) -> None:
        """AARQ, AARE, and then pass 3 with an answer that is right but for its last bit.

        Example: | The Client Answers The Challenge Wrongly |
        """
        self.may_lock()
        self._say(self._pass_3(), "a wrong answer to the challenge", b"")

    # -- hearing ---------------------------------------------------------------------------------------------------

    @keyword("The Meter Answers")
    def answers(self, *allowed: str) -> None:
        """The last answer is one of these kinds: ``AARE accepted``, ``AARE refused``, ``value``, ``refused``, ...

        Example: | The Meter Answers | exception | nothing |
        """
        self.expect(*allowed)

    @keyword("It Says")
    def says(self, *allowed: str) -> None:
        """The diagnostic or result of the last answer is one of these; what was no refusal says nothing.

        Example: | It Says | application-context-name-not-supported |
        """
        self.fact("what the answer says", self._words.detail, "one_of", allowed=list(allowed))

    @keyword("No Service Is Agreed On But")
    def only_agreed(self, service: str) -> None:
        """The conformance block of the AARE holds nothing but ``service``, as ``GET``.

        Example: | No Service Is Agreed On But | GET |
        """
        agreed = negotiated(self._answer)
        others = [] if agreed is None else [flag.name or "" for flag in Conformance if flag in agreed.conformance]
        self.fact("the AARE says what was agreed", agreed is not None, "always")
        self.fact("services agreed on", list(others), "within", allowed=[service])

    @keyword("The Answer Is No Longer Than")
    def no_longer(self, size: int) -> None:
        """The last APDU has at most so many bytes.

        Example: | The Answer Is No Longer Than | 64 |
        """
        self.fact("length of the answer", len(self._answer), "at_most", limit=size)

    @keyword("The Answer Carries The Invoke Id")
    def carries_invoke(self, invoke: str) -> None:
        """Invoke id and priority of the last answer, in hexadecimal, are those of the request.

        Example: | The Answer Carries The Invoke Id | C7 |
        """
        self.fact("invoke id and priority of the answer", self._words.invoke, "equals", expected=int(invoke, 16))

    @keyword("Every Declared Client Associates")
    def every_client(self) -> None:
        """Each client that the device file declares at this port opens its association, and releases it.

        Example: | Every Declared Client Associates |
        """
        for role in self.access.clients:
            if self.port in self.access.ports_of(role) and not self.access.client(role).pre_established:
                self.heard(f"the association of {role}", self.run(self._associates(role)))
                self.expect("associated")

    async def _associates(self, role: str) -> str:
        await self.access.ask_counter(role, self.port)
        client = self.access.new_client(role, port=self.port)
        try:
            await client.associate()
        except (DlmsError, SilenceError) as error:
            return f"{type(error).__name__}: {error}"
        finally:
            await client.close()
        return "associated"

    # -- inside ----------------------------------------------------------------------------------------------------

    def _say(self, exchange: Coroutine[Any, Any, bytes | str], said: str, sent: bytes) -> None:
        answer = self.run(exchange)
        if isinstance(answer, str):
            self._answer, self._words = b"", Words(answer)
        else:
            self._answer, self._words = answer, words_of(answer)
        self.heard(said, self._words.kind, detail=self._words.detail, sent=sent.hex(), raw=self._answer.hex())

    async def _raw(self, apdu: bytes) -> bytes | str:
        return await self._heard(lambda client: client.send_raw(apdu))

    async def _plain(self, apdu: bytes) -> bytes | str:
        async def exchange(client: DlmsClient) -> bytes:
            return (await client.send_apdu(apdu)).apdu

        return await self._heard(exchange)

    async def _pass_3(self) -> bytes | str:
        async def exchange(client: DlmsClient) -> bytes:
            await client.association.send_aarq(client.association.make_aarq())
            client.association.accept(await client.association.receive_aare())
            right = client.association.answer_to(client.association.stoc)
            wrong = OctetString(right[:-1] + bytes((right[-1] ^ 1,)))
            return (await client.send_apdu(ActionRequestNormal(INVOKE, REPLY_TO_HLS, wrong).encode())).apdu

        return await self._heard(exchange)

    async def _heard(self, exchange: Any) -> bytes | str:
        """The answer, or what came instead of one."""
        client = self.client
        if not client.link.connected:
            await client.link.open()
        try:
            answer: bytes = await exchange(client)
        except SilenceError:
            return NOTHING
        except (LinkDisconnectedError, PeerClosedError):
            return _DISCONNECTED
        except SecurityError as error:
            return f"unprotected or badly protected: {error}"
        return answer
