"""Association: AARQ and AARE, passes 3 and 4 of HLS, release; each step callable by itself."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from drivers.dlms.acse import Aare, Aarq, Rlre, Rlrq, context_name, decode_acse, mechanism_name
from drivers.dlms.apdu import (
    ActionRequestNormal,
    ActionResponseNormal,
    ConfirmedServiceError,
    ExceptionResponse,
    InitiateRequest,
    InitiateResponse,
    Method,
    decode_apdu,
)
from drivers.dlms.client.channel import PROTECTED_TAGS, Override
from drivers.dlms.client.exchange import Exchange
from drivers.dlms.client.identity import PROTECTION_FLAGS, ClientIdentity
from drivers.dlms.data import OctetString
from drivers.dlms.enums import (
    AUTHENTICATED_ENCRYPTED,
    ActionResult,
    AssociationResult,
    ConfirmedError,
    Conformance,
    Mechanism,
)
from drivers.dlms.errors import (
    AssociationRefusedError,
    AuthenticationError,
    DecodeError,
    ExceptionResponseError,
    ProtectionError,
    ServiceError,
    TagError,
    UnexpectedApduError,
)
from drivers.dlms.obis import Obis
from drivers.dlms.security import CounterKey, Protection, SecurityMaterial, check_response, new_challenge, respond

CURRENT_ASSOCIATION = Obis("0.0.40.0.0.255")
REPLY_TO_HLS = Method(15, CURRENT_ASSOCIATION, 1)


@dataclass(frozen=True, slots=True)
class Agreement:
    """An association as it was agreed on. ``server_title`` is empty where the server sent none."""

    conformance: Conformance
    max_pdu_size: int
    server_title: bytes
    pending: bool


class Association:
    """The association of one client. ``ctos`` and ``stoc`` are the challenges of the last AARQ and AARE."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.channel = exchange.channel
        self.established = False
        self.pending = False
        self.ctos = b""
        self.stoc = b""

    @property
    def identity(self) -> ClientIdentity:
        return self.channel.identity

    # -- the whole -----------------------------------------------------------------------------------------------

    async def associate(self) -> Agreement:
        """AARQ to pass 4. Raises as its steps do; what they took over stays, so that a probe can look at it."""
        if self.identity.pre_established:
            return self.assume()
        await self.send_aarq(self.make_aarq())
        agreement = self.accept(await self.receive_aare())
        if agreement.pending:
            await self.authenticate()
        return agreement

    def assume(self) -> Agreement:
        """Take a pre-established association as given: no AARQ, no authentication."""
        self.reset()
        self.channel.protecting = self.identity.ciphered
        self.channel.dedicated_ready = self.identity.dedicated
        self.established = True
        title = self.channel.material.peer_title if self.channel.material is not None else b""
        negotiated = self.exchange.negotiated
        return Agreement(negotiated.conformance, negotiated.max_pdu_size, title, False)

    async def release(self) -> Rlre | None:
        """RLRQ and RLRE; None (and nothing sent) for a pre-established association. Raises as a request does."""
        if self.identity.pre_established:
            self.reset()
            return None
        try:
            await self.channel.send(self.make_rlrq().encode())
            answer = await self.exchange.receive(self.channel.deadline())
        finally:
            self.reset()
        _raise_refusal(answer.apdu)
        rlre = decode_acse(answer.apdu)
        if not isinstance(rlre, Rlre):
            raise UnexpectedApduError("an RLRE", rlre)
        return rlre

    def reset(self) -> None:
        """Forget the association, as when the link was lost, and what it added to the security material."""
        self._forget()
        self.channel.material = self.identity.security

    def _forget(self) -> None:
        self.established = self.pending = False
        self.channel.protecting = self.channel.dedicated_ready = False
        self.exchange.reset()

    # -- AARQ and AARE -------------------------------------------------------------------------------------------

    def make_aarq(self, ctos: bytes | None = None) -> Aarq:
        """The AARQ of this identity, with a fresh (or the given) challenge and a fresh dedicated key where it has one.

        Forgets an association that was there. Uses up an invocation counter in a ciphered context.
        """
        self.reset()
        identity, material = self.identity, self.channel.material
        mechanism = identity.mechanism
        authenticated = mechanism is not Mechanism.LOWEST
        if mechanism.is_high:
            self.ctos = new_challenge(mechanism) if ctos is None else ctos
        value = self.ctos if mechanism.is_high else identity.secret
        titled = material is not None and (identity.ciphered or mechanism >= Mechanism.HLS_GMAC)
        return Aarq(
            context=context_name(identity.context),
            user_information=self._initiate(),
            mechanism=mechanism_name(mechanism) if authenticated else None,
            authentication_value=value if authenticated else None,
            authentication_unit=authenticated,
            calling_ap_title=material.own_title if titled and material is not None else None,
            calling_ae_qualifier=identity.certificate,
            calling_ae_invocation_id=identity.user_id,
        )

    async def send_aarq(self, aarq: Aarq | bytes) -> None:
        """Send an AARQ, or any bytes in its place, unprotected; forgets an association that was there."""
        self._forget()
        await self.channel.send(aarq if isinstance(aarq, bytes) else aarq.encode())

    async def receive_aare(self, deadline: float | None = None) -> Aare:
        """The AARE. Raises ExceptionResponseError, ServiceError, UnexpectedApduError, DecodeError, SilenceError."""
        answer = await self.exchange.receive(self.channel.deadline() if deadline is None else deadline)
        _raise_refusal(answer.apdu)
        aare = decode_acse(answer.apdu)
        if not isinstance(aare, Aare):
            raise UnexpectedApduError("an AARE", aare)
        return aare

    def accept(self, aare: Aare) -> Agreement:
        """Judge an AARE and take over what it agrees on.

        Raises AssociationRefusedError; AuthenticationError for a server with another title than the material's,
        or one that sends the client's challenge back; ProtectionError for an InitiateResponse less protected than
        demanded; UnexpectedApduError; DecodeError.
        """
        if aare.result is not AssociationResult.ACCEPTED:
            raise AssociationRefusedError(aare.result, aare.diagnostic, self._error_in(aare))
        self._learn_title(aare.responding_ap_title or b"")
        self.stoc = aare.authentication_value or b""
        high = self.identity.mechanism.is_high
        if high and self.stoc == self.ctos:
            raise AuthenticationError("the server sent the client's challenge back", server_proved=False)
        self.exchange.agree(self._initiate_response(aare))
        self.channel.protecting = self.identity.ciphered
        self.pending = high
        self.established = not high
        self.channel.dedicated_ready = self.established and self.identity.dedicated
        negotiated = self.exchange.negotiated
        title = self.channel.material.peer_title if self.channel.material is not None else b""
        return Agreement(negotiated.conformance, negotiated.max_pdu_size, title, self.pending)

    # -- passes 3 and 4 ------------------------------------------------------------------------------------------

    async def authenticate(self) -> None:
        """Passes 3 and 4. Raises AuthenticationError when either end does not prove itself."""
        answer = await self.reply(self.answer_to(self.stoc))
        self.check(answer)
        self.pending, self.established = False, True
        self.channel.dedicated_ready = self.identity.dedicated

    def answer_to(self, challenge: bytes) -> bytes:
        """f(challenge) of this client. GMAC uses up an invocation counter."""
        mechanism = self.identity.mechanism
        counter = self.channel.counters.next() if mechanism is Mechanism.HLS_GMAC else 0
        return respond(
            mechanism,
            self._hls_material(),
            secret=self.identity.secret,
            received=challenge,
            sent=self.ctos,
            counter=counter,
        )

    async def reply(self, answer: bytes) -> bytes:
        """Pass 3 with any bytes; returns the server's answer of pass 4. Raises AuthenticationError for a refusal."""
        invoke = self.exchange.next_invoke()
        response = await self.exchange.request(ActionRequestNormal(invoke, REPLY_TO_HLS, OctetString(answer)), invoke)
        if not isinstance(response, ActionResponseNormal):
            raise UnexpectedApduError("an answer to reply_to_HLS_authentication", response)
        outcome = response.outcome
        if outcome.result is not ActionResult.SUCCESS:
            raise AuthenticationError(f"the server refused pass 3: {outcome.result.name}")
        if not isinstance(outcome.returned, OctetString):
            raise AuthenticationError("the server answered pass 3 without a proof", server_proved=False)
        return bytes(outcome.returned)

    def check(self, answer: bytes) -> None:
        """Raises AuthenticationError unless ``answer`` is the server's f(CtoS)."""
        try:
            check_response(
                self.identity.mechanism,
                self._hls_material(),
                answer,
                secret=self.identity.secret,
                received=self.stoc,
                sent=self.ctos,
            )
        except TagError as error:
            raise AuthenticationError(f"pass 4: {error}", server_proved=False) from None

    # -- parts ---------------------------------------------------------------------------------------------------

    def make_rlrq(self) -> Rlrq:
        """The RLRQ: in a ciphered context with the ciphered InitiateRequest, so that no stranger can release."""
        return Rlrq(user_information=self._initiate() if self.identity.ciphered else None)

    def _hls_material(self) -> SecurityMaterial:
        return self.channel.material or SecurityMaterial()  # MD5 and SHA-1 need neither key nor title

    def _initiate(self) -> bytes:
        identity = self.identity
        if not identity.ciphered:
            return InitiateRequest(identity.conformance, identity.max_pdu_size).encode()
        self._prepare_dedicated_key()
        material = self.channel.require_material()
        key = material.dedicated_key if identity.dedicated else None
        request = InitiateRequest(identity.conformance, identity.max_pdu_size, key)
        # A key in transit is never left unencrypted, whatever protection the requests have.
        control = identity.control_byte if key is None else identity.control_byte | AUTHENTICATED_ENCRYPTED
        return self._protected_initiate(request.encode(), control)

    def _protected_initiate(self, initiate: bytes, control: int) -> bytes:
        if not control & PROTECTION_FLAGS:
            return initiate
        channel = self.channel
        was, channel.protecting = channel.protecting, True
        try:
            override = Override(control=control, kind=Protection.GLOBAL, signed=False)
            return channel.protect(initiate, override)
        finally:
            channel.protecting = was

    def _prepare_dedicated_key(self) -> None:
        channel = self.channel
        if not self.identity.dedicated or channel.dedicated_ready:
            return
        material = channel.require_material()
        if material.dedicated_key is None:
            material = replace(material, dedicated_key=os.urandom(material.parameters.key_size))
            channel.material = material
        channel.counters.receiving.pop(CounterKey.DEDICATED, None)

    def _learn_title(self, title: bytes) -> None:
        material = self.channel.material
        if material is None or not title:
            return
        if material.peer_title and material.peer_title != title:
            raise AuthenticationError(
                f"the server is {title.hex()}, not {material.peer_title.hex()}", server_proved=False
            )
        self.channel.material = replace(material, peer_title=title)

    def _initiate_response(self, aare: Aare) -> InitiateResponse:
        information = aare.user_information
        if information is None:
            raise DecodeError("an AARE that accepts has no user information")
        plain = self._open_user_information(information)
        response = decode_apdu(plain)
        if isinstance(response, ConfirmedServiceError):
            raise AssociationRefusedError(aare.result, aare.diagnostic, response.error)
        if not isinstance(response, InitiateResponse):
            raise UnexpectedApduError("an InitiateResponse", response)
        return response

    def _open_user_information(self, information: bytes) -> bytes:
        if not self.identity.ciphered:
            return information
        if information[:1] and information[0] in PROTECTED_TAGS:
            received = self.channel.open_protected(information)
            flags = received.opened.control & PROTECTION_FLAGS if received.opened is not None else 0
            if not self.identity.demanded_flags & ~flags:
                return received.apdu
        elif not self.identity.demanded_flags:
            return information
        raise ProtectionError("the InitiateResponse is less protected than demanded")

    def _error_in(self, aare: Aare) -> ConfirmedError | None:
        """Why the Initiate was refused, where the AARE says so readably."""
        try:
            apdu = decode_apdu(aare.user_information or b"")
        except DecodeError:
            return None
        return apdu.error if isinstance(apdu, ConfirmedServiceError) else None


def _raise_refusal(apdu: bytes) -> None:
    if apdu[:1] == b"\xd8" or apdu[:1] == b"\x0e":
        refusal = decode_apdu(apdu)
        if isinstance(refusal, ExceptionResponse):
            raise ExceptionResponseError(refusal.state_error, refusal.service_error, refusal.counter)
        if isinstance(refusal, ConfirmedServiceError):
            raise ServiceError(refusal.error)
