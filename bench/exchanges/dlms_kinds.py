"""The two kinds of exchange on a meter's DLMS link: a reading, and a switch command."""

from __future__ import annotations

from typing import ClassVar

from bench.access.dlms import DlmsAccess
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.exchanges.meter_reading import MeterReading
from bench.exchanges.switch_command import SwitchCommand
from drivers.dlms.apdu import (
    ActionRequestNormal,
    ActionResponseNormal,
    Apdu,
    GetResponseNormal,
    GetResponseWithDataBlock,
    GetResponseWithList,
    Method,
    decode_apdu,
    encode_apdu,
    invoke_byte,
)
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import I8, Data
from drivers.dlms.enums import ActionResult, DataAccessResult
from drivers.dlms.errors import DecodeError

INVOKE = invoke_byte(1)
REMOTE_DISCONNECT, REMOTE_RECONNECT = 1, 2
_DISCONNECT_CONTROL = 70


class DlmsReading(MeterReading, DlmsExchange):
    """A reading over an open association."""

    def holds_payload(self, answer: bytes) -> bool:
        """Whether ``answer``, a plain APDU, carries data."""
        response = decoded(answer)
        if isinstance(response, GetResponseNormal):
            return not isinstance(response.result, DataAccessResult)
        if isinstance(response, GetResponseWithList):
            return any(not isinstance(result, DataAccessResult) for result in response.results)
        return isinstance(response, GetResponseWithDataBlock) and not isinstance(response.block, DataAccessResult)


class DlmsSwitchCommand(SwitchCommand, DlmsExchange):
    """A command of the disconnect control (class 70)."""

    method_index: ClassVar[int] = 0

    @property
    def reached(self) -> DlmsAccess:
        """The way to the meter."""
        return self.access

    @property
    def message(self) -> str:
        """The interface: the command is the same whatever it is given for."""
        return self.row.interface

    @property
    def method(self) -> Method:
        """The disconnect control's method."""
        return Method(_DISCONNECT_CONTROL, self.access.names.disconnect_control, self.method_index)

    def request(self) -> bytes:
        """The command as a plain APDU."""
        return encode_apdu(ActionRequestNormal(INVOKE, self.method, I8(0)))

    async def send(self, client: DlmsClient) -> Data | None:
        """Send the command; raises ActionError for a refusal."""
        answer = await client.action(self.method, I8(0))
        self.operated()
        return answer

    def holds_payload(self, answer: bytes) -> bool:
        """Whether ``answer``, a plain APDU, says that the command was accepted."""
        response = decoded(answer)
        return isinstance(response, ActionResponseNormal) and response.outcome.result is ActionResult.SUCCESS


def decoded(answer: bytes) -> Apdu | None:
    """The APDU in ``answer``, None when it is none."""
    try:
        return decode_apdu(answer)
    except DecodeError:
        return None
