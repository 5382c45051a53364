"""The desk's page is bundled from its sources and what npm's lock names, under names that change with it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from gateway.settings import ROOT, read
from gateway.setup import SetupRefused
from gateway.setup.page import KEPT, LOCKED, NODE, SOURCES, bundle, bundled, fetch
from gateway.web.bundle import BundleRefused, Entry, built

PACKAGES = read().natives.resolve() / "page" / "node_modules"


class Page:
    """Sources of our own, bundled beside the packages of the project."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.natives = folder / "natives"
        (folder / "src").mkdir()
        (self.natives / "page").mkdir(parents=True)
        (self.natives / "page/node_modules").symlink_to(PACKAGES)
        self.write("desk.js", 'import { sign } from "./sign.js";\nimport "./desk.css";\nconsole.log(sign);\n')
        self.write("sign.js", "export const sign = 112;\n")
        self.write("desk.css", "p { color: red }\n")

    def write(self, name: str, text: str) -> None:
        (self.folder / "src" / name).write_text(text, encoding="utf-8")

    def bundle(self) -> Path:
        return bundle(self.natives, self.folder, ["desk"])

    @property
    def said(self) -> str:
        made = self.bundle()
        script = json.loads((made / "manifest.json").read_text(encoding="utf-8"))["desk"]["script"]
        return subprocess.run([NODE / "bin/node", made / script], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path)


def test_what_a_script_imports_is_in_one_file(page: Page) -> None:
    assert page.said == "112\n"


def test_a_script_and_its_styles_have_names_that_change_with_them(page: Page) -> None:
    first = json.loads((page.bundle() / "manifest.json").read_text(encoding="utf-8"))["desk"]
    page.write("sign.js", "export const sign = 110;\n")
    second = json.loads((page.bundle() / "manifest.json").read_text(encoding="utf-8"))["desk"]
    assert page.said == "110\n"
    assert first["script"] != second["script"]
    assert first["style"] == second["style"]


def test_unchanged_sources_are_not_bundled_again(page: Page) -> None:
    made = page.bundle()
    (made / "manifest.json").write_text("{}", encoding="utf-8")
    assert page.bundle() == made
    assert (made / "manifest.json").read_text(encoding="utf-8") == "{}"


def test_what_a_running_process_serves_stays_when_the_sources_change_and_older_ones_go(page: Page) -> None:
    made = []
    for number in range(KEPT + 2):
        page.write("sign.js", f"export const sign = {number};\n")
        made.append(page.bundle())
    there = [folder.exists() for folder in made]
    assert there == [False] * 2 + [True] * KEPT


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("sign.js", "export const sign = ;\n", "src/sign.js:1:20"),
        ("desk.js", 'import "./gone.js";\n', 'Could not resolve "./gone.js"'),
        ("desk.js", 'import "no-such-package";\n', 'Could not resolve "no-such-package"'),
        ("desk.js", 'import { gone } from "./sign.js";\ngone();\n', 'No matching export in "src/sign.js"'),
    ],
)
def test_a_fault_in_a_source_is_told_with_its_place(page: Page, name: str, text: str, fault: str) -> None:
    page.write(name, text)
    with pytest.raises(SetupRefused, match="desk's page: not bundled") as refused:
        page.bundle()
    assert fault in str(refused.value)
    assert not list((page.natives / "page").glob("*-*"))


def test_without_packages_it_says_what_to_do(page: Page) -> None:
    (page.natives / "page/node_modules").unlink()
    with pytest.raises(SetupRefused, match=r"no packages in .*: run `make setup`"):
        page.bundle()


def test_the_page_of_the_project_is_served_as_it_was_bundled(tmp_path: Path) -> None:
    settings = read({"GATEWAY112_STATE": str(tmp_path)})
    with pytest.raises(BundleRefused, match=r"not bundled in .*: run `make setup`"):
        built(settings)
    (settings.natives / "page").mkdir(parents=True)
    (settings.natives / "page/node_modules").symlink_to(PACKAGES)
    bundle(settings.natives)
    served = built(settings)
    assert served.folder == bundled(settings.natives)
    assert isinstance(served.entries["desk"], Entry)
    assert all((served.folder / entry.script).is_file() for entry in served.entries.values())


def test_packages_out_of_reach_are_a_sentence_with_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(SetupRefused, match=r"npm ci: .*ECONNREFUSED.*: check the network to npm's registry"):
        fetch(tmp_path, lambda _: None)
    assert not (tmp_path / "page" / "fetched").exists()


def test_packages_that_are_there_are_not_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    told: list[str] = []
    fetch(read().natives, told.append)
    assert told == []


@pytest.mark.parametrize("name", LOCKED)
def test_the_lock_of_npm_names_no_place_packages_come_from(name: str) -> None:
    text = (SOURCES / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert '"resolved"' not in text
    assert "registry=" not in text.replace("omit-lockfile-registry-resolved=", "")


def test_every_package_of_npm_has_one_version_with_its_digest() -> None:
    wanted = json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all(package["integrity"].startswith("sha512-") for path, package in locked.items() if path)


def test_nothing_of_it_lies_among_the_sources() -> None:
    assert not (SOURCES / "node_modules").exists()
    assert not list((ROOT / "gateway/web").rglob("*.map"))
