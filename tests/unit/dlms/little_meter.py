"""A meter of a few objects behind a link in memory, for tests of the client. It knows no access rights."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from drivers.clock import Clock, LinkState
from drivers.dlms import apdu as a
from drivers.dlms.acse import Aare, Aarq, Rlre, Rlrq, decode_acse, mechanism_of
from drivers.dlms.apdu.common import decode_get_result, encode_get_result, encode_list
from drivers.dlms.apdu.initiate import InitiateRequest, InitiateResponse
from drivers.dlms.apdu.protection import GLOBAL_OF_PLAIN
from drivers.dlms.data import Data, OctetString, decode_data, encode_data
from drivers.dlms.enums import (
    AcseUser,
    ActionResult,
    AssociationResult,
    Conformance,
    DataAccessResult,
    Mechanism,
    ServiceFault,
    StateFault,
)
from drivers.dlms.errors import SecurityError, TagError
from drivers.dlms.security import (
    Protection,
    SecurityMaterial,
    check_response,
    protect,
    respond,
    sign_general,
    unprotect,
    verify_general,
)
from drivers.transport.base import SilenceError, Transport
from drivers.transport.tap import Tap

EVERYTHING = Conformance(0xFFFFFF)


class StandingClock:
    """Station time that moves only when somebody waits."""

    mode = "stepped"
    uncertainty_s = 0.0

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def now(self) -> float:
        return self.time

    async def sleep_until(self, when: float) -> None:
        self.time = max(self.time, when)

    async def wait_input(self, link: LinkState, arrived: object, deadline: float) -> bool:
        raise AssertionError("the link in memory waits by itself")


class MemoryLink:
    """A `drivers.dlms.link.DlmsLink` whose other end is a function from a message to the answers."""

    name = "memory"
    transport: Transport

    def __init__(self, answer: Callable[[bytes], list[bytes]]) -> None:
        self._clock = StandingClock()
        self.taps: Mapping[str, Tap] = {"line": Tap("line", self._clock), "frame": Tap("frame", self._clock)}
        self.answer = answer
        self.sent: list[bytes] = []
        self.waiting: deque[bytes] = deque()
        self.connected = False

    @property
    def clock(self) -> Clock:
        return self._clock

    async def open(self) -> None:
        self.connected = True

    async def send(self, apdu: bytes) -> None:
        self.sent.append(apdu)
        self.waiting.extend(self.answer(apdu))

    async def receive(self, deadline: float) -> bytes:
        if self.waiting:
            return self.waiting.popleft()
        await self._clock.sleep_until(deadline)
        raise SilenceError("nothing arrived")

    async def close(self) -> None:
        self.connected = False

    async def abort(self) -> None:
        self.connected = False


@dataclass
class LittleMeter:
    """The meter. ``values`` and ``methods`` are its objects; ``seen`` the plain requests that it understood."""

    material: SecurityMaterial = field(default_factory=SecurityMaterial)
    secret: bytes = b""
    values: dict[a.Attribute, Data | DataAccessResult] = field(default_factory=dict)
    methods: dict[a.Method, Callable[[Data | None], a.ActionOutcome]] = field(default_factory=dict)
    conformance: Conformance = EVERYTHING
    max_pdu_size: int = 0xFFFF
    block_size: int = 0
    bare_action_blocks: bool = True
    stoc: bytes = b"StoC-StoC-StoC-StoC-StoC-StoC-32"
    counter: int = 100
    client_max_pdu: int = 0
    seen: list[a.Apdu] = field(default_factory=list)
    opened: list[Protection | None] = field(default_factory=list)
    pending: bool = False
    ctos: bytes = b""
    mechanism: Mechanism = Mechanism.LOWEST
    sending_blocks: list[bytes] = field(default_factory=list)
    received: bytearray = field(default_factory=bytearray)
    long_request: a.Apdu | None = None
    sign: bool = False

    # -- messages ------------------------------------------------------------------------------------------------

    def __call__(self, message: bytes) -> list[bytes]:
        if message[0] in (0x60, 0x62):
            return [self._acse(message)]
        try:
            plain, kind, control = self._open(message)
        except SecurityError:
            refusal = a.ExceptionResponse(StateFault.SERVICE_NOT_ALLOWED, ServiceFault.DECIPHERING_ERROR)
            return [refusal.encode()]
        self.opened.append(kind)
        request = a.decode_apdu(plain)
        self.seen.append(request)
        answer = self.serve(request)
        return [] if answer is None else [self._close(answer.encode(), kind, control)]

    def _open(self, message: bytes) -> tuple[bytes, Protection | None, int]:
        carrier = a.decode_apdu(message)
        if isinstance(carrier, a.GeneralSigning):
            message = verify_general(self.material, carrier)
            carrier = a.decode_apdu(message)
        if not hasattr(carrier, "text"):
            return message, None, 0
        opened = unprotect(self.material, carrier)
        return opened.apdu, opened.kind, opened.control

    def _close(self, plain: bytes, kind: Protection | None, control: int) -> bytes:
        if kind is None or plain[0] == 0xD8:
            message = plain
        else:
            if kind is Protection.GENERAL:
                kind = Protection.GENERAL_GLOBAL
            message = protect(self.material, plain, control=control, counter=self.next_counter(), kind=kind)
        if self.sign:
            header = a.GeneralHeader(originator=self.material.own_title, recipient=self.material.peer_title)
            return sign_general(self.material, message, header)
        return message

    def next_counter(self) -> int:
        self.counter += 1
        return self.counter

    # -- association ---------------------------------------------------------------------------------------------

    def _acse(self, message: bytes) -> bytes:
        request = decode_acse(message)
        if isinstance(request, Rlrq):
            return Rlre().encode()
        assert isinstance(request, Aarq)
        self.mechanism = (mechanism_of(request.mechanism) if request.mechanism else None) or Mechanism.LOWEST
        if self.mechanism is Mechanism.LLS and request.authentication_value != self.secret:
            return Aare(request.context, AssociationResult.REJECTED_PERMANENT, AcseUser.AUTHENTICATION_FAILURE).encode()
        assert request.user_information is not None
        information, kind, control = self._open_initiate(request)
        if information.dedicated_key is not None:
            self.material = replace(self.material, dedicated_key=information.dedicated_key)
        self.client_max_pdu = information.max_pdu_size
        self.ctos, self.pending = request.authentication_value or b"", self.mechanism.is_high
        response = InitiateResponse(self.conformance & information.conformance, self.max_pdu_size).encode()
        if kind is not None:
            response = protect(self.material, response, control=control, counter=self.next_counter(), kind=kind)
        return Aare(
            request.context,
            AssociationResult.ACCEPTED,
            AcseUser.AUTHENTICATION_REQUIRED if self.pending else AcseUser.NULL,
            response,
            request.mechanism if self.pending else None,
            self.stoc if self.pending else None,
            self.pending,
            self.material.own_title or None,
        ).encode()

    def _open_initiate(self, request: Aarq) -> tuple[InitiateRequest, Protection | None, int]:
        information = request.user_information or b""
        kind, control = None, 0
        if information[0] in GLOBAL_OF_PLAIN.values():
            opened = unprotect(self.material, information)
            information, kind, control = opened.apdu, opened.kind, opened.control
        initiate = a.decode_apdu(information)
        assert isinstance(initiate, InitiateRequest)
        return initiate, kind, control

    def _pass_3(self, parameters: Data | None) -> a.ActionOutcome:
        try:
            assert isinstance(parameters, OctetString)
            check_response(
                self.mechanism, self.material, parameters, secret=self.secret, received=self.ctos, sent=self.stoc
            )
        except TagError:
            return a.ActionOutcome(ActionResult.OTHER_REASON)
        self.pending = False
        proof = respond(
            self.mechanism,
            self.material,
            secret=self.secret,
            received=self.ctos,
            sent=self.stoc,
            counter=self.next_counter(),
        )
        return a.ActionOutcome(ActionResult.SUCCESS, OctetString(proof))

    # -- services ------------------------------------------------------------------------------------------------

    def serve(self, request: a.Apdu) -> a.Apdu | None:
        match request:
            case a.GetRequestNormal(invoke, attribute):
                return self._send_long(invoke, self._value(attribute), None)
            case a.GetRequestWithList(invoke, attributes):
                return self._send_long(invoke, None, tuple(self._value(item[0]) for item in attributes))
            case a.GetRequestNext(invoke, number):
                block = self.sending_blocks[number]
                return a.GetResponseWithDataBlock(invoke, number + 1 == len(self.sending_blocks), number + 1, block)
            case a.SetRequestNormal(invoke, attribute, _, value):
                self.values[attribute] = value
                return a.SetResponseNormal(invoke, DataAccessResult.SUCCESS) if invoke & 0x40 else None
            case a.SetRequestWithList(invoke, attributes, values):
                return a.SetResponseWithList(invoke, self._store_list(attributes, values))
            case a.SetRequestWithFirstBlock() | a.SetRequestWithListAndFirstBlock() | a.SetRequestWithBlock():
                return self._set_block(request)
            case a.ActionRequestNormal(invoke, method, parameters):
                return self._send_outcome(invoke, self._call(method, parameters))
            case a.ActionRequestWithList(invoke, methods, parameters):
                outcomes = tuple(map(self._call, methods, parameters))
                return a.ActionResponseWithList(invoke, outcomes)
            case a.ActionRequestNextPblock(invoke, number):
                last = number + 1 == len(self.sending_blocks)
                return a.ActionResponseWithPblock(invoke, a.Block(last, number + 1, self.sending_blocks[number]))
            case a.ActionRequestWithFirstPblock() | a.ActionRequestWithPblock():
                return self._action_block(request)
        return a.ExceptionResponse(StateFault.SERVICE_UNKNOWN, ServiceFault.SERVICE_NOT_SUPPORTED)

    def _value(self, attribute: a.Attribute) -> a.GetResult:
        return self.values.get(attribute, DataAccessResult.OBJECT_UNDEFINED)

    def _call(self, method: a.Method, parameters: Data | None) -> a.ActionOutcome:
        if method.class_id == 15:
            return self._pass_3(parameters)
        handler = self.methods.get(method)
        return handler(parameters) if handler else a.ActionOutcome(ActionResult.OBJECT_UNDEFINED)

    def _send_long(self, invoke: int, one: a.GetResult | None, several: tuple[a.GetResult, ...] | None) -> a.Apdu:
        if several is not None:
            raw = encode_list(several, encode_get_result)
        elif isinstance(one, DataAccessResult) or one is None:
            return a.GetResponseNormal(invoke, one or DataAccessResult.OTHER_REASON)
        else:
            raw = encode_data(one)
        if not self.block_size or len(raw) <= self.block_size:
            if several is not None:
                return a.GetResponseWithList(invoke, several)
            assert one is not None
            return a.GetResponseNormal(invoke, one)
        self._cut(raw)
        return a.GetResponseWithDataBlock(invoke, False, 1, self.sending_blocks[0])

    def _send_outcome(self, invoke: int, outcome: a.ActionOutcome) -> a.Apdu | None:
        if not invoke & 0x40:
            return None
        if outcome.returned is None or isinstance(outcome.returned, DataAccessResult):
            return a.ActionResponseNormal(invoke, outcome)
        raw = encode_data(outcome.returned) if self.bare_action_blocks else outcome.encode()
        if not self.block_size or len(raw) <= self.block_size:
            return a.ActionResponseNormal(invoke, outcome)
        self._cut(raw)
        return a.ActionResponseWithPblock(invoke, a.Block(False, 1, self.sending_blocks[0]))

    def _cut(self, raw: bytes) -> None:
        self.sending_blocks = [raw[at : at + self.block_size] for at in range(0, len(raw), self.block_size)]

    def _store_list(
        self, attributes: tuple[a.SelectedAttribute, ...], values: tuple[Data, ...]
    ) -> tuple[DataAccessResult, ...]:
        for (attribute, _selection), value in zip(attributes, values, strict=True):
            self.values[attribute] = value
        return (DataAccessResult.SUCCESS,) * len(values)

    def _set_block(
        self, request: a.SetRequestWithFirstBlock | a.SetRequestWithListAndFirstBlock | a.SetRequestWithBlock
    ) -> a.Apdu:
        if not isinstance(request, a.SetRequestWithBlock):
            self.long_request, self.received = request, bytearray()
        self.received += request.block.data
        if not request.block.last:
            return a.SetResponseDataBlock(request.invoke, request.block.number)
        raw = bytes(self.received)
        if isinstance(self.long_request, a.SetRequestWithListAndFirstBlock):
            values = tuple(_values(raw))
            results = self._store_list(self.long_request.attributes, values)
            return a.SetResponseLastDataBlockWithList(request.invoke, results, request.block.number)
        assert isinstance(self.long_request, a.SetRequestWithFirstBlock)
        self.values[self.long_request.attribute] = decode_data(raw)
        return a.SetResponseLastDataBlock(request.invoke, DataAccessResult.SUCCESS, request.block.number)

    def _action_block(self, request: a.ActionRequestWithFirstPblock | a.ActionRequestWithPblock) -> a.Apdu | None:
        if isinstance(request, a.ActionRequestWithFirstPblock):
            self.long_request, self.received = request, bytearray()
        self.received += request.block.data
        if not request.block.last:
            return a.ActionResponseNextPblock(request.invoke, request.block.number)
        assert isinstance(self.long_request, a.ActionRequestWithFirstPblock)
        outcome = self._call(self.long_request.method, decode_data(bytes(self.received)))
        return self._send_outcome(request.invoke, outcome)


def _values(raw: bytes) -> list[Data]:
    """A list of values as set-request-with-list has it."""
    count, at = raw[0], 1
    values: list[Data] = []
    for _ in range(count):
        value, at = decode_get_result(b"\x00" + raw[at:], 0)[0], at
        assert not isinstance(value, DataAccessResult)
        values.append(value)
        at += len(encode_data(value))
    return values
