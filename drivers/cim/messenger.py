"""Messages to one office system: built, signed, sent, and the reply read.

Every part of a message can be set through `MessageOptions`, so that a probe can send what a right sender never
would: an old time, a nonce used before, another's originator, no signature.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, TypeVar

from cryptography import x509

from drivers.cim.canonical import Request
from drivers.cim.client import Answer, OfficeClient
from drivers.cim.credentials import Credential
from drivers.cim.errors import BadAnswerError, OfficeRefusedError, OfficeSilenceError
from drivers.cim.messages import (
    ErrorItem,
    Header,
    MalformedMessageError,
    Message,
    OriginProof,
    decode,
    encode,
    part,
    plain,
)
from drivers.cim.signature import SIGNATURE_HEADER, BadSignatureError, Protected, certificate_text, sign, verify
from drivers.cim.times import iso
from drivers.cim.vocabulary import CHANGING_VERBS, Noun, Result, Verb

T = TypeVar("T")
MESSAGE_PATH = "/cim"
MESSAGE_ID_HEADER = "x-message-id"


@dataclass(frozen=True)
class MessageOptions:
    """What differs from a message as it should be. None and empty: as it should be. Times are station time (s)."""

    message_id: str = ""
    correlation_id: str = ""
    nonce: str = ""
    timestamp: float | None = None
    signed_at: float | None = None
    source: str = ""
    originator: str | None = None
    hops: tuple[str, ...] | None = None
    receiver: str = ""
    sign: bool | None = None
    signer: Credential | None = None
    origin_proof: OriginProof | None = None


@dataclass(frozen=True)
class Reply:
    """The reply to a message. ``signature_holds``: the replying system's signature, None when it gave none."""

    message: Message
    answer: Answer
    sent: Header
    signature_holds: bool | None

    @property
    def result(self) -> Result:
        """How the request ended as a whole."""
        return self.message.reply.result if self.message.reply is not None else Result.FAILED

    @property
    def errors(self) -> tuple[ErrorItem, ...]:
        """Its errors, each with its code and whose it is."""
        return self.message.reply.errors if self.message.reply is not None else ()

    def payload(self, name: str, kind: type[T]) -> T:
        """The typed payload under ``name``. Raises BadAnswerError."""
        try:
            return part(self.message.payload, name, kind)
        except MalformedMessageError as error:
            raise BadAnswerError(f"reply without a proper {name}: {error}") from error


class Messenger:
    """A sender (``source``) that talks to ``receiver`` (the system's name, as in its certificate) over
    ``client``.
    """

    def __init__(self, client: OfficeClient, source: str, receiver: str, originator: str = "") -> None:
        self.client = client
        self.source = source
        self.receiver = receiver
        self.originator = originator or f"{source}/bench"

    async def call(
        self,
        verb: Verb,
        noun: Noun | str,
        *,
        request: Any = None,
        payload: Any = None,
        options: MessageOptions | None = None,
    ) -> Reply:
        """Send a message and read its reply. ``request`` and ``payload`` are structs of `drivers.cim.payloads`.

        Raises OfficeRefusedError when the system refuses the message as such; errors of meters and orders are in
        the reply.
        """
        options = options or MessageOptions()
        message = self.build(verb, noun, request=request, payload=payload, options=options)
        bodies = await self.client.plain.outbound(encode(message))
        if not bodies:
            raise OfficeSilenceError("the message was dropped at the tap")
        for body in bodies:
            answer = await self.client.send(self.to_request(message, body, options).to_bytes())
        return read_reply(answer, message.header)

    def build(self, verb: Verb, noun: Noun | str, *, request: Any, payload: Any, options: MessageOptions) -> Message:
        """The message, not yet signed."""
        now = self.client.clock.now()
        message_id = options.message_id or str(uuid.uuid4())
        header = Header(
            verb=verb,
            noun=str(noun),
            timestamp=iso(now if options.timestamp is None else options.timestamp),
            source=options.source or self.source,
            message_id=message_id,
            correlation_id=options.correlation_id or message_id,
            originator=self.originator if options.originator is None else options.originator,
            hops=(self.source,) if options.hops is None else options.hops,
            nonce=options.nonce or uuid.uuid4().hex,
            origin_proof=options.origin_proof,
        )
        request_noun = f"Get{noun}" if verb is Verb.GET else f"{str(verb).capitalize()}{noun}"
        return Message(
            header=header,
            request=None if request is None else {request_noun: plain(request)},
            payload=None if payload is None else {str(noun): plain(payload)},
        )

    def to_request(self, message: Message, body: bytes, options: MessageOptions) -> Request:
        """``body`` as a request, signed when it changes something (or as the options say)."""
        header = message.header
        headers = {"content-type": "application/json", MESSAGE_ID_HEADER: header.message_id}
        wants = header.verb in CHANGING_VERBS if options.sign is None else options.sign
        signer = options.signer or self.client.credential
        if wants and signer.key_pem:
            at = self.client.clock.now() if options.signed_at is None else options.signed_at
            protected = Protected(
                aud=options.receiver or self.receiver,
                htm="POST",
                htu=MESSAGE_PATH,
                iat=at,
                nonce=header.nonce,
                x5c=(certificate_text(signer.certificate),),
            )
            headers[SIGNATURE_HEADER.lower()] = sign(signer.key, protected, body)
        return Request("POST", MESSAGE_PATH, headers, body)


def read_reply(answer: Answer, sent: Header) -> Reply:
    """The reply in an answer. Raises OfficeRefusedError, BadAnswerError."""
    try:
        message = decode(answer.body)
    except MalformedMessageError as error:
        answer.raise_for_refusal()
        raise BadAnswerError(f"no message in the answer: {error}") from error
    if answer.status >= 400:
        code = message.reply.errors[0].code if message.reply and message.reply.errors else ""
        raise OfficeRefusedError(answer.status, str(code))
    if message.header.verb is not Verb.REPLY or message.reply is None:
        raise BadAnswerError("the answer is a message, but no reply")
    return Reply(message, answer, sent, check_reply_signature(answer))


def check_reply_signature(answer: Answer) -> bool | None:
    """Whether the answer is signed by the system whose certificate secured the connection; None without a
    signature.
    """
    signature = answer.headers.get(SIGNATURE_HEADER.lower())
    if signature is None or not answer.peer_certificate:
        return None
    try:
        verify(x509.load_der_x509_certificate(answer.peer_certificate), signature, answer.body)
    except BadSignatureError:
        return False
    return True
