"""The certificate a house shows: two files that fit, the key its own; nothing in the clear."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest

from config.certificate import Certificate, others_read
from engine.errors import Refused
from tests.certificates import Papers, papers


@pytest.fixture
def made(tmp_path: Path) -> Papers:
    return papers(tmp_path / "papers")


def faults(file: Path, key: Path) -> str:
    return "; ".join(Certificate(file, key).faults())


def test_two_files_that_fit_are_what_tls_is_spoken_by(made: Papers) -> None:
    """On any address; TLS 1.2 and later alone."""
    context = Certificate(made.certificate, made.key).context("0.0.0.0")
    assert context is not None
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "", "reviews.example.org"])
def test_nothing_is_said_in_the_clear_beyond_this_machine(host: str) -> None:
    """Without a certificate a house answers its own machine alone; one for practice may do more."""
    with pytest.raises(Refused) as refused:
        Certificate().context(host)
    assert "set service.certificate and service.private_key" in refused.value.reasons[0]
    assert Certificate().context(host, practice=True) is None
    for here in ("127.0.0.1", "::1", "localhost"):
        assert Certificate().context(here) is None


def test_a_key_of_another_certificate_is_refused(made: Papers, tmp_path: Path) -> None:
    other = papers(tmp_path / "other")
    told = faults(made.certificate, other.key)
    assert told == "service.private_key: it does not belong to the certificate"


def test_files_that_are_not_there_are_both_told(made: Papers, tmp_path: Path) -> None:
    """So is a file that may not be read, and one that is something else."""
    away = faults(tmp_path / "a.pem", tmp_path / "a.key")
    assert away.count("the file cannot be read (No such file or directory)") == 2
    assert "(Is a directory)" in faults(tmp_path, made.key)
    assert "no certificate and no key" in faults(made.ca, made.certificate.parent / "ca.pem")


def test_a_key_behind_a_password_is_refused_and_asked_of_nobody(made: Papers) -> None:
    """There is nobody at a service's terminal."""
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        load_pem_private_key,
    )

    key = load_pem_private_key(made.key.read_bytes(), None)
    locked = BestAvailableEncryption(b"canary")
    made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    assert "no key without a password" in faults(made.certificate, made.key)


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o602])
def test_a_key_that_others_may_read_is_refused(made: Papers, mode: int) -> None:
    """Whoever has it can pass for the house."""
    made.key.chmod(mode)
    owned = os.stat_result((*made.key.stat()[:4], 1_000, *made.key.stat()[5:]))
    assert others_read(owned)
    if mode != 0o640:
        assert "others on this machine may read it" in faults(made.certificate, made.key)


def test_a_group_of_roots_choice_may_read_what_root_owns() -> None:
    """So systemd hands a credential to a service: it shows the right of that service's account."""
    for mode, wrong in ((0o100440, False), (0o100400, False), (0o100444, True), (0o100460, True)):
        assert others_read(os.stat_result((mode, 1, 1, 1, 0, 0, 1, 1, 1, 1))) is wrong
