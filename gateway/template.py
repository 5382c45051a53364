"""Configuration files of other programs, from templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import jinja2


def fill(folder: Path, values: Mapping[str, object], plain: Callable[[object], object]) -> dict[str, str]:
    """Each ``NAME.j2`` of ``folder``, filled, by its NAME.

    Args:
        plain: is given each value before it is put in its place; refuses what could break out of its line there.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        finalize=plain,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - these are no web pages; `plain` refuses what could break a line
    )
    names = sorted(file.name for file in folder.glob("*.j2"))
    return {name.removesuffix(".j2"): environment.get_template(name).render(values) for name in names}
