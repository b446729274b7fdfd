"""A client of one unit: the function codes of the specification as methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadDiscreteInputsRequest,
    WriteMultipleCoilsRequest,
    WriteSingleCoilRequest,
)
from pymodbus.pdu.mei_message import ReadDeviceInformationRequest, ReadDeviceInformationResponse
from pymodbus.pdu.register_message import (
    MaskWriteRegisterRequest,
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    ReadWriteMultipleRegistersRequest,
    WriteMultipleRegistersRequest,
    WriteSingleRegisterRequest,
)

from drivers.clock import Clock
from drivers.modbus import pdu as messages
from drivers.modbus.errors import EncodeError, UnexpectedResponseError
from drivers.modbus.link import BROADCAST, ModbusLink
from drivers.transport.tap import Tap

_MORE_FOLLOWS = 0xFF


@dataclass(frozen=True)
class DeviceIdentification:
    """What a device says of itself (clause 6.21). ``objects``: by object id, 0 vendor, 1 product code, 2 revision."""

    conformity: int
    objects: Mapping[int, bytes]

    def text(self, object_id: int) -> str:
        """An object as text, empty where there is none; bytes that are no ASCII are escaped."""
        return self.objects.get(object_id, b"").decode("ascii", "backslashreplace")


class ModbusClient:
    """A client of ``unit`` (1 to 247; 255 or 0 for a device that is itself the end of a TCP connection).

    ``timeout_s``: how long a response may take, in station time. Calls raise ModbusExceptionError (refused),
    UnexpectedResponseError, DecodeError, EncodeError, SilenceError, GarbageError and PeerClosedError. No call is
    repeated.
    """

    def __init__(self, link: ModbusLink, unit: int = 1, *, timeout_s: float = 1.0) -> None:
        self.link = link
        self.unit = unit
        self.timeout_s = timeout_s

    @property
    def clock(self) -> Clock:
        """The station clock."""
        return self.link.clock

    @property
    def taps(self) -> Mapping[str, Tap]:
        """The link's taps by layer, lowest first."""
        return self.link.taps

    async def open(self) -> None:
        """Open the link. Raises CannotOpenError."""
        await self.link.open()

    async def close(self) -> None:
        """Close the link, for every unit behind it. Never raises."""
        await self.link.close()

    async def __aenter__(self) -> ModbusClient:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def of_unit(self, unit: int) -> ModbusClient:
        """A client of another unit on the same link."""
        return ModbusClient(self.link, unit, timeout_s=self.timeout_s)

    # -- reading -------------------------------------------------------------------------------------------------

    async def read_coils(self, address: int, count: int) -> list[bool]:
        """Function 1: 1 to 2,000 coils."""
        return await self._bits(ReadCoilsRequest(address=address, count=count))

    async def read_discrete(self, address: int, count: int) -> list[bool]:
        """Function 2: 1 to 2,000 discrete inputs."""
        return await self._bits(ReadDiscreteInputsRequest(address=address, count=count))

    async def read_holding(self, address: int, count: int) -> list[int]:
        """Function 3: 1 to 125 holding registers."""
        return list((await self._ask(ReadHoldingRegistersRequest(address=address, count=count))).registers)

    async def read_input(self, address: int, count: int) -> list[int]:
        """Function 4: 1 to 125 input registers."""
        return list((await self._ask(ReadInputRegistersRequest(address=address, count=count))).registers)

    async def _bits(self, request: ModbusPDU) -> list[bool]:
        answer = await self._ask(request)
        return [bool(bit) for bit in answer.bits[: request.count]]

    async def read_identification(self) -> DeviceIdentification:
        """Function 43 / 14: basic device identification, all objects, however many responses they take."""
        objects: dict[int, bytes] = {}
        next_id = 0
        while True:
            answer = await self._ask(ReadDeviceInformationRequest(read_code=1, object_id=next_id))
            if not isinstance(answer, ReadDeviceInformationResponse):
                raise UnexpectedResponseError(f"{type(answer).__name__} is no device identification")
            objects |= {key: value for key, value in answer.information.items() if isinstance(value, bytes)}
            if answer.more_follows != _MORE_FOLLOWS:
                return DeviceIdentification(answer.conformity, objects)
            if answer.next_object_id <= next_id:
                raise UnexpectedResponseError(f"object {answer.next_object_id} follows object {next_id}")
            next_id = answer.next_object_id

    # -- writing -------------------------------------------------------------------------------------------------

    async def write_coil(self, address: int, value: bool) -> None:
        """Function 5."""
        await self._ask(WriteSingleCoilRequest(address=address, bits=[value]))

    async def write_register(self, address: int, value: int) -> None:
        """Function 6."""
        await self._ask(WriteSingleRegisterRequest(address=address, registers=[value]))

    async def write_coils(self, address: int, values: Sequence[bool]) -> None:
        """Function 15: 1 to 1,968 coils."""
        await self._ask(WriteMultipleCoilsRequest(address=address, bits=list(values)))

    async def write_registers(self, address: int, values: Sequence[int]) -> None:
        """Function 16: 1 to 123 registers."""
        await self._ask(WriteMultipleRegistersRequest(address=address, registers=_some(values)))

    async def mask_write(self, address: int, and_mask: int, or_mask: int) -> None:
        """Function 22: the register becomes (present AND and_mask) OR (or_mask AND NOT and_mask)."""
        await self._ask(MaskWriteRegisterRequest(address=address, and_mask=and_mask, or_mask=or_mask))

    async def read_write(self, read_address: int, count: int, write_address: int, values: Sequence[int]) -> list[int]:
        """Function 23: write 1 to 121 registers, then read 1 to 125."""
        request = ReadWriteMultipleRegistersRequest(
            read_address=read_address,
            read_count=count,
            write_address=write_address,
            write_registers=_some(values),
        )
        return list((await self._ask(request)).registers)

    # -- for probes ----------------------------------------------------------------------------------------------

    async def send_pdu(self, pdu: bytes) -> bytes:
        """Send any PDU and return the PDU that answers it, a refusal too. A broadcast is answered by nothing."""
        if not pdu:
            raise EncodeError("an empty PDU")
        transaction = await self.link.send(self.unit, pdu)
        if self.unit == BROADCAST and self.link.broadcasts:
            return b""
        return await self.link.receive(self.unit, pdu[0], transaction, self.clock.now() + self.timeout_s)

    async def send_raw(self, data: bytes) -> bytes:
        """Put any bytes on the line and return what comes back, unread. Raises SilenceError."""
        self.link.transport.drain()
        await self.link.transport.write(data)
        return (await self.link.transport.read(self.clock.now() + self.timeout_s)).data

    async def _ask(self, request: ModbusPDU) -> ModbusPDU:
        asked = messages.encode(request)
        answer = await self.send_pdu(asked)
        return request if not answer else messages.decode_response(asked, answer)


def _some(values: Sequence[int]) -> list[int]:
    if not values:
        raise EncodeError("nothing to write")
    return list(values)
