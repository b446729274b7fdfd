"""Firmware images for a charging station: the maker's new one, and wrong ones, each with its order to fetch it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drivers.ocpp.certificates import sign_image
from drivers.ocpp.times import to_text

if TYPE_CHECKING:
    from bench.access.ocpp import OcppAccess
    from bench.access.ocpp_files import FileServer
    from drivers.ocpp.versions import Version

REQUEST = 21


def update_call(
    access: OcppAccess,
    version: Version,
    files: FileServer,
    image: bytes,
    *,
    name: str = "image",
    signer: str = "maker",
    signed: bytes | None = None,
    request: int = REQUEST,
) -> tuple[str, dict[str, Any]]:
    """Put ``image`` on the file server, and the call that has the station fetch it at once: action and payload.

    ``signer``: the secret whose key signs, empty for no signature; ``signed``: what it signs (default: the image).
    """
    files.files[name] = image
    location, now = f"{files.url}/{name}", access.station.clock.now()
    if signer:
        credential = access.credential(signer)
        signature = sign_image(credential.key, image if signed is None else signed)
        return signed_update(version, location, now, credential.certificate_pem, signature, request)
    if version.is_old:
        return "UpdateFirmware", {"location": location, "retrieveDate": to_text(now)}
    return "UpdateFirmware", {
        "requestId": request,
        "firmware": {"location": location, "retrieveDateTime": to_text(now)},
    }


def signed_update(
    version: Version, location: str, at: float, certificate: str, signature: str, request: int = REQUEST
) -> tuple[str, dict[str, Any]]:
    """The call that has the station fetch what is at ``location`` from ``at`` on, signed: action and payload."""
    firmware = {
        "location": location,
        "retrieveDateTime": to_text(at),
        "signingCertificate": certificate,
        "signature": signature,
    }
    action = "SignedUpdateFirmware" if version.is_old else "UpdateFirmware"
    return action, {"requestId": request, "firmware": firmware}
