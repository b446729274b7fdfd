"""XML of an OpenADR element from a frozen dataclass and back, by paths that its fields declare::

    @dataclass(frozen=True, kw_only=True)
    class Poll(Message):
        tag: ClassVar[str] = "oadr:oadrPoll"
        ven_id: str = value("ei:venID", TEXT)

Fields stand in the order of the schema's sequence; neighbours whose paths begin alike share the elements of that
beginning. Documents are checked against the schema that openleadr ships as data before anything is read from them, and
those that declare a document type are refused, since entities could be hidden there.

lxml and the schema are loaded when they are first needed.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast

from drivers.openadr.errors import OadrDecodeError
from drivers.openadr.vocabulary import NAMESPACES

MAX_DOCUMENT_BYTES = 256 * 1024
SIGNED_OBJECT = "oadrSignedObject"
_SCHEMA_VERSION = "2.0b"
_DURATION = re.compile(r"([+-])?P(?:(\d+)W)?(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
_SECONDS = (7 * 86_400, 365 * 86_400, 30 * 86_400, 86_400, 3600, 60, 1)
"""Of a week, a year, a month (both of the latter by convention), a day, an hour, a minute, a second."""

E = TypeVar("E", bound="Element")


@dataclass(frozen=True)
class Kind:
    """A simple type: its text from a value and back. ``read`` raises ValueError for what does not fit. Blanks around it
    are no part of it, unless it ``keeps_blanks``.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    keeps_blanks: bool = False


def _read_time(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def _write_time(when: float) -> str:
    moment = datetime.fromtimestamp(when, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if moment.microsecond else "%Y-%m-%dT%H:%M:%SZ")


def _read_duration(text: str) -> int:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:20]!r} is no duration")
    seconds = sum(int(number or 0) * unit for number, unit in zip(match.groups()[1:], _SECONDS, strict=True))
    return -seconds if match[1] == "-" else seconds


def _write_duration(seconds: int) -> str:
    return f"{'-' if seconds < 0 else ''}PT{abs(int(seconds))}S"


def _read_boolean(text: str) -> bool:
    return text in ("true", "1")


TEXT = Kind(str, str)
PROSE = Kind(str, str, keeps_blanks=True)
"""Text for people (xs:string preserves blanks)."""
INTEGER = Kind(int, str)
NUMBER = Kind(float, repr)
TIME = Kind(_read_time, _write_time)
"""Seconds since the epoch, UTC."""
DURATION = Kind(_read_duration, _write_duration)
"""Whole seconds."""
BOOLEAN = Kind(_read_boolean, lambda held: "true" if held else "false")


@dataclass(frozen=True)
class _Slot:
    """How a field stands in the XML. ``form``: value, values, part, parts, item."""

    form: str
    path: str = ""
    kind: Kind | None = None
    of: Callable[[], type[Element]] | None = None
    container: bool = False


def value(path: str, kind: Kind, default: Any = None) -> Any:
    """A text at ``path``; None where it is absent."""
    return field(default=default, metadata={"slot": _Slot("value", path, kind)})


def values(path: str, kind: Kind = TEXT, *, container: bool = False) -> Any:
    """Any number of texts at ``path``; ``container``: what they stand in is there without any."""
    return field(default=(), metadata={"slot": _Slot("values", path, kind, container=container)})


def part(path: str, of: Callable[[], type[Element]], default: Any = None) -> Any:
    """An element with elements of its own at ``path``; None where it is absent."""
    return field(default=default, metadata={"slot": _Slot("part", path, of=of)})


def parts(path: str, of: Callable[[], type[Element]]) -> Any:
    """Any number of such elements."""
    return field(default=(), metadata={"slot": _Slot("parts", path, of=of)})


def one_of(of: Callable[[], type[Element]]) -> Any:
    """An element whose name is not fixed: the class's ``tags`` say which there are, its field ``tag`` which it is."""
    return field(default=None, metadata={"slot": _Slot("item", of=of)})


@dataclass(frozen=True, kw_only=True)
class Element:
    """Base of everything that stands in a message."""


@dataclass(frozen=True, kw_only=True)
class Message(Element):
    """Base of messages. ``element`` is the name of the root within the signed object."""

    element: ClassVar[str] = ""


# -- to XML ------------------------------------------------------------------------------------------------------------


def to_tree(message: Message) -> Any:
    """The signed object with the message in it, as an lxml element."""
    from lxml import etree

    signed = etree.Element(clark(f"oadr:{SIGNED_OBJECT}"), nsmap={p: n for p, n in NAMESPACES.items() if p[0] != "d"})
    signed.set(clark("oadr:Id"), SIGNED_OBJECT)
    root = etree.SubElement(signed, clark(message.element))
    root.set(clark("ei:schemaVersion"), _SCHEMA_VERSION)
    _fill(root, message)
    return signed


