"""The bench around a charging station in a seat: as its CSMS, and as the station at a CSMS.

The device file names secrets in ``[secrets]``: ``csms`` (credential of the CSMS that the station is to trust),
``csms_expired``, ``csms_untrusted``, ``csms_wrong_name`` (that it must not), ``password`` (of basic authentication),
``station`` (the station's own credential), ``authority`` (that signs stations' certificates), ``maker`` and ``forger``
(who may sign firmware, and who must not), ``factory_password``.

The PIXIT item ``ocpp`` is a table::

    [pixit.ocpp]
    identity = "CP-0001"
    versions = ["ocpp2.1", "ocpp2.0.1", "ocpp1.6"]   # that the station speaks; the bench asks for the first it knows
    security_profile = 2
    listen = "192.0.2.10:8443"    # where the station reaches the bench; an emulated one by the loopback
    token = "04A1B2C3"            # of a card that the bench accepts
    connect_s = 60                # the longest time until it connects to a CSMS that it was sent to
    retry_s = 180                 # and until it is back after the CSMS was away
    boot_s = 60                   # from a reset or power to the connection
    apply_s = 5                   # from the acceptance of a limit to the pilot
    max_a = 80.0                  # of charger and cable, for each phase
    phases = 1
    heartbeat_s = 300             # that the bench asks for
    firmware = "images/new.img"   # an image of the maker, newer than the present one; relative to the device file
    firmware_older = "images/old.img"     # one of an older version than the present one
    firmware_other = "images/other.img"   # one for another model
    actions = ["Reset", "SetChargingProfile"]   # that the station carries out; what is not here is not implemented
    log_who = "CSMS"              # how the techInfo of a security event names the CSMS
    log_entries = 200             # that the security log holds
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from bench.access.sep2 import NoAddressError
from bench.lab.errors import LabError
from bench.lab.strict import Strict, mistakes_in
from drivers.cim.credentials import Credential

if TYPE_CHECKING:
    from bench.lab.station import Station

LINK = "ocpp"
ITEM = "ocpp"
CSMS = "csms"
_LOOPBACK = "127.0.0.1:0"


class NotAStationError(LabError):
    """The device file says nothing of OCPP, or nothing that can be used."""


class OcppTable(Strict):
    """``[pixit.ocpp]``."""

    identity: str
    versions: tuple[str, ...] = ("ocpp2.0.1",)
    security_profile: int = 2
    listen: str = ""
    token: str = "04A1B2C3"
    connect_s: float = 60.0
    retry_s: float = 180.0
    boot_s: float = 60.0
    apply_s: float = 5.0
    max_a: float = 32.0
    phases: int = 1
    heartbeat_s: int = 300
    discharges: bool = False
    firmware: str = ""
    firmware_older: str = ""
    firmware_other: str = ""
    actions: tuple[str, ...] = ()
    log_who: str = "CSMS"
    log_entries: int = 0


@dataclass
class OcppAccess:
    """How the bench reaches the station in ``seat``."""

    station: Station
    seat: str

    @property
    def declared(self) -> OcppTable:
        """``pixit.ocpp``. Raises NotAStationError."""
        device = self.station.lab.seat(self.seat).device
        try:
            return OcppTable.model_validate(device.pixit.get(ITEM, {}) if device is not None else {})
        except ValidationError as error:
            wrong = "; ".join(mistakes_in(OcppTable, error))
            raise NotAStationError(f"the device file of seat {self.seat}: pixit.ocpp: {wrong}") from None

    def has_secret(self, name: str) -> bool:
        """Whether the device file names such a secret."""
        device = self.station.lab.seat(self.seat).device
        return device is not None and name in device.secrets

    def secret(self, name: str) -> bytes:
        """A secret of the device file."""
        return self.station.secret(self.seat, name)

    def credential(self, name: str) -> Credential:
        """The credential that the device file has under ``name``."""
        return Credential.from_pem(self.secret(name).decode("ascii"))

    @property
    def image(self) -> bytes:
        """The firmware image of the device file. Raises NotAStationError, OSError."""
        name = self.declared.firmware
        if not name:
            raise NotAStationError(f"the device file of seat {self.seat} does not state ocpp.firmware")
        return self._file(name)

    @property
    def older_image(self) -> bytes:
        """The maker's image of an older version; empty where the device file names none. Raises OSError."""
        return self._file(self.declared.firmware_older) if self.declared.firmware_older else b""

    @property
    def other_image(self) -> bytes:
        """The maker's image for another model; empty where the device file names none. Raises OSError."""
        return self._file(self.declared.firmware_other) if self.declared.firmware_other else b""

    def _file(self, name: str) -> bytes:
        table = self.station.lab.seat(self.seat).table
        return (self.station.lab.path.parent / (table.device or "")).parent.joinpath(name).read_bytes()

    @property
    def emulated(self) -> bool:
        """Whether the station counts its bytes for a stepped clock."""
        return self.station.lab.seat(self.seat).emulated

    @property
    def listen(self) -> tuple[str, int]:
        """Address and port (0: any) at which the station reaches the bench. Raises NoAddressError."""
        stated = self.declared.listen
        if not stated and not self.emulated:
            raise NoAddressError(f"the device file of seat {self.seat} does not state ocpp.listen (PIXIT)")
        host, _, port = (stated or _LOOPBACK).rpartition(":")
        return host, int(port)


async def identify(station: Station, seat: str, _port: str) -> str:
    """Of a client, that nothing can be asked. Raises NotAStationError where the device file says too little."""
    declared = OcppAccess(station, seat).declared
    return f"a charging station {declared.identity}: it is heard when it connects to its CSMS"
