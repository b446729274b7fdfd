"""XML of a 2030.5 resource from a frozen dataclass and back.

A resource is a dataclass whose fields are declared with `element`, `attribute`, `part` and `parts` in the order of the
schema's sequence; a subclass adds its elements after those of its base, as ``xs:extension`` does::

    @dataclass(frozen=True, kw_only=True)
    class DateTimeInterval(Resource):
        duration: int = element("duration", UINT32)
        start: int = element("start", TIME)

What a field holds is checked on both ways, so that nothing out of the schema's range goes out or comes in. Elements and
attributes that a class does not name are skipped: later editions add some (IEEE 2030.5-2018, 4.4, extensibility).
Bytes that declare a document type are refused, since entities could be hidden there.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, TypeVar, cast
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from drivers.sep2.errors import Sep2DecodeError
from drivers.sep2.vocabulary import NAMESPACE

MAX_DOCUMENT_BYTES = 256 * 1024
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_PREFIX = f"{{{NAMESPACE}}}"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_MAX_DEPTH = 16
_REMEMBERED_BYTES = 8 * 1024
_PLAIN = re.compile(r"[\w .,:;/+()#?=-]*", re.ASCII)
_IN_ATTRIBUTES = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}

R = TypeVar("R", bound="Resource")


@dataclass(frozen=True)
class Kind:
    """A simple type: its text from a value and back. ``read`` and ``write`` raise ValueError for what does not fit."""

    name: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]


def _integer(name: str, low: int, high: int) -> Kind:
    def check(value: int) -> int:
        if not low <= value <= high:
            raise ValueError(f"{value} is no {name}")
        return value

    def read(text: str) -> int:
        digits = text.strip()
        if not digits.lstrip("+-").isascii() or not digits.lstrip("+-").isdigit():
            raise ValueError(f"{digits[:20]!r} is no {name}")
        return check(int(digits))

    return Kind(name, read, lambda value: str(check(value)))


def _hexadecimal(name: str, octets: int) -> Kind:
    def check(value: bytes) -> bytes:
        if len(value) > octets:
            raise ValueError(f"{len(value)} octets in a {name}")
        return value

    def read(text: str) -> bytes:
        return check(bytes.fromhex(text.strip()))

    return Kind(name, read, lambda value: check(value).hex().upper())


def _text(name: str, octets: int) -> Kind:
    def check(value: str) -> str:
        if len(value.encode()) > octets:
            raise ValueError(f"{len(value.encode())} octets in a {name}")
        return value

    return Kind(name, check, check)


def _read_boolean(text: str) -> bool:
    if text.strip() not in ("true", "false", "1", "0"):
        raise ValueError("no boolean")
    return text.strip() in ("true", "1")


INT8 = _integer("Int8", -(1 << 7), (1 << 7) - 1)
INT16 = _integer("Int16", -(1 << 15), (1 << 15) - 1)
INT32 = _integer("Int32", -(1 << 31), (1 << 31) - 1)
INT48 = _integer("Int48", -(1 << 47), (1 << 47) - 1)
UINT8 = _integer("UInt8", 0, (1 << 8) - 1)
UINT16 = _integer("UInt16", 0, (1 << 16) - 1)
UINT32 = _integer("UInt32", 0, (1 << 32) - 1)
UINT40 = _integer("UInt40", 0, (1 << 40) - 1)
UINT48 = _integer("UInt48", 0, (1 << 48) - 1)
TIME = _integer("TimeType", -(1 << 63), (1 << 63) - 1)
PER_CENT = _integer("PerCent", 0, 10_000)
SIGNED_PER_CENT = _integer("SignedPerCent", -10_000, 10_000)
ONE_HOUR = _integer("OneHourRangeType", -3600, 3600)
HEX8 = _hexadecimal("HexBinary8", 1)
HEX16 = _hexadecimal("HexBinary16", 2)
HEX32 = _hexadecimal("HexBinary32", 4)
HEX64 = _hexadecimal("HexBinary64", 8)
HEX128 = _hexadecimal("HexBinary128", 16)
HEX160 = _hexadecimal("HexBinary160", 20)
STRING16 = _text("String16", 16)
STRING20 = _text("String20", 20)
STRING32 = _text("String32", 32)
STRING192 = _text("String192", 192)
STRING = _text("string", 4096)
URI = _text("anyURI", 255)
BOOLEAN = Kind("boolean", _read_boolean, lambda value: "true" if value else "false")


@dataclass(frozen=True)
class _Slot:
    """How a field stands in the XML. ``form``: attribute, element, part, parts, typed. ``space``: its namespace, where
    that is an extension's.
    """

    form: str
    name: str
    kind: Kind | None = None
    of: Callable[[], type[Resource]] | None = None
    one_of: Callable[[], Mapping[str, type[Resource]]] | None = None
    required: bool = False
    space: str = ""

    def resource(self) -> type[Resource]:
        if self.of is None:
            raise TypeError(f"{self.name} is no part")
        return self.of()


def attribute(name: str, kind: Kind) -> Any:
    """A field that stands as an attribute; None where it is absent."""
    return field(default=None, metadata={"slot": _Slot("attribute", name, kind)})


def element(name: str, kind: Kind, *, required: bool = False, default: Any = None) -> Any:
    """A field that stands as an element with text; None where it is absent."""
    return field(default=default, metadata={"slot": _Slot("element", name, kind, required=required)})


def part(name: str, of: Callable[[], type[Resource]], *, required: bool = False, space: str = "") -> Any:
    """A field that stands as an element with elements of its own; None where it is absent. ``space``: an extension's
    namespace; the elements in it are of the schema's own.
    """
    return field(default=None, metadata={"slot": _Slot("part", name, of=of, required=required, space=space)})


def parts(name: str, of: Callable[[], type[Resource]]) -> Any:
    """A field that stands as any number of such elements."""
    return field(default=(), metadata={"slot": _Slot("parts", name, of=of)})


def typed(name: str, one_of: Callable[[], Mapping[str, type[Resource]]]) -> Any:
    """A field that stands as an element of one of several types, which it names (``xsi:type``); None where it is
    absent."""
    return field(default=None, metadata={"slot": _Slot("typed", name, one_of=one_of)})


@dataclass(frozen=True, kw_only=True)
class Resource:
    """Base of everything that stands in XML. The element of a whole document is named after its class."""


@cache
def _slots(cls: Hashable) -> tuple[tuple[str, _Slot, str], ...]:
    """Each field's name with its slot, and what its elements are found by among those of a parent."""
    slots = ((item.name, item.metadata["slot"]) for item in dataclasses.fields(cast(Any, cls)))
    return tuple((name, slot, f"{{{slot.space}}}{slot.name}" if slot.space else slot.name) for name, slot in slots)


