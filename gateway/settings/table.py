"""The one table of settings: each one's name, default and meaning."""

from __future__ import annotations

from dataclasses import dataclass

Value = str | int | bool


@dataclass(frozen=True)
class Setting:
    """A row of the table.

    Attributes:
        default: its type is the value's.
        secret: it is shown nowhere.
        generated: set-up gives it a random value.
    """

    name: str
    default: Value
    help: str
    secret: bool = False
    generated: bool = False


def _made_up(name: str, meaning: str) -> Setting:
    """A secret of which only the machine needs to know."""
    return Setting(name, "", meaning, secret=True, generated=True)


SETTINGS: tuple[Setting, ...] = (
    Setting("state", "state", "folder for all state (data, logs, generated configuration), relative to the project"),
    Setting("natives", "", "folder of our own copies of Asterisk, Redis and tools; empty: <state>/natives"),
    Setting("rules", "routing_rules.yaml", "the routing rules, relative to the project"),
    Setting("bind", "127.0.0.1", "address that our own services (FastAGI, AMI, Redis, web) listen on"),
    Setting("sip_bind", "0.0.0.0", "address for SIP and RTP: trunks and desks come in by it"),  # noqa: S104 - the door
    Setting("sip_address", "127.0.0.1", "address under which trunks and desks reach us (SIP and RTP)"),
    Setting("edge", True, "run Kamailio in front of Asterisk; no: trunks reach Asterisk itself on <sip_port>"),
    Setting("sip_port", 5060, "UDP and TCP port by which trunks reach us"),
    Setting("sips_port", 5061, "TLS port by which trunks reach us"),
    Setting("asterisk_sip_port", 5080, "UDP and TCP port by which desks reach Asterisk behind the edge"),
    Setting("asterisk_sips_port", 5081, "TLS port by which desks reach Asterisk behind the edge"),
    Setting("asterisk_nodes", "", "host:port of each Asterisk behind the edge, with commas; empty: our own"),
    Setting("capture_port", 9060, "UDP port on <bind> by which the edge copies what requests say of a place (HEP)"),
    Setting("location_hosts", "", "hosts from which locations may be fetched by reference, with commas; empty: none"),
    Setting("asterisk_http_port", 8088, "port of Asterisk's HTTP server: WebSocket for browser desks, on <bind>"),
    Setting("asterisk_https_port", 8089, "the same over TLS, where the desk's pages have a certificate (wss)"),
    Setting("rtp_first", 10000, "first UDP port of RTP"),
    Setting("rtp_last", 20000, "last UDP port of RTP"),
    Setting("agi_port", 4573, "TCP port of the FastAGI server"),
    Setting("agi_peers", "127.0.0.0/8, ::1", "networks from which Asterisk may hand us calls, with commas"),
    Setting("ami_port", 5038, "TCP port of Asterisk's manager interface"),
    Setting("redis_port", 6379, "TCP port of Redis"),
    Setting("redis_url", "", "Redis elsewhere (redis://, rediss://, unix://); empty: our own on <bind>:<redis_port>"),
    Setting("web_port", 8112, "TCP port of the web application"),
    Setting("fallback_port", 8113, "TCP port of the fallback document for Twilio, a process of its own"),
    Setting("pages_port", 8114, "TCP port of the desk's pages, on <bind>, a process of its own"),
    Setting("pages_url", "", "URL under which browsers reach the desk's pages; empty: http(s)://<bind>:<pages_port>"),
    Setting(
        "pages_certificate", "", "file with the certificate chain of the desk's pages (PEM); empty: no TLS of ours"
    ),
    Setting("pages_key", "", "file with its key (PEM)"),
    Setting(
        "pages_proxies", "", "networks of proxies before the desk's pages, whose X-Forwarded-For holds, with commas"
    ),
    Setting(
        "pages_sip_url", "", "ws(s):// URL by which browsers reach Asterisk; empty: its own port at the pages' host"
    ),
    Setting("front", False, "run nginx before the desk's pages: https for browsers elsewhere, with limits; no: none"),
    Setting("front_bind", "0.0.0.0", "address that it listens on"),  # noqa: S104 - the door
    Setting("front_port", 443, "its port of https"),
    Setting("front_http_port", 80, "its port of http, which leads to https"),
    Setting("front_certificate", "", "file with its certificate chain (PEM), good for all names of https:// URLs here"),
    Setting("front_key", "", "file with its key (PEM)"),
    Setting("sip_password_seconds", 3600, "how long a browser desk's SIP password lasts; its page renews it in time"),
    Setting("pages_tiles", "", "URL of map tiles with {z}, {x} and {y}; empty: the map has our own layers alone"),
    Setting("pages_tiles_attribution", "", "whose tiles they are, as the map has to say"),
    Setting("phone", False, "a caller's telephone in the browser at /phone, for drills and trials; off in production"),
    Setting(
        "public_url", "", "URL under which Twilio and desks reach the web application; empty: http://<bind>:<web_port>"
    ),
    Setting("link_url", "", "https:// URL of a neutral name for links by SMS (/h/…); empty: the same as public_url"),
    Setting("fallback_url", "", "URL under which Twilio reaches the fallback process; empty: the same as public_url"),
    Setting("anonymous_sip", False, "accept SIP from addresses that no trunk names (trials only)"),
    Setting("trial_trunk", True, "accept calls from 127.0.0.1 as the trunk trial, for make call; off in production"),
    Setting("twilio_account_sid", "", "Twilio account; empty: Twilio is off"),
    Setting("twilio_auth_tokens", "", "one token, or two with a comma while they are rotated", secret=True),
    Setting("twilio_sip_target", "", "host[:port],… where Twilio reaches us by SIP; empty: <sip_address>:<sip_port>"),
    Setting("twilio_operators_number", "", "E.164 number of the operators, the last target when SIP to us fails"),
    Setting("kannel", True, "run Kannel, which speaks with the operator's SMSC or with a modem"),
    Setting("kannel_admin_port", 13000, "TCP port of Kannel's own administration, on 127.0.0.1"),
    Setting("kannel_box_port", 13001, "TCP port between Kannel's two processes, on 127.0.0.1"),
    Setting("kannel_send_port", 13013, "TCP port by which Kannel takes replies, on 127.0.0.1"),
    Setting("kannel_peers", "127.0.0.0/8, ::1", "networks from which Kannel may bring messages, with commas"),
    Setting("kannel_rate", 10, "messages per second that may be given to Kannel"),
    Setting("kannel_sender", "112", "sender of a reply through Kannel whose message names none"),
    Setting("trial_smsc", True, "a fake SMSC on 127.0.0.1, for make text; off in production"),
    Setting("trial_smsc_port", 13014, "TCP port of the fake SMSC"),
    Setting("sms_number", "", "number or messaging service by which messages through Twilio come and go; empty: none"),
    Setting(
        "sms_channel", "", "channel of the SMS after a hang-up: kannel, twilio, sip_message; empty: the first in force"
    ),
    Setting(
        "monitoring_token",
        "",
        "bearer token for /metrics and all of /health; empty: this machine, without public_url",
        secret=True,
    ),
    Setting("timezone", "Asia/Jakarta", "zone of the times of day shown to people (desk, watch); all else is UTC"),
    Setting("log_level", "info", "debug, info, warning or error"),
    _made_up("ami_secret", "password of our manager account"),
    _made_up("redis_password", "password of our own Redis"),
    _made_up("kannel_seed", "derives the passwords between Kannel and us"),
    _made_up("aml_seed", "derives the address at which telephones bring AML over HTTPS"),
    Setting("aml_hmac_keys", "", "AML over HTTPS must be signed by this key, or one of two with a comma", secret=True),
    _made_up("edge_seed", "derives by what Asterisk knows a trunk behind the edge"),
    _made_up("signing_key", "signs location references and dialogue positions in URLs"),
    _made_up("number_key", "keys the index of callers' numbers, so that no number is a key in Redis"),
    _made_up("registry_key", "encrypts the table of registered numbers at rest (Fernet key)"),
    _made_up("desk_password_seed", "derives each desk's SIP password"),
    _made_up("second_factor_seed", "derives the secrets of accounts' second factors"),
)
