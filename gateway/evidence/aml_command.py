"""``gateway112 aml``: prints where telephones bring their location over HTTPS, for the operator to give away."""

from __future__ import annotations

import argparse

from gateway.evidence import aml_door
from gateway.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Telephones need it over HTTPS: set public_url to what a proxy with a certificate serves."
    parser.add_argument("--url", action="store_true", help="print the address alone")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    address = aml_door.url(settings)
    print(address if arguments.url else f"POST {address}")
    if not arguments.url:
        signed = len(aml_door.keys(settings))
        print(f"signed by one of {signed} keys (hmac, SHA-1 or SHA-256)" if signed else "not signed: aml_hmac_keys")
    return 0
