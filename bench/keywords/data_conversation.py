"""Keywords of the data services of a DLMS meter: lists, blocks, writing, selective access."""

from __future__ import annotations

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.apdu_requests import INVOKE, attribute
from bench.judgement.observation import Json
from bench.keywords.apdu_conversation import ApduConversation
from drivers.dlms.apdu import (
    Attribute,
    Block,
    GetRequestNext,
    GetRequestNormal,
    GetResponseWithDataBlock,
    GetResult,
    SetRequestWithBlock,
    SetRequestWithFirstBlock,
    decode_apdu,
)
from drivers.dlms.data import Array, Data, OctetString, decode_data, encode_data
from drivers.dlms.errors import DataAccessError, DecodeError
from drivers.dlms.obis import Obis
from drivers.dlms.selection import by_entry

_OBJECT_LIST = Attribute(15, Obis("0.0.40.0.0.255"), 2)
_DEVICE_NAME = Attribute(1, Obis("0.0.42.0.0.255"), 2)
_DENIALS: list[Json] = ["READ_WRITE_DENIED", "SCOPE_OF_ACCESS_VIOLATED", "OBJECT_UNAVAILABLE"]
_BLOCK = 20
_MOST_BLOCKS = 4000


@library(scope="TEST", auto_keywords=False)
class DataConversation(ApduConversation):
    """Reads and writes in all the ways that there are, and judges what comes of it."""

    def __init__(self) -> None:
        super().__init__()
        self._found: Data | None = None

    # -- reading ---------------------------------------------------------------------------------------------------

    @keyword("A List Of Attributes Reads As Each Of Them Alone")
    def list_as_alone(self, *targets: str) -> None:
        """GET with list: as many results as were asked for, in their order, each as when it is read alone.

        Example: | A List Of Attributes Reads As Each Of Them Alone | 1/0.0.42.0.0.255/2 | 8/0.0.1.0.0.255/3 |
        """
        attributes = [attribute(words) for words in targets]
        together = self.run(self.client.get_list(attributes))
        alone = [self.run(self._alone(each)) for each in attributes]
        self.fact("number of results", len(together), "equals", expected=len(attributes))
        for words, value, again in zip(targets, together, alone, strict=False):
            self.fact(f"{words} reads in a list as alone", value == again, "always")

    @keyword("The Object List Comes In Blocks")
    def read_in_blocks(self) -> None:
        """GET of the object list, block by block: blocks are numbered from 1, the last one says so, no block is longer
        than the client takes, and put together they are a value.

        Example: | The Object List Comes In Blocks |
        """
        numbers: list[int] = []
        data, last = b"", False
        self._send_apdu(GetRequestNormal(INVOKE, _OBJECT_LIST).encode(), "GET of the object list")
        self.expect("block")
        while (block := self._block()) is not None and not last and len(numbers) < _MOST_BLOCKS:
            numbers.append(block.block_number)
            data += block.block if isinstance(block.block, bytes) else b""
            last = block.last
            if not last:
                self._send_quietly(GetRequestNext(INVOKE, len(numbers)).encode())
        self.fact("block numbers count from 1", numbers == list(range(1, len(numbers) + 1)), "always")
        self.fact("the last block says that it is", last, "always")
        self.fact("the blocks put together are a list", _is_list(data), "always")

    @keyword("The Client Asks For Block")
    def ask_for_block(self, number: int) -> None:
        """GET next with this block number.

        Example: | The Client Asks For Block | 7 |
        """
        self._send_apdu(GetRequestNext(INVOKE, number).encode(), f"GET next for block {number}")

    @keyword("The Client Asks For The Object List")
    def ask_for_list(self) -> None:
        """GET of the object list.

        Example: | The Client Asks For The Object List |
        """
        self._send_apdu(GetRequestNormal(INVOKE, _OBJECT_LIST).encode(), "GET of the object list")

    @keyword("One Entry Of The Profile Is One Entry")
    def one_entry(self) -> None:
        """Selective access by entry, the first one: the load profile answers with one row of as many columns as it
        has.

        Example: | One Entry Of The Profile Is One Entry |
        """
        profile = self.access.names.load_profile
        columns = self.run(self.client.get(Attribute(7, profile, 3)))
        rows = self.run(self.client.get(Attribute(7, profile, 2), by_entry(1, 1)))
        found = list(rows) if isinstance(rows, Array) else []
        self.fact("rows of the first entry", len(found), "equals", expected=1)
        width = len(columns) if isinstance(columns, Array) else 0
        of_row: list[Json] = [len(row) for row in found if isinstance(row, tuple | list)]
        self.fact("columns of the first entry", of_row, "within", allowed=[width])

    # -- writing ---------------------------------------------------------------------------------------------------

    @property
    def _writable(self) -> Attribute:
        """PIXIT ``writable``: an octet-string that the management client may write."""
        declared = self.access.pixit("writable")
        if not declared:
            raise SkipExecution("the device file names no attribute that may be written (pixit.writable)")
        return attribute(str(declared))

    @keyword("The Writable Attribute Is Noted")
    def note(self) -> None:
        """Read the attribute that the device file names as writable (PIXIT ``writable``).

        Example: | The Writable Attribute Is Noted |
        """
        self._found = self.run(self.client.get(self._writable))

    @keyword("The Writable Attribute Is Put Back")
    def put_back(self) -> None:
        """Write what was noted.

        Example: | The Writable Attribute Is Put Back |
        """
        if self._found is not None:
            self.run(self.client.set(self._writable, self._found))

    @keyword("The Client Writes")
    def write(self, text: str) -> None:
        """SET of the writable attribute to an octet-string.

        Example: | The Client Writes | conformance |
        """
        target = self._writable
        words = f"SET {target.class_id}/{target.instance}/{target.index}"
        self.send(f"{words} {encode_data(OctetString(text.encode())).hex()}")

    @keyword("The Client Writes Another Type")
    def write_other_type(self) -> None:
        """SET of the writable attribute to a boolean.

        Example: | The Client Writes Another Type |
        """
        target = self._writable
        self.send(f"SET {target.class_id}/{target.instance}/{target.index} 03 01")

    @keyword("A List Is Answered In Its Order")
    def write_list(self) -> None:
        """SET with list of the noted value to the writable attribute, and of a device name to the one that nobody may
        write: two results, the second of which is the denial.

        Example: | A List Is Answered In Its Order |
        """
        assert self._found is not None
        values = [self._found, OctetString(b"A")]
        results = self.run(self.client.set_list([self._writable, _DEVICE_NAME], values))
        told: list[Json] = [result.name for result in results]
        self.fact("number of results", len(told), "equals", expected=2)
        self.fact("the second result", told[-1], "one_of", allowed=_DENIALS)

    @keyword("The Client Writes In Blocks")
    def write_in_blocks(self, text: str, *, second: int = 2) -> None:
        """SET of the writable attribute in blocks of 20 bytes; ``second``: the number of the second block.

        Example: | The Client Writes In Blocks | a text of more than forty bytes, which takes three blocks | second=5 |
        """
        data = encode_data(OctetString(text.encode()))
        parts = [data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK)]
        first = Block(False, 1, parts[0])
        self._send_apdu(SetRequestWithFirstBlock(INVOKE, self._writable, None, first).encode(), "SET, block 1")
        self.expect("block")
        for number, part in enumerate(parts[1:], start=2):
            last = number == len(parts)
            told = second if number == 2 else number
            block = SetRequestWithBlock(INVOKE, Block(last, told, part))
            self._send_apdu(block.encode(), f"SET, block {told}")
            if self._words.kind != "block":
                return

    @keyword("The Writable Attribute Holds")
    def holds(self, text: str = "") -> None:
        """The writable attribute reads as this text; without one, as what was noted.

        Example: | The Writable Attribute Holds | conformance |
        """
        wanted = OctetString(text.encode()) if text else self._found
        value = self.run(self.client.get(self._writable))
        self.fact("the attribute holds what it should", value == wanted, "always")

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _alone(self, target: Attribute) -> GetResult:
        try:
            return await self.client.get(target)
        except DataAccessError as error:
            return error.result

    def _send_apdu(self, apdu: bytes, said: str) -> None:
        self._say(self._plain(apdu), said, apdu)

    def _send_quietly(self, apdu: bytes) -> None:
        """Without an observation: one of many blocks."""
        answer = self.run(self._plain(apdu))
        self._answer = answer if isinstance(answer, bytes) else b""

    def _block(self) -> GetResponseWithDataBlock | None:
        try:
            answer = decode_apdu(self._answer)
        except DecodeError:
            return None
        return answer if isinstance(answer, GetResponseWithDataBlock) else None


def _is_list(data: bytes) -> bool:
    try:
        return isinstance(decode_data(data), Array)
    except DecodeError:
        return False
