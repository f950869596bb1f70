"""A certificate authority of the tests' own, and what it vouches for."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme


@dataclass(frozen=True)
class Certificates:
    """Who is trusted (a file), a server it vouches for, and two it does not."""

    cafile: str
    good: ssl.SSLContext
    stranger: ssl.SSLContext
    elsewhere: ssl.SSLContext


def _server(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    trusted, unknown = trustme.CA(), trustme.CA()
    file: Path = tmp_path_factory.mktemp("trust") / "ca.pem"
    trusted.cert_pem.write_to_path(str(file))
    return Certificates(
        str(file),
        _server(trusted, "localhost"),
        _server(unknown, "localhost"),
        _server(trusted, "mail.elsewhere.example"),
    )
