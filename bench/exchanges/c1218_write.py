"""The kind of exchange that writes at a meter's C12.18 port: a limit, a credit, a remark; by a table or a procedure."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from bench.access.c1218 import MANAGEMENT
from bench.exchanges.c1218_exchange import C1218Act, Written
from bench.exchanges.write import ValueWrite
from drivers.c1218.client import C1218Client
from drivers.c1218.errors import C1218Error
from drivers.c1219.codecs import Layout
from drivers.c1219.formats import Formats
from drivers.c1219.general import GEN_CONFIG, Configuration

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

T = TypeVar("T")


class C1218Write(ValueWrite[T], C1218Act, Generic[T]):
    """A write of one value in a table. Its effect is that another client than the writer then reads another value.

    A subclass says how the table's layout is found (`layout_of`), where the value stands in it (`value_in`), which
    content brings another value (`with_value`), and picks a value other than the present one (`another`). One that
    writes by a procedure overrides `written`, `send` and, where a write of the table cannot undo it, `undo`.
    """

    onlooker: ClassVar[str] = "reader"
    refusals: ClassVar[tuple[type[Exception], ...]] = (C1218Error,)
    shown: ClassVar[int]
    meaning: ClassVar[str] = "configuration_changed"

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self._layout: Layout[Any] | None = None
        self._present = b""

    @property
    def trace(self) -> str:
        """The meaning of the entry that the write leaves."""
        return self.meaning

    # -- what a row says of itself -----------------------------------------------------------------------------------

    @abstractmethod
    async def layout_of(self, client: C1218Client, formats: Formats) -> Layout[Any]:
        """The layout of the table; raises the meter's refusals and DecodeError."""

    @abstractmethod
    def value_in(self, table: Any) -> T:
        """The value in the table."""

    @abstractmethod
    def with_value(self, table: Any, value: T) -> Any:
        """The table with another value."""

    def written(self, formats: Formats) -> Written:
        """The whole table with the wanted value. The scene must have been set."""
        if self._layout is None or self.wanted is None:
            raise RuntimeError("the scene of the write was not set")
        table = self._layout.decode(self._present, formats)
        return Written(self.shown, self._layout.encode(self.with_value(table, self.wanted), formats))

    async def undo(self, client: C1218Client, formats: Formats) -> None:
        """Bring ``before`` back; raises the meter's refusal."""
        await client.write(self.shown, self._present)

    # -- what probes and functional tests use ------------------------------------------------------------------------

    async def send(self, client: C1218Client) -> Any:
        """Write; raises RefusedError."""
        written = self.written(await formats_of(client))
        await client.write(written.table, written.content)

    async def present(self) -> T:
        """The value in force, as the onlooker reads it; raises the meter's refusal."""
        role = self.onlooker if self.onlooker in self.access.clients else MANAGEMENT
        async with self.access.session(role) as client:
            return await self.read_value(client)

    async def read_value(self, client: C1218Client) -> T:
        """The value in force; raises the meter's refusal."""
        formats = await formats_of(client)
        layout = self._layout if self._layout is not None else await self.layout_of(client, formats)
        self._layout = layout
        content = await client.read(self.shown)
        if self.before is None:
            self._present = content
        return self.value_in(layout.decode(content, formats))

    async def bring_back(self) -> None:
        async with self.access.session(self.role) as client:
            await self.undo(client, await formats_of(client))


async def formats_of(client: C1218Client) -> Formats:
    """The formats of the meter's tables (table 0); raises the meter's refusals and DecodeError."""
    return Configuration.decode(await client.read(GEN_CONFIG)).formats
