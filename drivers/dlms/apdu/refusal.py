"""Refusals: ExceptionResponse (tag 0xD8) and ConfirmedServiceError (tag 0x0E)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.dlms.apdu.common import Apdu, ApduDecoder, decode_u32, encode_u32
from drivers.dlms.enums import ConfirmedError, ConfirmedService, ErrorClass, ServiceFault, StateFault
from drivers.dlms.errors import DecodeError


@dataclass(frozen=True, slots=True)
class ExceptionResponse(Apdu):
    """The request was not processed. ``counter`` comes with, and only with, INVOCATION_COUNTER_ERROR.

    Some servers leave the counter out; decoding accepts that.
    """

    state_error: StateFault
    service_error: ServiceFault
    counter: int | None = None
    tag = 0xD8

    def encode(self) -> bytes:
        head = bytes((0xD8, self.state_error, self.service_error))
        return head if self.counter is None else head + encode_u32(self.counter)


@dataclass(frozen=True, slots=True)
class ConfirmedServiceError(Apdu):
    """The service failed; in an AARE it says why the Initiate was refused."""

    error: ConfirmedError
    tag = 0x0E

    def encode(self) -> bytes:
        return bytes((0x0E, self.error.service, self.error.error_class, self.error.value))


def _exception_response(data: bytes, at: int) -> tuple[Apdu, int]:
    try:
        state, service = StateFault(data[at]), ServiceFault(data[at + 1])
    except ValueError as error:
        raise DecodeError(f"exception-response: {error}", at) from None
    at += 2
    if service is ServiceFault.INVOCATION_COUNTER_ERROR and at < len(data):
        counter, at = decode_u32(data, at)
        return ExceptionResponse(state, service, counter), at
    return ExceptionResponse(state, service), at


def _confirmed_service_error(data: bytes, at: int) -> tuple[Apdu, int]:
    try:
        error = ConfirmedError(ConfirmedService(data[at]), ErrorClass(data[at + 1]), data[at + 2])
    except ValueError as wrong:
        raise DecodeError(f"confirmed-service-error: {wrong}", at) from None
    return ConfirmedServiceError(error), at + 3


DECODERS: dict[int, ApduDecoder] = {0xD8: _exception_response, 0x0E: _confirmed_service_error}
