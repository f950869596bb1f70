"""Certificates for tests, of an authority that nobody but a test trusts."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Papers:
    """An authority, and a certificate with its key in files, as a house is given them."""

    authority: trustme.CA
    ca: Path
    certificate: Path
    key: Path

    @property
    def lines(self) -> str:
        """The two settings that name them."""
        return f'certificate = "{self.certificate}"\nprivate_key = "{self.key}"\n'

    def trust(self) -> ssl.SSLContext:
        """What a client that knows the authority trusts."""
        return ssl.create_default_context(cafile=str(self.ca))

    def server(self) -> ssl.SSLContext:
        """What a server speaks TLS by."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context


def papers(folder: Path, *names: str) -> Papers:
    """A certificate for names or addresses; its key is for its owner alone."""
    authority = trustme.CA()
    made = authority.issue_cert(*(names or ("127.0.0.1",)))
    folder.mkdir(parents=True, exist_ok=True)
    found = Papers(authority, folder / "ca.pem", folder / "house.pem", folder / "house.key")
    authority.cert_pem.write_to_path(str(found.ca))
    found.certificate.write_bytes(b"".join(pem.bytes() for pem in made.cert_chain_pems))
    found.key.write_bytes(made.private_key_pem.bytes())
    found.key.chmod(0o600)
    return found
