"""Postfix and Dovecot on this machine for as long as some tests run, each in a folder of its own.

Postfix takes mail over verified STARTTLS and hands all of it to Dovecot, or to the house's own
door, by LMTP; nothing leaves the machine. Dovecot keeps it and offers it over IMAP with TLS.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

DOMAIN = "northmoor-partnership.example"
SCHOOLS = "northmoor-schools.example"
USER, PASSWORD = f"waymark@{DOMAIN}", "canary-of-a-password"
LEAD = f"safeguarding.lead@{SCHOOLS}"
NOT_HERE = (
    "Postfix and Dovecot are needed for this test: run script/mail-servers as root, and the test"
    " as root too."
)
_PATIENCE = 60

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/postfix.log
maillog_file_prefixes = {folder}/log
myhostname = relay.{domain}
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
recipient_delimiter = +
relay_domains = {domain} {schools}
relay_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_chain_files = {folder}/tls.pem
smtpd_tls_security_level = encrypt
virtual_alias_maps = {aliases}
transport_maps = inline:{{ {{ {domain} = lmtp:inet:127.0.0.1:{inbound} }}
    {{ {schools} = lmtp:inet:127.0.0.1:{lmtp} }} }}
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
"""
# Both addresses of the house lead to one mailbox, with what stands behind their +.
_ALIASES = f"inline:{{ {{ replies@{DOMAIN} = {USER} }} {{ bounces@{DOMAIN} = {USER} }} }}"
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
_DOVECOT = """\
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/dovecot.log
ssl = required
ssl_cert = <{folder}/tls.pem
ssl_key = <{folder}/tls.pem
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
recipient_delimiter = +
auth_mechanisms = plain
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Lu {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%Lu {folder}/users
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""


@dataclass(frozen=True)
class Servers:
    """Where they listen, and the file of the authority that signed for them."""

    smtp: int
    imaps: int
    cafile: Path
    folder: Path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def running(door: int = 0) -> Iterator[Servers]:
    """Both servers; letters to the house go to a door on this port instead, where one is given."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("postfix", "dovecot"))):
        raise AssertionError(NOT_HERE)
    folder = Path(tempfile.mkdtemp(prefix="waymark-mail-"))
    folder.chmod(0o755)
    smtp, imaps, lmtp = free_port(), free_port(), free_port()
    cafile = _certify(folder)
    try:
        with _dovecot(folder, imaps, lmtp), _postfix(folder, smtp, lmtp, door):
            yield Servers(smtp, imaps, cafile, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _certify(folder: Path) -> Path:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    issued = authority.issue_cert("127.0.0.1", "localhost")
    issued.private_key_and_cert_chain_pem.write_to_path(str(folder / "tls.pem"))
    (folder / "tls.pem").chmod(0o600)
    return folder / "ca.pem"


@contextmanager
def _dovecot(folder: Path, imaps: int, lmtp: int) -> Iterator[None]:
    nobody = pwd.getpwnam("nobody")
    (folder / "mail").mkdir()
    os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
    known = [f"{who}:{{PLAIN}}{PASSWORD}:{nobody.pw_uid}:{nobody.pw_gid}::{folder}/mail/{who}::"
             for who in (USER, LEAD)]  # fmt: skip
    (folder / "users").write_text("\n".join(known) + "\n")
    config = folder / "dovecot.conf"
    config.write_text(_DOVECOT.format(folder=folder, imaps=imaps, lmtp=lmtp))
    with subprocess.Popen(["dovecot", "-F", "-c", str(config)]) as server:
        try:
            _wait_for(imaps, lmtp)
            yield
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def _postfix(folder: Path, port: int, lmtp: int, door: int) -> Iterator[None]:
    own = folder / "postfix"
    own.mkdir()
    for name in ("queue", "data", "log"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    more = {"folder": folder, "domain": DOMAIN, "schools": SCHOOLS}
    where = {"lmtp": lmtp, "inbound": door or lmtp, "aliases": "" if door else _ALIASES}
    (own / "main.cf").write_text(_MAIN.format(**more, **where))
    (own / "master.cf").write_text(_MASTER.format(port=port))
    _postfix_does(own, "start")
    try:
        _wait_for(port)
        yield
    finally:
        _postfix_does(own, "stop")


def _postfix_does(own: Path, what: str) -> None:
    done = subprocess.run(
        ["postfix", "-c", str(own), what], capture_output=True, text=True, check=False, timeout=60
    )
    log = own.parent / "log" / "postfix.log"
    said = done.stderr + (log.read_text() if log.exists() else "")
    assert done.returncode == 0, said


def _wait_for(*ports: int) -> None:
    until = time.monotonic() + _PATIENCE
    for port in ports:
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise AssertionError(f"nothing listens on port {port}")