# -- out ---------------------------------------------------------------------------------------------------------------


def encode(resource: Resource) -> bytes:
    """The resource as a document. Raises ValueError for a value that the schema does not allow, or a missing one."""
    name = type(resource).__name__
    out = [_DECLARATION]
    _write(out, name, resource, f' xmlns="{NAMESPACE}"')
    return "".join(out).encode()


def _write(out: list[str], name: str, resource: Resource, more: str = "") -> None:
    attributes, begun = [f"<{name}{more}"], len(out)
    out.append("")
    for own, slot, _key in _slots(cast(Hashable, type(resource))):
        value = getattr(resource, own)
        if value is None:
            if slot.required:
                raise ValueError(f"{name} lacks {slot.name}")
        elif slot.form == "element" and slot.kind is not None:
            out.append(f"<{slot.name}>{_escaped(slot.kind.write(value))}</{slot.name}>")
        elif slot.form == "attribute" and slot.kind is not None:
            attributes.append(f' {slot.name}="{_escaped(slot.kind.write(value))}"')
        elif slot.form == "part" and slot.space:
            _write(out, f"ext:{slot.name}", value, f' xmlns:ext="{slot.space}"')
        elif slot.form == "part":
            _write(out, slot.name, value)
        elif slot.form == "typed":
            _write(out, slot.name, value, f' xmlns:xsi="{_INSTANCE}" xsi:type="{type(value).__name__}"')
        else:
            for item in value:
                _write(out, slot.name, item)
    empty = len(out) == begun + 1
    out[begun] = "".join(attributes) + ("/>" if empty else ">")
    if not empty:
        out.append(f"</{name}>")


