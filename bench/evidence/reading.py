"""Reading a journal back, whole or torn, and checking its chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench.evidence.chain import GENESIS, check
from bench.judgement.check import Finding
from bench.judgement.observation import Observation
from bench.judgement.verdict import Verdict


class JournalBrokenError(ValueError):
    """The chain does not hold: a line was changed, cut out or reordered."""


@dataclass(frozen=True)
class Record:
    """One line of a journal."""

    n: int
    kind: str
    t: float
    mono: float
    data: dict[str, Any]


@dataclass(frozen=True)
class JournalView:
    """All records of one journal. ``torn`` is true when the last line was cut off, as a killed run leaves it."""

    path: Path
    records: tuple[Record, ...]
    torn: bool

    def of(self, kind: str) -> Iterator[Record]:
        """The records of one kind, in order."""
        return (record for record in self.records if record.kind == kind)

    def observation(self, number: int) -> Observation:
        """The observation in record ``number``. Raises KeyError when that record is none."""
        record = self.records[number]
        if record.kind != "observation":
            raise KeyError(f"record {number} of {self.path} is a {record.kind}, not an observation")
        return observation_from(number, record.data)


def observation_from(number: int, data: Mapping[str, Any]) -> Observation:
    """The observation in record ``number`` of kind ``observation`` with these data."""
    fields = {key: value for key, value in data.items() if key != "test"}
    several = {key: tuple(fields.get(key, ())) for key in ("captures", "instruments", "doubts")}
    return Observation(**{**fields, **several}, record=number)


def finding_from(data: Mapping[str, Any]) -> Finding:
    """The finding in a record of kind ``finding``."""
    fields = {key: value for key, value in data.items() if key != "test"}
    return Finding(**{**fields, "verdict": Verdict(fields["verdict"]), "evidence": tuple(fields["evidence"])})


def read_journal(path: Path) -> JournalView:
    """Read and check a journal. A torn last line is left out; any other break raises JournalBrokenError."""
    decoder = msgspec.json.Decoder()
    records: list[Record] = []
    previous = GENESIS
    lines = path.read_bytes().split(b"\n")
    torn = lines[-1] != b""
    for number, line in enumerate(lines[:-1]):
        following = check(line, previous)
        if following is None:
            raise JournalBrokenError(
                f"{path}: line {number + 1} does not follow the one before; it was changed or moved"
            )
        previous = following
        fields = decoder.decode(line)
        if fields["n"] != number:
            raise JournalBrokenError(f"{path}: line {number + 1} holds record {fields['n']}")
        records.append(Record(fields["n"], fields["kind"], fields["t"], fields["mono"], fields["data"]))
    return JournalView(path, tuple(records), torn)
