"""Who answers at a port, asked without a try of any credential (entry-point group ``amibench.identifiers``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.access.dlms import PUBLIC, DlmsAccess
from bench.access.office import PLAINTEXT, TRUST, OfficeAccess
from bench.access.sep2 import SERVER, Sep2Access
from bench.lab.errors import LabError
from drivers.cim.errors import OfficeError, OfficeTlsError, OfficeUnreachableError
from drivers.dlms.errors import DlmsError

if TYPE_CHECKING:
    from bench.lab.station import Station

ANYBODY = "/health"
_DEMANDS_A_CERTIFICATE = "CERTIFICATE_REQUIRED"
"""In OpenSSL's word for the alert of TLS 1.3 (RFC 8446, 6.2)."""


class IdentifyError(LabError):
    """Something answered, and not as the device that is declared would."""


async def dlms_meter(station: Station, seat: str, port: str) -> str:
    """The names that the public client may read; without such a client the port is only opened.

    Raises TransportError, IdentifyError.
    """
    access = DlmsAccess(station, seat)
    if PUBLIC not in access.clients or port not in access.ports_of(PUBLIC):
        transport = await station.open_transport(seat, port)
        await transport.close()
        return "opens; no public client is declared that could ask who it is"
    try:
        async with access.session(PUBLIC, port=port) as client:
            told = await access.meter(client).identity()
    except DlmsError as error:
        raise IdentifyError(f"answers, but not its public client: {error}") from error
    names = [name for name in (told.device_name, told.serial_number, told.firmware) if name]
    return ", ".join(names) or "answers, and tells its public client no name"


async def office_system(station: Station, seat: str, port: str) -> str:
    """Whether a system with a certificate under the declared anchors listens. Raises IdentifyError."""
    access = OfficeAccess(station, seat)
    if station.lab.seat(seat).links[port].profile == PLAINTEXT:
        return "not asked: nobody should listen there"
    client = access.client(TRUST, url=station.endpoint(seat, port).url)
    try:
        answer = await client.get(ANYBODY)
    except OfficeUnreachableError as error:
        raise IdentifyError(str(error)) from error
    except OfficeTlsError as error:
        if _DEMANDS_A_CERTIFICATE in error.reason.upper():
            return "listens, and asks for a certificate"
        raise IdentifyError(str(error)) from error
    except OfficeError as error:
        raise IdentifyError(f"answers, but not as an office system of these anchors: {error}") from error
    finally:
        await client.close()
    return f"serves HTTPS under the declared anchors (status {answer.status} without a credential)"


async def sep2_device(station: Station, seat: str, port: str) -> str:
    """Whether a 2030.5 server listens at a port; of a client, that nothing can be asked. Raises IdentifyError."""
    access = Sep2Access(station, seat)
    if station.lab.seat(seat).links[port].profile != SERVER:
        return "a client: it is heard when it polls"
    try:
        async with access.client(TRUST) as client:
            answer = await client.request("GET", "/dcap")
    except OfficeTlsError:
        return "listens, and asks for a certificate"
    except OfficeError as error:
        raise IdentifyError(str(error)) from error
    return f"serves without a certificate (status {answer.status})"
