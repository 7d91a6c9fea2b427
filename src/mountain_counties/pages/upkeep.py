"""What keeps the pages of a partial build the same as those of a whole one."""

from pathlib import Path
from shutil import move

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

NOTE = ".buildinfo"


def shared(env: BuildEnvironment) -> list:
    """Return what pages show of each other: titles, numbers, labels, publications."""
    labels = env.get_domain("std")
    facts = (env.titles, env.toc_secnumbers, env.toc_fignumbers, labels.labels, labels.anonlabels)
    cited = env.domaindata.get("cite", {}).get("citations", ())
    works = [(work.key, work.citation_id, str(work.entry)) for work in cited]
    return [[(name, str(value)) for name, value in sorted(part.items())] for part in facts] + [works]


def rewrite_if_shared_changed(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Have every page written again if another page's title or number changed: each lists them all."""
    before, env.shared_by_pages = getattr(env, "shared_by_pages", None), shared(env)
    return sorted(env.all_docs) if before not in (None, env.shared_by_pages) else []


def bring_note(app: Sphinx) -> None:
    """Put Sphinx's note of its configuration where it looks for it."""
    if (kept := Path(app.doctreedir) / NOTE).exists():
        move(kept, Path(app.outdir) / NOTE)


def take_note(app: Sphinx, error: Exception | None) -> None:
    """Keep the note out of the pages: it tells folders apart, as it hashes where the theme is."""
    if (note := Path(app.outdir) / NOTE).exists():
        move(note, Path(app.doctreedir) / NOTE)


def setup(app: Sphinx) -> None:
    """Register everything."""
    app.connect("env-get-updated", rewrite_if_shared_changed, priority=900)  # once all is numbered
    app.connect("builder-inited", bring_note)
    app.connect("build-finished", take_note)
