"""``gateway112 front``: becomes nginx, once what a killed one left behind is gone; and has it take what is new."""

from __future__ import annotations

import argparse
import os
import resource

from gateway.channels import nginx_conf
from gateway.running import leftovers, readiness
from gateway.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Its configuration is written by `up` and `reload`."


def run(_arguments: argparse.Namespace, settings: Settings) -> int:
    conf, place = nginx_conf.folder(settings) / "nginx.conf", settings.run.resolve()
    leftovers.kill_nginx(place)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    program = str(settings.natives.resolve() / "bin" / "nginx")
    if not os.access(program, os.X_OK):
        raise nginx_conf.FrontRefused("nginx", f"is not at {program}: run `make setup`")
    os.execv(program, [program, "-p", f"{place}/", "-c", str(conf)])  # noqa: S606 - no shell is meant


def reload(settings: Settings) -> str:
    """Put configuration and certificate in force; says so. Nobody is cut off: who is connected stays with the processes
    that he is connected to, until he goes."""
    conf = nginx_conf.write(settings)
    if why := nginx_conf.refused(settings):
        return f"the front was not told, it would refuse {conf}: {why}"
    told = readiness.signal(settings.run, "front", "HUP")
    return "the front follows them" if told else "the front was not told, it reads them when it starts"
