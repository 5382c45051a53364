"""Whether a TLS server can be what it says it is with a certificate: found out by a handshake with ourselves."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

SOON_DAYS = 14


def unusable(certificate: Path, key: Path) -> str:
    """Why no server would start with them; empty: it would."""
    try:
        _server(certificate, key)
    except ssl.SSLError as fault:
        return f"{certificate} and {key} do not fit together, or are no PEM: {fault.reason or fault}"
    except OSError as fault:
        unread = certificate if not os.access(certificate, os.R_OK) else key
        return f"{unread} cannot be read: {fault.strerror}"
    return ""


def faults(certificate: Path, key: Path, names: Sequence[str]) -> Iterator[str]:
    """What browsers would not take, a sentence each; ``unusable`` says nothing of these."""
    told: set[str] = set()
    for name in names:
        try:
            _shake(certificate, key, name, _anchored(certificate))
        except ssl.SSLCertVerificationError as fault:
            if fault.verify_message not in told:
                told.add(fault.verify_message)
                yield f"{certificate} is not good for {name}: {fault.verify_message}"


def is_trusted(certificate: Path, key: Path, name: str) -> bool:
    """Whether an authority that this machine knows answers for it, by the chain that is sent with it."""
    try:
        _shake(certificate, key, name, ssl.create_default_context())
    except ssl.SSLCertVerificationError:
        return False
    return True


def days_left(certificate: Path, key: Path, name: str) -> float:
    """Until it expires.

    Raises:
        ssl.SSLCertVerificationError: it has expired, or is not good for this name.
    """
    found = _shake(certificate, key, name, _anchored(certificate))
    return (ssl.cert_time_to_seconds(str(found["notAfter"])) - time.time()) / 86_400


def served(certificate: Path) -> bytes:
    """What a server with it shows first, in DER."""
    text = certificate.read_text(encoding="ascii", errors="replace")
    end = "-----END CERTIFICATE-----"
    begin = text.index("-----BEGIN CERTIFICATE-----")
    return ssl.PEM_cert_to_DER_cert(text[begin : text.index(end) + len(end)])


def _server(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # Without a word for it, OpenSSL would ask the terminal for an encrypted key's.
    context.load_cert_chain(certificate, key, password="")
    return context


def _anchored(certificate: Path) -> ssl.SSLContext:
    """Trusts this one certificate, whoever signed it: what is left to look at are its names and its time."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(certificate)
    return context


def _shake(certificate: Path, key: Path, name: str, client: ssl.SSLContext) -> dict[str, object]:
    """The certificate as the client found it, once it has taken it."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    server_side = _server(certificate, key).wrap_bio(there, back, server_side=True)
    client_side = client.wrap_bio(back, there, server_hostname=name.strip("[]"))
    for side in (client_side, server_side) * 3:
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return dict(client_side.getpeercert() or {})
