"""LFDI, SFDI and PIN."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from py20305.security.identity import compute_lfdi, compute_sfdi

from drivers.sep2.identity import is_pin, lfdi_of, sfdi_of, with_check_digit
from fixtures.home.pki import HomePki
from fixtures.secrets import Secrets


def test_the_sfdi_of_the_standards_example() -> None:
    """LFDI and SFDI of EPRI's and py20305's example: 3e4f45ab3... gives ...391."""
    lfdi = bytes.fromhex("3e4f45ab31edfe5b67e343e5e4562e31984e23e5")
    assert sfdi_of(lfdi) == 167_261_211_391
    assert sfdi_of(lfdi) == compute_sfdi(lfdi.hex())


def test_a_certificates_lfdi_is_that_of_py20305(tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("pki")
    pki = HomePki.open(directory / "home", Secrets(1, directory))
    certificate = pki.credential("cems").certificate
    pem = certificate.public_bytes(Encoding.PEM).decode("ascii")
    assert lfdi_of(certificate.public_bytes(Encoding.DER)).hex() == compute_lfdi(pem)
    assert is_pin(pki.pin("cems"))


@pytest.mark.parametrize(("pin", "good"), [(111_115, True), (0, True), (111_111, False), (1_111_114, False)])
def test_a_pin_checks_itself(pin: int, good: bool) -> None:
    assert is_pin(pin) is good


def test_the_check_digit_makes_the_sum_a_multiple_of_ten() -> None:
    assert with_check_digit(11_111) == 111_115
    assert with_check_digit(55) == 550
