"""The index of an incremental build tells nothing of the builds before it."""

from types import SimpleNamespace

from mountain_counties.pages import search


def test_words_that_no_page_holds_any_more_are_dropped():
    indexer = SimpleNamespace(_mapping={"kept": {"a"}, "gone": set()}, _title_mapping={"gone": set()})
    builder = SimpleNamespace(indexer=indexer, loaded=[])
    env = SimpleNamespace(domaindata={"index": {"entries": {}}})
    builder.load_indexer = lambda pages: builder.loaded.append(pages)
    search.keep_index_whole(SimpleNamespace(builder=builder, env=env))
    builder.load_indexer(["b"])
    assert builder.loaded == [["b"]]
    assert indexer._mapping == {"kept": {"a"}}
    assert indexer._title_mapping == {}


def test_pages_that_are_not_written_again_are_found_by_their_entries():
    indexer = SimpleNamespace(_mapping={}, _title_mapping={}, _index_entries={})
    builder = SimpleNamespace(indexer=indexer, load_indexer=lambda pages: None)
    entries = {
        "b": [],
        "a": [("single", "44.5%; share", "x", "main", None), ("single", "18", None, "", None)],
    }
    env = SimpleNamespace(domaindata={"index": {"entries": entries}})
    search.keep_index_whole(SimpleNamespace(builder=builder, env=env))
    builder.load_indexer([])
    found = [("18", "", ""), ("44.5%", "x", "main"), ("share", "x", "main")]
    assert list(indexer._index_entries.items()) == [("a", found), ("b", [])]


def test_a_builder_without_pages_is_left_alone():
    builder = SimpleNamespace()
    search.keep_index_whole(SimpleNamespace(builder=builder))
    assert not vars(builder)
