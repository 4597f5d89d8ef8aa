"""How the site differs from what one reads in the repository: generated pages, and files from outside of `docs/`."""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from docs.reference import commands_page, metrics_page, settings_page

ROOT = Path(__file__).parents[1]
_PAGES = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "reporting.md",
    "deploy/README.md": "deploy.md",
    "gate/README.md": "gate-install.md",
}
"""Where pages from outside of `docs/` stand on the site."""

_GENERATED = {
    "reference/settings.md": settings_page,
    "reference/metrics.md": metrics_page,
    "reference/commands.md": commands_page,
}
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)")
_FILES = "files"
_HOME_OF = {site: repository for repository, site in _PAGES.items()}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for path, text in _GENERATED.items():
        files.append(File.generated(config, path, content=text()))
    for repository, site in _PAGES.items():
        if (ROOT / repository).exists():
            files.append(File.generated(config, site, content=(ROOT / repository).read_text()))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links that lead out of `docs/` lead to a page of the site, or to a copy of the file."""
    here = page.file.src_uri
    home = _HOME_OF.get(here, f"docs/{here}")

    def on_the_site(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(home), link[1]))
        site = _on_site(target, config, files)
        relative = posixpath.relpath(site, posixpath.dirname(here) or ".")
        return f"]({relative}{link[2] or ''})"

    return _LINK.sub(on_the_site, markdown)


def _on_site(target: str, config: MkDocsConfig, files: Files) -> str:
    """For a path in the repository."""
    if target in _PAGES:
        return _PAGES[target]
    if target.startswith("docs/"):
        return target.removeprefix("docs/")
    copy = f"{_FILES}/{target}"
    if copy not in files.src_uris:
        files.append(File.generated(config, copy, content=(ROOT / target).read_bytes()))
    return copy
