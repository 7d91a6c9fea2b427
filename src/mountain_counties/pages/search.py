"""The search: words of English by their stem, Chinese by any two characters, figures as they are printed."""

import re
from collections.abc import Iterable
from functools import cache

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish
from sphinx.util.index_entries import split_index_msg

_HAN = r"[\u3400-\u9fff]"
_WORDS = re.compile(rf"{_HAN}+|\d+(?:\.\d+)+|(?:(?!{_HAN})\w)+")

_SPLITTER = r"""
var splitQuery = (query) => {
  const words = query.match(/[\u3400-\u9fff]+|\d+(?:\.\d+)+|(?:(?![\u3400-\u9fff])[\p{L}\p{N}_])+/gu) ?? [];
  const pairs = (word) => Array.from({ length: word.length - 1 }, (_, i) => word.slice(i, i + 2));
  return words.flatMap((word) => (/^[\u3400-\u9fff]{2}/.test(word) ? pairs(word) : [word]));
};
"""


class English(SearchEnglish):
    """Sphinx's search in English, which also finds a part of a Chinese name and a figure with its decimals.

    Chinese has no spaces between words. A run of it is indexed by each character and each pair of neighbours;
    the page's script asks for the pairs [1]_. A stem is found once for all pages.

    References
    ----------
    .. [1] J.-Y. Nie, J. Gao, J. Zhang and M. Zhou, On the use of words and n-grams for Chinese information
       retrieval, IRAL 2000, https://doi.org/10.1145/355214.355235
    """

    js_splitter_code = _SPLITTER

    def init(self, options: dict[str, str]) -> None:
        """Make the stemmer, and remember what it finds."""
        super().init(options)
        self.stem = cache(self.stem)

    def split(self, input: str) -> list[str]:  # Sphinx names the argument
        """Split a text into what can be searched for."""
        return [part for word in _WORDS.findall(input) for part in _parts(word)]


def _parts(word: str) -> list[str]:
    """Return a word, or the characters and the pairs of neighbours of a run of Chinese."""
    if not re.match(_HAN, word):
        return [word]
    return [*word, *(word[i : i + 2] for i in range(len(word) - 1))]


def leave_out_code(app: Sphinx) -> None:
    """Keep the code of folded cells out of the index: a reader who searches looks for text."""
    index = getattr(app.builder, "index_page", None)
    if index is None:  # no builder of pages
        return

    def index_text(page: str, doctree: nodes.document, title: str) -> None:
        folds = [(fold, fold.children) for fold in doctree.findall(HideCodeCellNode)]
        for fold, _ in folds:
            fold.children = []
        index(page, doctree, title)
        for fold, children in folds:
            fold.children = children

    app.builder.index_page = index_text


def keep_index_whole(app: Sphinx) -> None:
    """Have the index tell of the pages as they are, also if few of them are written again.

    Sphinx keeps words that no page holds any more, and forgets what pages that stay say they are to be found
    by.
    """
    load = getattr(app.builder, "load_indexer", None)
    if load is None:  # no builder of pages
        return

    def load_whole(pages: Iterable[str]) -> None:
        load(pages)
        indexer = app.builder.indexer
        for page, entries in sorted(app.env.domaindata["index"]["entries"].items()):
            indexer._index_entries[page] = sorted(
                {
                    (part, target or "", main)
                    for kind, value, target, main, _ in entries
                    for part in split_index_msg(kind, value)
                }
            )
        for words in (indexer._mapping, indexer._title_mapping):
            for word in [word for word, holders in words.items() if not holders]:
                del words[word]

    app.builder.load_indexer = load_whole


def setup(app: Sphinx) -> None:
    """Register the language and what it leaves out."""
    app.add_search_language(English)
    app.connect("builder-inited", leave_out_code)
    app.connect("builder-inited", keep_index_whole)