def _fill(node: Any, held: Element) -> None:
    for name, slot in _slots(type(held)):
        content = getattr(held, name)
        if content is None:
            continue
        if slot.form == "value":
            _new(node, slot.path).text = _written(slot, content)
        elif slot.form == "values":
            shared = _parent(node, slot.path) if slot.container else None
            for one in content:
                _new(node, slot.path, shared, apart=True).text = _written(slot, one)
        elif slot.form == "item":
            _fill(_new(node, content.tag), content)
        else:
            for one in (content,) if slot.form == "part" else content:
                _fill(_new(node, slot.path), one)


def _written(slot: _Slot, content: Any) -> str:
    assert slot.kind is not None
    return slot.kind.write(content)


def _parent(node: Any, path: str, *, apart: bool = False) -> Any:
    """What the last element of ``path`` stands in; made as far as it is not there yet, or in any case (``apart``)."""
    from lxml import etree

    for step in path.split("/")[:-1]:
        name = clark(step)
        last = node[-1] if len(node) and not apart else None
        node = last if last is not None and last.tag == name else etree.SubElement(node, name)
    return node


def _new(node: Any, path: str, parent: Any = None, *, apart: bool = False) -> Any:
    from lxml import etree

    into = _parent(node, path, apart=apart) if parent is None else parent
    return etree.SubElement(into, _in_namespace_of(node, path.rpartition("/")[2]))


def _in_namespace_of(node: Any, name: str) -> str:
    """A name without prefix stands for one in the namespace of ``node``."""
    return clark(name) if ":" in name else f"{node.tag.partition('}')[0]}}}{name}"


# -- from XML ----------------------------------------------------------------------------------------------------------


def parse(data: bytes) -> Any:
    """The tree of a document that fits the schema. Raises OadrDecodeError."""
    from lxml import etree

    if len(data) > MAX_DOCUMENT_BYTES:
        raise OadrDecodeError("the document is too long")
    if b"<!DOCTYPE" in data or b"\x00" in data:
        raise OadrDecodeError("the document declares a document type, or is not in UTF-8")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(data, parser)
        _schema().assertValid(tree)
    except etree.XMLSyntaxError as error:
        raise OadrDecodeError("no XML") from error
    except etree.DocumentInvalid as error:
        raise OadrDecodeError("no document of the schema") from error
    if tree.tag != clark("oadr:oadrPayload"):
        raise OadrDecodeError("the document is no oadrPayload")
    return tree


def from_tree(tree: Any, known: dict[str, type[Message]]) -> Message:
    """The message in a payload's tree, of one of the classes ``known`` by their elements. Raises OadrDecodeError."""
    signed = tree.find(clark(f"oadr:{SIGNED_OBJECT}"))
    root = signed[0]
    cls = known.get(root.tag)
    if cls is None:
        raise OadrDecodeError(f"{root.tag.rpartition('}')[2]} is not expected")
    return _read(root, cls)


def _read(node: Any, cls: type[E]) -> E:
    found: dict[str, Any] = {}
    for name, slot in _slots(cls):
        if slot.form == "item":
            found[name] = _read_item(node, slot)
            continue
        nodes = node.findall(_clark_path(slot.path) if ":" in slot.path else _in_namespace_of(node, slot.path))
        if slot.form in ("value", "part"):
            nodes = nodes[:1]
        held = [_read_value(one, slot) if slot.kind is not None else _read(one, _of(slot)) for one in nodes]
        if slot.form in ("values", "parts"):
            found[name] = tuple(held)
        elif held:
            found[name] = held[0]
    return cls(**found)


def _read_value(node: Any, slot: _Slot) -> Any:
    assert slot.kind is not None
    text = node.text or ""
    try:
        return slot.kind.read(text if slot.kind.keeps_blanks else text.strip())
    except (ValueError, OverflowError) as error:
        raise OadrDecodeError(f"{slot.path}: {error}") from error


def _read_item(node: Any, slot: _Slot) -> Element | None:
    cls: Any = _of(slot)
    for tag in cls.tags:
        there = node.find(clark(tag))
        if there is not None:
            return cast(Element, dataclasses.replace(_read(there, cls), tag=tag))
    return None


def _of(slot: _Slot) -> type[Element]:
    assert slot.of is not None
    return slot.of()


# -- names -------------------------------------------------------------------------------------------------------------


@cache
def clark(name: str) -> str:
    """``prefix:local`` in Clark's notation."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


@cache
def _clark_path(path: str) -> str:
    return "/".join(clark(step) for step in path.split("/"))


@cache
def _slots_of(cls: Hashable) -> tuple[tuple[str, _Slot], ...]:
    return tuple(_declared(cast("type[Element]", cls)))


def _slots(cls: type[Element]) -> tuple[tuple[str, _Slot], ...]:
    return _slots_of(cast(Hashable, cls))


def _declared(cls: type[Element]) -> Iterator[tuple[str, _Slot]]:
    for item in dataclasses.fields(cls):
        slot = item.metadata.get("slot")
        if slot is not None:
            yield item.name, slot


@cache
def _schema() -> Any:
    from lxml import etree

    found = importlib.util.find_spec("openleadr")  # not imported: only its schema files are used, and it is slow
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("OpenADR needs the package openleadr (extra openadr)")
    return etree.XMLSchema(etree.parse(str(Path(found.submodule_search_locations[0]) / "schema" / "oadr_20b.xsd")))
