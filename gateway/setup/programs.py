"""Which programs beside Python there are, and in which packages of the distribution."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Program:
    """One program we need.

    Attributes:
        set: the closure it is unpacked in; programs of one set come from one suite.
        version: words that make it print its version; the first number in it must be at least ``at_least``.
        folders: names in ``<natives>/share`` and where their folder may lie, as glob patterns below a root.
        environ: variables its wrapper sets, with such a pattern each.
        lies: where its file may be below a root; what no PATH leads to is looked for there.
        called: names of its file, where that is not the program's own name.
        without: packages it is said to depend on that are left out.
        host_loader: it is started by the host's loader and C library; it must come from the host's own suite.
    """

    name: str
    set: str
    packages: tuple[str, ...]
    version: tuple[str, ...]
    at_least: int
    folders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    environ: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lies: tuple[str, ...] = ("usr/bin", "usr/sbin")
    called: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    host_loader: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        """Names its file may have, the best first."""
        return self.called or (self.name,)


PROGRAMS = (
    Program(
        "asterisk", "asterisk", ("asterisk", "asterisk-modules"), ("-V",), 20,
        folders={
            "asterisk-modules": ("usr/lib/*/asterisk/modules", "usr/lib*/asterisk/modules"),
            "asterisk-data": ("usr/share/asterisk", "var/lib/asterisk"),
        },
    ),
    Program("redis-server", "tools", ("redis-server",), ("--version",), 7),
    Program("redis-cli", "tools", ("redis-tools",), ("--version",), 7),
    Program("sipp", "tools", ("sip-tester",), ("-v",), 3),
    Program(
        "espeak-ng", "tools", ("espeak-ng",), ("--version",), 1,
        environ={"ESPEAK_DATA_PATH": ("usr/lib/*/espeak-ng-data", "usr/share/espeak-ng-data")},
    ),
    Program(
        "baresip", "tools", ("baresip-core",), ("-h",), 1,
        folders={"baresip-modules": ("usr/lib/*/baresip/modules", "usr/lib/baresip/modules")},
    ),
    Program(
        "kamailio", "kamailio",
        ("kamailio", "kamailio-utils-modules", "kamailio-tls-modules", "kamailio-extra-modules"), ("-v",), 5,
        folders={"kamailio-modules": ("usr/lib/*/kamailio/modules", "usr/lib*/kamailio/modules")},
    ),
    Program("bearerbox", "kannel", ("kannel",), ("--version",), 1),
    Program("smsbox", "kannel", ("kannel",), ("--version",), 1),
    # Without what its scripts of the system need: it is started by us.
    Program("nginx", "nginx", ("nginx",), ("-v",), 1, without=("iproute2", "debconf", "lsb-base", "perl-base")),
    Program("fakesmsc", "kannel", ("kannel-extras",), ("--version",), 1, lies=("usr/lib/kannel/test",)),
)  # fmt: skip
"""What the gateway runs with, and what tries it out."""

TESTS_ALONE = (
    Program(
        "chromium", "chromium", ("chromium-headless-shell", "fonts-dejavu-core"), ("--version",), 120,
        environ={
            "FONTCONFIG_PATH": ("etc/fonts",),
            "XDG_DATA_HOME": ("usr/share",),  # fontconfig looks for fonts there, and a host may have none
        },
        lies=("usr/lib/chromium", "usr/bin", "opt/google/chrome"),
        called=("chromium-headless-shell", "chromium", "google-chrome"),
        # It starts its parts by /proc/self/exe, which under a loader of our own would be that loader.
        host_loader=True,
        without=("libc6", "x11-utils", "xdg-utils"),  # the latter two bring a whole desktop, which draws nothing here
    ),
)  # fmt: skip
"""What only `make test` needs: the browser that drives the desk's page. Ubuntu has it as a snap, not as a package:
there it has to be installed, or Google Chrome."""

# Without one of these modules an Asterisk is not used: no queue, no dialogue, no location, or no browser desk.
ASTERISK_MODULES = (
    "app_dial", "app_playback", "app_queue", "app_stack", "bridge_simple", "chan_pjsip", "codec_alaw",
    "codec_g722", "codec_gsm", "codec_ulaw", "format_wav", "func_callerid", "func_channel", "func_db", "func_uri",
    "pbx_config", "res_agi", "res_geolocation", "res_http_websocket", "res_musiconhold", "res_pjsip",
    "res_pjsip_geolocation", "res_pjsip_header_funcs", "res_pjsip_session", "res_pjsip_transport_websocket",
    "res_rtp_asterisk", "res_srtp",
)  # fmt: skip
