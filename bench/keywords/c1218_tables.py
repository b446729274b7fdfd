"""Keywords about tables of ANSI C12.19 by the services of C12.18: reading, writing, procedures, table 0."""

from __future__ import annotations

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.c1218_words import code_of, message_of
from bench.judgement.observation import Json
from bench.keywords.c1218_services import C1218Services
from bench.keywords.conversation import NOTHING
from drivers.c1218.errors import C1218Error, DecodeError
from drivers.c1218.services import checksum, parse_table_data
from drivers.c1219.general import ANY_ACCESS, GEN_CONFIG, INDEX_ACCESS, Configuration
from drivers.c1219.load_profile import PROFILE_DATA, PROFILE_STATUS, PROFILE_STATUS_LAYOUT
from drivers.c1219.procedures import INITIATE, RESPONSE, Initiation, Outcome, ProcedureResult

_SEQUENCE = 77
_UNKNOWN_PROCEDURE = 2000
_STANDARD_TABLES = range(130)
_GOOD = (ProcedureResult.COMPLETED, ProcedureResult.ACCEPTED)


@library(scope="TEST", auto_keywords=False)
class C1218Tables(C1218Services):
    """Reads and writes tables as the test says, and judges what comes of it."""

    def __init__(self) -> None:
        super().__init__()
        self._found = b""

    @keyword("The Data Have Their Length And Checksum")
    def sound(self) -> None:
        """The table data of the last response have their length before them and their checksum behind them.

        Example: | The Data Have Their Length And Checksum |
        """
        self.fact("length and checksum of the data are right", _data(self._body) is not None, "always")

    @keyword("A Part Reads As It Does In The Whole")
    def part_as_whole(self, table: int, offset: int, count: int) -> None:
        """Bytes of a table read by offset are those at the same place of the whole table.

        Example: | A Part Reads As It Does In The Whole | 0 | 3 | 8 |
        """
        self.send(f"read {table}")
        whole = _data(self._body) or b""
        self.send(f"read {table} from {offset} count {count}")
        self.expect("OK")
        same = _data(self._body) == whole[offset : offset + count]
        self.fact("the part is that of the whole", same, "always")

    @keyword("Blocks Of The Load Profile Read Together As One By One")
    def blocks(self) -> None:
        """The newest two blocks of table 64, read by index together, are the one behind the other. A meter that says in
        table 0 that it has no such access, or no load profile, skips the test.

        Example: | Blocks Of The Load Profile Read Together As One By One |
        """
        configuration = self._configuration()
        by_index = configuration.access in (INDEX_ACCESS, ANY_ACCESS)
        if not by_index or not {PROFILE_STATUS, PROFILE_DATA} <= configuration.tables:
            raise SkipExecution("table 0 says that there is no access by index, or no load profile")
        before = max(0, self._newest_block(configuration) - 1)
        parts = []
        for at, count in ((before, 1), (before + 1, 1), (before, 2)):
            self.send(f"read {PROFILE_DATA} at {at} count {count}")
            self.expect("OK")
            parts.append(_data(self._body) or b"")
        first, second, both = parts
        self.fact("a block has content", bool(first), "always")
        self.fact("the next block is another one", first != second, "always")
        self.fact("two blocks are the one behind the other", both == first + second, "always")

    def _newest_block(self, configuration: Configuration) -> int:
        self.send(f"read {PROFILE_STATUS}")
        self.expect("OK")
        try:
            return PROFILE_STATUS_LAYOUT.decode(_data(self._body) or b"", configuration.formats).last_block
        except DecodeError as error:
            self.fact(f"table {PROFILE_STATUS} can be read ({error})", False, "always")
            raise

    # -- writing ---------------------------------------------------------------------------------------------------

    @property
    def _writable(self) -> int:
        declared = self.access.pixit("writable")
        if not declared:
            raise SkipExecution("the device file names no table that may be written (pixit.writable)")
        return int(declared)

    @property
    def _writer(self) -> str:
        role = next((role for role in self.access.clients if self.access.rights.may_write(role, self._writable)), "")
        if not role:
            raise SkipExecution(f"no declared client may write table {self._writable}")
        return role

    @keyword("A Client That May Write")
    def writer(self) -> None:
        """A declared client that may write the table of PIXIT ``writable`` has logged on, and noted the table.

        Example: | A Client That May Write |
        """
        self.logged_on(self._writer)
        self.send(f"read {self._writable}")
        self.expect("OK")
        self._found = _data(self._body) or b""

    @keyword("The Client Writes The Whole Table")
    def write_whole(self) -> None:
        """Write the noted table with its first byte changed.

        Example: | The Client Writes The Whole Table |
        """
        self.send(f"write {self._writable} {self._changed.hex()}")

    @keyword("The Client Writes Its First Byte")
    def write_part(self) -> None:
        """Write one byte at offset 0, another one than was noted.

        Example: | The Client Writes Its First Byte |
        """
        self.send(f"write {self._writable} from 0 {self._changed[:1].hex()}")

    @keyword("The Client Writes With A Wrong Checksum")
    def write_spoilt(self) -> None:
        """Write the whole table, changed, with a wrong checksum of the data.

        Example: | The Client Writes With A Wrong Checksum |
        """
        data = self._changed
        head = bytes((0x40,)) + self._writable.to_bytes(2, "big") + len(data).to_bytes(2, "big")
        self.send((head + data + bytes((checksum(data) ^ 1,))).hex())

    @keyword("The Client Writes More Than The Table Has")
    def write_longer(self) -> None:
        """Write the noted table with a byte behind it.

        Example: | The Client Writes More Than The Table Has |
        """
        self.send(f"write {self._writable} {(self._found + bytes(1)).hex()}")

    @keyword("The Table Holds The Change")
    def holds_change(self) -> None:
        """The table reads as written: the first byte changed, the rest as noted.

        Example: | The Table Holds The Change |
        """
        self._holds(self._changed, "the table holds what was written")

    @keyword("The Table Is As Before")
    def holds_found(self) -> None:
        """The table reads as noted.

        Example: | The Table Is As Before |
        """
        self._holds(self._found, "the table is as before")

    @keyword("The Table Is Put Back")
    def put_back(self) -> None:
        """Write the table as it was noted.

        Example: | The Table Is Put Back |
        """
        self.send(f"write {self._writable} {self._found.hex()}")
        self.expect("OK")

    @property
    def _changed(self) -> bytes:
        """The noted content with another first byte, one that a text can hold."""
        first = b"A" if self._found[:1] != b"A" else b"B"
        return first + self._found[1:]

    def _holds(self, wanted: bytes, what: str) -> None:
        self.send(f"read {self._writable}")
        self.fact(what, _data(self._body) == wanted, "always")

    # -- procedures and table 0 ------------------------------------------------------------------------------------

    @keyword("An Unknown Procedure Is Told To Be Unknown")
    def unknown_procedure(self) -> None:
        """Table 7 starts a procedure that no meter has; table 8 answers with its sequence number, and no success.

        Example: | An Unknown Procedure Is Told To Be Unknown |
        """
        formats = self._configuration().formats
        asked = Initiation(_UNKNOWN_PROCEDURE, _SEQUENCE)
        self.send(f"write {INITIATE} {asked.encode(formats).hex()}")
        self.expect("OK")
        self.send(f"read {RESPONSE}")
        self.expect("OK")
        try:
            outcome = Outcome.decode(_data(self._body) or b"", formats)
        except C1218Error as error:
            self.fact(f"table 8 can be read ({error})", False, "always")
            return
        self.fact("sequence number in table 8", outcome.sequence, "equals", expected=_SEQUENCE)
        self.fact("an unknown procedure succeeded", outcome.result in _GOOD, "never")

    @keyword("Every Table That Table 0 Lists Is There")
    def all_there(self) -> None:
        """Reading any table that table 0 lists is answered by its data, or refused for want of a right, never for want
        of the table.

        Example: | Every Table That Table 0 Lists Is There |
        """
        listed = sorted(self._configuration().tables - {INITIATE, RESPONSE})
        missing: list[Json] = [table for table in listed if self._code_of_read(table) in ("IAR", NOTHING)]
        self.fact("listed tables", len(listed), "at_least", limit=1)
        self.fact("listed tables that are not there", missing, "empty")

    @keyword("No Table Is There That Table 0 Does Not List")
    def none_beside(self) -> None:
        """Reading a standard table that table 0 does not list is refused.

        Example: | No Table Is There That Table 0 Does Not List |
        """
        listed = self._configuration().tables
        found: list[Json] = [
            table for table in _STANDARD_TABLES if table not in listed and self._code_of_read(table) == "OK"
        ]
        self.fact("tables that are there and not listed", found, "empty")

    @keyword("Only Listed Tables Are Writable")
    def writable_listed(self) -> None:
        """The tables that table 0 says may be written are among those that it lists.

        Example: | Only Listed Tables Are Writable |
        """
        configuration = self._configuration()
        beside: list[Json] = [*sorted(configuration.writable - configuration.tables)]
        self.fact("writable tables that are not listed", beside, "empty")

    def _configuration(self) -> Configuration:
        self.send(f"read {GEN_CONFIG}")
        self.expect("OK")
        try:
            return Configuration.decode(_data(self._body) or b"")
        except DecodeError as error:
            self.fact(f"table 0 can be read ({error})", False, "always")
            raise

    def _code_of_read(self, table: int) -> str:
        """Without an observation: one of many tables."""
        answer = self.run(self._exchange(message_of(f"read {table}", self.access)))
        return code_of(answer) if answer else NOTHING


def _data(body: bytes) -> bytes | None:
    try:
        return parse_table_data(body)
    except DecodeError:
        return None
