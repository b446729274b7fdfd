"""Who may do what at an office system, as its device file declares it (PIXIT ``access_table``).

Each entry grants something to some roles. What no entry grants is refused.

    [[pixit.access_table]]
    roles = ["cis", "mdms"]
    may = ["get MeterReadings energy", "create EndDeviceControls connect"]
    paths = ["/readings/{meter}"]
    submeters = false

``may`` are messages: verb, noun and, where it matters, the kind of reading or of control. ``paths`` may be got.
``submeters``: of meters, sub-meters only. The role ``anonymous`` is who shows no credential.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError, field_validator

from bench.lab.device import Device
from bench.lab.errors import LabError
from bench.lab.strict import Strict, mistakes_in
from drivers.cim.vocabulary import Noun, Verb

ANONYMOUS = "anonymous"


class OfficeRightsError(LabError):
    """The access table of an office system cannot be used."""


@dataclass(frozen=True, order=True)
class Act:
    """A message that somebody may or may not send. ``what``: kind of reading or of control, empty where none is."""

    verb: Verb
    noun: Noun
    what: str = ""

    @classmethod
    def parse(cls, text: str) -> Act:
        """Read ``verb noun`` or ``verb noun what``. Raises ValueError."""
        words = text.split()
        if len(words) not in (2, 3):
            raise ValueError(f"{text!r} is not a verb, a noun and at most one kind")
        return cls(Verb(words[0]), Noun(words[1]), words[2] if len(words) == 3 else "")

    def __str__(self) -> str:
        return " ".join(filter(None, (self.verb, self.noun, self.what)))


class OfficeGrant(Strict):
    """One entry of ``[[pixit.access_table]]``."""

    roles: tuple[str, ...]
    may: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    submeters: bool = False

    @field_validator("may")
    @classmethod
    def _acts(cls, may: tuple[str, ...]) -> tuple[str, ...]:
        for text in may:
            Act.parse(text)
        return may

    @property
    def acts(self) -> tuple[Act, ...]:
        """What ``may`` says."""
        return tuple(Act.parse(text) for text in self.may)


@dataclass(frozen=True)
class OfficeRights:
    """The declared rights of one system."""

    grants: tuple[OfficeGrant, ...]

    @property
    def stated(self) -> bool:
        """Whether the device file has an access table at all."""
        return bool(self.grants)

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role that the table names but `ANONYMOUS`, in its order."""
        named = dict.fromkeys(role for grant in self.grants for role in grant.roles)
        return tuple(role for role in named if role != ANONYMOUS)

    @property
    def acts(self) -> tuple[Act, ...]:
        """Every message that somebody may send."""
        return tuple(dict.fromkeys(act for grant in self.grants for act in grant.acts))

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that somebody may get."""
        return tuple(dict.fromkeys(path for grant in self.grants for path in grant.paths))

    def may(self, role: str, act: Act) -> bool:
        """Whether ``role`` may send such a message."""
        whole = Act(act.verb, act.noun)
        return any(act in grant.acts or whole in grant.acts for grant in self._of(role))

    def may_get(self, role: str, path: str) -> bool:
        """Whether ``role`` may get ``path``, given as in the table."""
        return any(path in grant.paths for grant in self._of(role))

    def submeters_only(self, role: str) -> bool:
        """Whether ``role`` may ask about sub-meters only."""
        return any(grant.submeters for grant in self._of(role))

    def paths_of(self, role: str) -> tuple[str, ...]:
        """What ``role`` may get."""
        return tuple(dict.fromkeys(path for grant in self._of(role) for path in grant.paths))

    def _of(self, role: str) -> Iterator[OfficeGrant]:
        return (grant for grant in self.grants if role in grant.roles)


def role_of(party: str) -> str:
    """The role of a party: its name without the number of a further credential (``cis-2`` is ``cis``)."""
    name, dash, number = party.rpartition("-")
    return name if dash and number.isdigit() else party


def office_rights(device: Device | None) -> OfficeRights:
    """The rights that the device file declares. Raises OfficeRightsError."""
    entries = device.pixit.get("access_table", []) if device is not None else []
    grants: list[OfficeGrant] = []
    for number, entry in enumerate(entries, 1):
        try:
            grants.append(OfficeGrant.model_validate(entry))
        except ValidationError as error:
            wrong = "; ".join(mistakes_in(OfficeGrant, error))
            raise OfficeRightsError(f"pixit.access_table, entry {number}: {wrong}") from None
    return OfficeRights(tuple(grants))
