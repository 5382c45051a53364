"""SIP endpoints as the routing rules name them: trunks, and what a trunk or desk must have for itself alone."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from gateway.queues.drills import PHONE_LINES
from gateway.rules.areas import area
from gateway.rules.form import Form
from gateway.rules.rulebook import Trunk
from gateway.yaml_file import Node

NAME = "[a-z0-9][a-z0-9_-]{1,39}"
NAME_HINT = "2 to 40 small letters, digits, - and _ (in Asterisk one letter has a meaning of its own)"
RESERVED = frozenset({
    "trial", "anonymous", "global", "system", "transport", "udp", "tcp", "tls", "ws", "trunk", "desk", "telephone",
    "browser", "registration", "phone", *PHONE_LINES,
})  # fmt: skip
"""Names that our pjsip.conf uses itself."""

USER = "[A-Za-z0-9._-]{1,40}"
HOST = r"(sips?:)?[A-Za-z0-9.\[\]:_-]{1,200}"
WIDEST = {4: 8, 6: 16}
"""Shortest prefix of a trunk's network by IP version: a wider one is nobody's own."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Endpoints:
    """All endpoints of one file: no two may share a name, no two trunks an address."""

    def __init__(self) -> None:
        self._names: set[str] = set(RESERVED)
        self._networks: dict[Network, str] = {}

    def take_name(self, name: str, form: Form) -> None:
        if name in self._names:
            form.fault(f"the name {name!r} is taken by another desk or trunk: each is a SIP endpoint of its own")
        self._names.add(name)

    def trunk(self, name: str, form: Form) -> Trunk:
        """The trunk in a form."""
        self.take_name(name, form)
        with form:
            code, area_name = area(form)
            trunk = Trunk(
                name=name,
                addresses=tuple(self._addresses(name, form)),
                username=form.text("username", "", pattern=USER, hint="at most 40 letters, digits and . _ -") or None,
                area=code,
                area_name=area_name,
                twilio=form.flag("twilio", False),
                outgoing=form.text("outgoing", "", pattern=HOST, hint="host, host:port or a sip: URI") or None,
            )
        if trunk.username not in (None, name):
            self.take_name(str(trunk.username), form)  # by digest it is known to Asterisk under this name
        if not (trunk.addresses or trunk.username or trunk.outgoing):
            form.fault(f"trunk {name!r} has no 'addresses', no 'username' and no 'outgoing': no call could use it")
        return trunk

    def _addresses(self, trunk: str, form: Form) -> Iterator[str]:
        for word, node in form.texts("addresses"):
            try:
                network = ipaddress.ip_network(word)
            except ValueError as fault:
                form.fault(f"'addresses' has {word[:60]!r}, which is no IP address or network: {fault}", node)
                continue
            if network.prefixlen < WIDEST[network.version]:
                form.fault(f"'addresses' has {word!r}, which would let strangers in: name narrower networks", node)
            self._take_network(network, trunk, form, node)
            yield str(network)

    def _take_network(self, network: Network, trunk: str, form: Form, node: Node) -> None:
        twin = next((other for known, other in self._networks.items() if known.overlaps(network)), None)
        if twin is not None:
            form.fault(f"'addresses' has {str(network)!r}, which {twin!r} has too: whose call would it be?", node)
        self._networks[network] = trunk
