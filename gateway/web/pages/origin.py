"""Where the pages are: under which hosts and origins they may be asked, and from where a request came."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from flask import request

from gateway.settings import Settings


@dataclass(frozen=True)
class Origin:
    """
    Attributes:
        url: what the world calls the pages, without a slash at the end.
        hosts: values of Host under which they answer. Another is somebody's name that leads to our address.
        proxies: whose word on where a request came from is believed.
    """

    url: str
    hosts: frozenset[str]
    proxies: tuple[IPv4Network | IPv6Network, ...]

    @property
    def is_secure(self) -> bool:
        return self.url.startswith("https://")

    def address(self) -> str:
        """Whose request it is: the last address that is not one of our proxies'."""
        way = [word.strip() for line in request.headers.getlist("X-Forwarded-For") for word in line.split(",")]
        for address in reversed([*way, request.remote_addr or ""]):
            if not self._is_proxy(address):
                return address[:64]
        return request.remote_addr or ""

    def _is_proxy(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self.proxies)
        except ValueError:
            return False

    def is_known_host(self) -> bool:
        return request.host.lower() in self.hosts

    def sent_it(self) -> bool:
        """Whether a page of ours sent the request, as far as the browser says; one that says nothing has a token."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return False
        given = request.headers.get("Origin", "")
        if not given:
            return True
        parted = urlsplit(given)
        return parted.scheme in ("http", "https") and parted.netloc.lower() == request.host.lower()


def origin(settings: Settings) -> Origin:
    port = settings.number("pages_port")
    hosts = {f"{name}:{port}" for name in ("localhost", "127.0.0.1", "[::1]")}
    hosts.add(urlsplit(settings.pages_url).netloc.lower())
    proxies = settings.networks("pages_proxies")
    if settings.flag("front"):
        proxies.append(ip_network(settings.pages_bind))
    return Origin(settings.pages_url, frozenset(hosts), tuple(proxies))
