"""``gateway112 user``: the accounts of the desk's page, from the machine itself."""

from __future__ import annotations

import argparse
import sys

from gateway.accounts.account import EVERY_AGENCY, AccountRefused, Role
from gateway.accounts.audit import Audit
from gateway.accounts.keeping import Keeping
from gateway.language import LANGUAGES
from gateway.rules import load
from gateway.settings import Settings
from gateway.store import Store, StoreAway
from gateway.store.accounts import Accounts
from gateway.store.attempts import Attempts
from gateway.store.audit import AuditStream

SIMPLE = {
    "password": "give it a new password, shown once; it has to be changed at the next sign-in",
    "disable": "let it in no more; whoever is in is out at once",
    "enable": "let it in again",
    "unlock": "forget its wrong attempts to come in",
    "code-off": "remove its second factor: the telephone is lost",
    "sign-out": "end all its sessions",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    acts.add_parser("list", help="every account with role and agencies")
    add = acts.add_parser("add", help="a new account; its password is shown once")
    add.add_argument("name", help="2 to 40 small letters, digits, dots, dashes, underscores")
    _bound(add, Role.CALL_TAKER)
    add.add_argument("--title", default="", help="the person's name, as colleagues see it")
    add.add_argument("--language", choices=LANGUAGES, default="")
    role = acts.add_parser("role", help="another role, or other agencies")
    role.add_argument("name")
    _bound(role, None)
    for act, explanation in SIMPLE.items():
        acts.add_parser(act, help=explanation).add_argument("name")
    parser.epilog = "Redis has to run. What is done here stands in the audit as (terminal)."


def _bound(parser: argparse.ArgumentParser, role: Role | None) -> None:
    parser.add_argument("--role", choices=[str(each) for each in Role], default=role, required=role is None)
    parser.add_argument(
        "--agency", action="append", default=[], help=f"an agency's id, as often as needed; '{EVERY_AGENCY}': all"
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    client = Store(settings).redis
    agencies = list(load(settings.rules).agencies)
    accounts = Accounts(client)
    keeping = Keeping(accounts, Attempts(client), Audit(AuditStream(client)), lambda: agencies)
    try:
        return _list(accounts) if arguments.act == "list" else _act(arguments, keeping)
    except AccountRefused as refused:
        # By the word that is written here for it.
        raise AccountRefused("--agency", refused.why) if refused.where == "agencies" else refused from None
    except StoreAway as away:
        print(f"gateway112: the store is away ({away}): start it with `make run`", file=sys.stderr)
        return 1


def _act(arguments: argparse.Namespace, keeping: Keeping) -> int:
    match arguments.act:
        case "add":
            role = Role(arguments.role)
            account, secret = keeping.add(arguments.name, role, arguments.agency, arguments.title, arguments.language)
            print(f"account   {account.name}\npassword  {secret}")
        case "role":
            keeping.set_role(arguments.name, Role(arguments.role), arguments.agency)
        case "password":
            print(f"password  {keeping.renew_password(arguments.name)}")
        case "code-off":
            keeping.end_second_factor(arguments.name)
        case "sign-out":
            keeping.sign_out(arguments.name)
        case simple:
            {"disable": keeping.disable, "enable": keeping.enable, "unlock": keeping.unlock}[simple](arguments.name)
    return 0


def _list(accounts: Accounts) -> int:
    for account in accounts.every():
        marks = [
            *(["disabled"] if account.disabled else []),
            *(["with code"] if account.second_factor else []),
            *(["must change its password"] if account.must_change else []),
        ]
        print(
            f"{account.name:<16} {account.role:<14} {','.join(account.agencies):<20} {account.title}"
            f"{'  ' if marks else ''}{', '.join(marks)}".rstrip()
        )
    return 0
