"""The function set of files (schema 2018): firmware that a server has for devices, how far they are, what they run.

A device finds `File` in the list of its server, loads its content in ranges (RFC 9110, 14), and puts a `FileStatus` at
each step; what runs it says in its `DeviceInformation`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum
from http import HTTPStatus

from drivers.sep2.codec import (
    HEX16,
    HEX64,
    HEX160,
    STRING16,
    STRING32,
    TIME,
    UINT8,
    UINT16,
    UINT32,
    URI,
    Resource,
    attribute,
    element,
    encode,
    part,
    parts,
)
from drivers.sep2.events import Addressed, Link, SepList
from drivers.sep2.server import HttpRequest, HttpResponse

SOFTWARE_IMAGE = b"\x00\x00"
"""``File.type`` of a software image."""
LIST_PATH = "/file"
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


class LoadStatus(IntEnum):
    """``FileStatus.status``."""

    NONE = 0
    LOADING = 1
    LOAD_FAILED = 2
    LOADED = 3
    VERIFICATION_FAILED = 4
    VERIFIED = 5
    ACTIVATION_FAILED = 6
    ACTIVATING = 7
    ACTIVATED = 8


@dataclass(frozen=True, kw_only=True)
class File(Addressed):
    """A file for devices of a model; ``activates`` is when it is to be taken into use (none: at once)."""

    activates: int | None = element("activateTime", TIME)
    uri: str = element("fileURI", URI, required=True)
    lfdi: bytes | None = element("lFDI", HEX160)
    maker: int = element("mfID", UINT32, required=True)
    model: str = element("mfModel", STRING32, required=True)
    version: str = element("mfVer", STRING16, required=True)
    size: int = element("size", UINT32, required=True)
    kind: bytes = element("type", HEX16, required=True, default=SOFTWARE_IMAGE)


@dataclass(frozen=True, kw_only=True)
class FileList(SepList):
    """The files that a server has."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[File, ...] = parts("File", lambda: File)


@dataclass(frozen=True, kw_only=True)
class FileStatus(Addressed):
    """How far a device is with a file. ``percent`` of it is loaded; ``status``: `LoadStatus`, since ``at``."""

    activates: int | None = element("activateTime", TIME)
    file: Link | None = part("FileLink", lambda: Link)
    percent: int = element("loadPercent", UINT8, required=True, default=0)
    next_request: int = element("nextRequestAttempt", TIME, required=True, default=0)
    refusals: int = element("request503Count", UINT16, required=True, default=0)
    failures: int = element("requestFailCount", UINT16, required=True, default=0)
    status: int = element("status", UINT8, required=True)
    at: int = element("statusTime", TIME, required=True)


@dataclass(frozen=True, kw_only=True)
class DeviceInformation(Addressed):
    """What a device is, and the software that it runs since ``since``."""

    functions: bytes | None = element("functionsImplemented", HEX64)
    lfdi: bytes = element("lFDI", HEX160, required=True)
    made: int = element("mfDate", TIME, required=True, default=0)
    hardware: str = element("mfHwVer", STRING32, required=True)
    maker: int = element("mfID", UINT32, required=True)
    model: str = element("mfModel", STRING32, required=True)
    serial: str = element("mfSerNum", STRING32, required=True)
    primary_power: int = element("primaryPower", UINT8, required=True, default=1)
    secondary_power: int = element("secondaryPower", UINT8, required=True, default=0)
    since: int = element("swActTime", TIME, required=True)
    software: str = element("swVer", STRING32, required=True)


@dataclass
class Shelf:
    """The files of one server, with their content by path."""

    files: list[File] = field(default_factory=list)
    content: dict[str, bytes] = field(default_factory=dict)

    def put(self, model: str, version: str, maker: int, content: bytes) -> File:
        """Offer a software image, at once, to devices of a model."""
        href = f"{LIST_PATH}/{len(self.files) + 1}"
        file = File(href=href, uri=f"{href}/image", maker=maker, model=model, version=version, size=len(content))
        self.files.append(file)
        self.content[file.uri] = content
        return file

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request for the list or for content."""
        if request.path == LIST_PATH:
            return HttpResponse(HTTPStatus.OK, encode(_listed(self.files)))
        content = self.content.get(request.path)
        if content is None:
            return HttpResponse(HTTPStatus.NOT_FOUND)
        wanted = _RANGE.fullmatch(request.headers.get("range", ""))
        kind = {"content-type": "application/octet-stream"}
        if wanted is None:
            return HttpResponse(HTTPStatus.OK, content, kind)
        first, last = int(wanted[1]), min(int(wanted[2]), len(content) - 1)
        if first > last:
            return HttpResponse(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        told = {**kind, "content-range": f"bytes {first}-{last}/{len(content)}"}
        return HttpResponse(HTTPStatus.PARTIAL_CONTENT, content[first : last + 1], told)


def _listed(files: list[File]) -> Resource:
    return FileList(href=LIST_PATH, all=len(files), results=len(files), members=tuple(files))
