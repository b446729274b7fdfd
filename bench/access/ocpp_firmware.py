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
    firmware = {"location": f"{files.url}/{name}", "retrieveDateTime": to_text(access.station.clock.now())}
    if signer:
        credential = access.credential(signer)
        firmware["signingCertificate"] = credential.certificate_pem
        firmware["signature"] = sign_image(credential.key, image if signed is None else signed)
    if version.is_old and signer:
        return "SignedUpdateFirmware", {"requestId": request, "firmware": firmware}
    if version.is_old:
        old = {"location": firmware["location"], "retrieveDate": firmware["retrieveDateTime"]}
        return "UpdateFirmware", old
    return "UpdateFirmware", {"requestId": request, "firmware": firmware}
