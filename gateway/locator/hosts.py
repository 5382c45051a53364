"""From which hosts locations may be fetched: the operator's word alone, for a caller can write any URL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from gateway.http_request import Address
from gateway.settings import Settings, SettingsRefused

SCHEMES = {"https": "https", "http": "http", "held": "http", "helds": "https"}
"""What may be asked over HTTP, by what. ``held`` without TLS follows the rule of ``http``."""


@dataclass(frozen=True)
class Hosts:
    """
    Attributes:
        names: exact names, or ``*.domain`` for all below it.
        plain: names that may be asked without TLS: ``http://name`` in the setting.
        networks: addresses and networks: they may be asked by their number, and names may lead into them though they
            are private.
    """

    names: frozenset[str]
    plain: frozenset[str]
    networks: Sequence[IPv4Network | IPv6Network]

    def refusal(self, url: str) -> str:
        """Why a location is not fetched from there; empty: it may be."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").lower().rstrip(".")
        except ValueError:
            return "it is no URL"
        over = SCHEMES.get(parts.scheme.lower())
        if over is None:
            return f"{parts.scheme.lower()[:10]} references are handed on, not fetched"
        if not host or not self._names(host):
            return "its host is not among location_hosts"
        if over == "http" and host not in self.plain:
            return "it is not https, and location_hosts does not name its host with http://"
        return ""

    def may_reach(self, address: Address) -> bool:
        """Whether a host's address may be connected to: a public one, or one that the setting names."""
        return address.is_global or any(address in network for network in self.networks)

    def _names(self, host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            below = (f"*.{host.split('.', at)[at]}" for at in range(1, host.count(".") + 1))
            return host in self.names or any(name in self.names for name in below)
        return any(address in network for network in self.networks)


def read(settings: Settings) -> Hosts:
    """
    Raises:
        SettingsRefused: an entry is neither a host nor a network.
    """
    names, plain, networks = set(), set(), []
    for word in filter(None, (word.strip().lower() for word in settings.text("location_hosts").split(","))):
        host = word.removeprefix("http://").removeprefix("https://").strip("/")
        if word.startswith("http://"):
            plain.add(host)
        try:
            networks.append(ip_network(host))
        except ValueError:
            if not _is_name(host.removeprefix("*.")):
                raise SettingsRefused(
                    f"setting location_hosts: {word!r} is neither a host (lis.example.id, *.example.id) nor a network"
                ) from None
            names.add(host)
    return Hosts(frozenset(names), frozenset(plain), networks)


def _is_name(text: str) -> bool:
    return bool(text) and all(
        part and part.replace("-", "").isalnum() and part.isascii() and part[0] != "-" for part in text.split(".")
    )