def _escaped(text: str) -> str:
    """As it stands between tags or double quotes."""
    return text if _PLAIN.fullmatch(text) else escape(text, _IN_ATTRIBUTES)


# -- in ----------------------------------------------------------------------------------------------------------------


def decode(data: bytes, cls: type[R]) -> R:
    """The resource of class ``cls`` in a document. Raises Sep2DecodeError."""
    return _decoded(data, cast(Any, cls)) if len(data) <= _REMEMBERED_BYTES else _decode(data, cls)


@lru_cache(maxsize=512)
def _decoded(data: bytes, cls: type[R]) -> R:
    """What is polled is mostly what it was, and a resource never changes."""
    return _decode(data, cls)


def _decode(data: bytes, cls: type[R]) -> R:
    root = parse(data)
    if root.tag != _PREFIX + cls.__name__:
        raise Sep2DecodeError(cls.__name__, f"the document is a {_local(root.tag)[:40]}")
    return _read(root, cls, cls.__name__, 0)


def decode_one_of(data: bytes, classes: Mapping[str, type[Resource]]) -> Resource:
    """The resource in a document that may be of several classes, by their names. Raises Sep2DecodeError."""
    root = parse(data)
    cls = classes.get(_local(root.tag))
    if cls is None or not root.tag.startswith(_PREFIX):
        raise Sep2DecodeError(_local(root.tag)[:40], "is none of what is taken here")
    return _read(root, cls, cls.__name__, 0)


def parse(data: bytes) -> ElementTree.Element:
    """The document's elements. Raises Sep2DecodeError for what is no well-formed, plain XML of bounded size."""
    if len(data) > MAX_DOCUMENT_BYTES:
        raise Sep2DecodeError("document", f"{len(data)} octets")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Sep2DecodeError("document", "not UTF-8") from error
    if "<!" in text:
        raise Sep2DecodeError("document", "declares what a resource has no need of")
    try:
        return ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise Sep2DecodeError("document", "not well-formed") from error


def _read(node: ElementTree.Element, cls: type[R], path: str, depth: int) -> R:
    if depth > _MAX_DEPTH:
        raise Sep2DecodeError(path, "nested too deeply")
    by_name: dict[str, list[ElementTree.Element]] = {}
    for child in node:
        name = _local(child.tag) if child.tag.startswith(_PREFIX) else child.tag
        by_name.setdefault(name, []).append(child)
    values: dict[str, Any] = {}
    for own, slot, key in _slots(cast(Hashable, cls)):
        if slot.form == "attribute":
            text = node.get(slot.name)
            if text is not None:
                values[own] = _simple(slot, text, path)
        elif found := by_name.get(key):
            values[own] = _children(slot, found, path, depth)
        if slot.required and own not in values:
            raise Sep2DecodeError(f"{path}/{slot.name}", "is missing")
    return cls(**values)


def _children(slot: _Slot, found: list[ElementTree.Element], path: str, depth: int) -> Any:
    if slot.form == "parts":
        return tuple(_read(item, slot.resource(), f"{path}/{slot.name}", depth + 1) for item in found)
    if len(found) > 1:
        raise Sep2DecodeError(f"{path}/{slot.name}", "stands there more than once")
    if slot.form == "part":
        return _read(found[0], slot.resource(), f"{path}/{slot.name}", depth + 1)
    if slot.form == "typed":
        return _read(found[0], _named_type(slot, found[0], path), f"{path}/{slot.name}", depth + 1)
    return _simple(slot, found[0].text or "", path)


def _named_type(slot: _Slot, node: ElementTree.Element, path: str) -> type[Resource]:
    name = node.get(f"{{{_INSTANCE}}}type", "").rpartition(":")[2]
    found = slot.one_of().get(name) if slot.one_of is not None else None
    if found is None:
        raise Sep2DecodeError(f"{path}/{slot.name}", f"is of type {name[:40]!r}, which is not taken here")
    return found


def _simple(slot: _Slot, text: str, path: str) -> Any:
    if slot.kind is None:
        raise TypeError(f"{path}/{slot.name} has no simple type")
    try:
        return slot.kind.read(text)
    except ValueError as error:
        raise Sep2DecodeError(f"{path}/{slot.name}", str(error)) from error


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
