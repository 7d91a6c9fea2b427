"""The index of an incremental build tells nothing of the builds before it."""

from types import SimpleNamespace

from mountain_counties.pages import search


def test_words_that_no_page_holds_any_more_are_dropped():
    indexer = SimpleNamespace(_mapping={"kept": {"a"}, "gone": set()}, _title_mapping={"gone": set()})
    builder = SimpleNamespace(indexer=indexer, loaded=[])
    builder.load_indexer = lambda pages: builder.loaded.append(pages)
    search.forget_unused_words(SimpleNamespace(builder=builder))
    builder.load_indexer(["b"])
    assert builder.loaded == [["b"]]
    assert indexer._mapping == {"kept": {"a"}}
    assert indexer._title_mapping == {}


def test_a_builder_without_pages_is_left_alone():
    builder = SimpleNamespace()
    search.forget_unused_words(SimpleNamespace(builder=builder))
    assert not vars(builder)
