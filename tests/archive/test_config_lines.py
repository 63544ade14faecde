from __future__ import annotations

import json
import tomllib
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.toml_lines import locate

DOCUMENT = '''\
# a comment with = and [brackets]
store = "a # b"
a.b."c.d" = 1
list = [
  "x", # [
  "y",
]

[limits] # [x]
delay = 2
text = """
[not.a.table]
key = "no"
"""
raw = \'\'\'
[[nor]]\'\'\'
[[seeds]]
type = "feed"
[[seeds]]
url = "2"
[seeds.extra]
inline = {a = 1, b = [1,
  2], c = {d = "]"}}
[[seeds.deep]]
z = 1
[[seeds.deep]]
z = []
'''


def test_each_key_and_element_has_the_line_on_which_it_stands() -> None:
    lines = locate(DOCUMENT)
    expected = {
        ("store",): 2,
        ("a", "b", "c.d"): 3,
        ("list",): 4,
        ("list", 0): 5,
        ("list", 1): 6,
        ("limits",): 9,
        ("limits", "delay"): 10,
        ("limits", "text"): 11,
        ("limits", "raw"): 15,
        ("seeds", 0): 17,
        ("seeds", 0, "type"): 18,
        ("seeds", 1): 19,
        ("seeds", 1, "url"): 20,
        ("seeds", 1, "extra", "inline", "a"): 22,
        ("seeds", 1, "extra", "inline", "b", 1): 23,
        ("seeds", 1, "extra", "inline", "c", "d"): 23,
        ("seeds", 1, "deep", 0, "z"): 25,
        ("seeds", 1, "deep", 1, "z"): 27,
    }
    assert {path: lines.of(path) for path in expected} == expected


def test_what_is_not_written_has_the_line_of_what_is_around_it() -> None:
    lines = locate(DOCUMENT)
    assert lines.of(("seeds", 1, "missing")) == 19
    assert lines.of(("limits", "missing")) == 9
    assert lines.of(("nowhere",)) is None


def test_windows_line_ends_count_once() -> None:
    assert locate(DOCUMENT.replace("\n", "\r\n")).of(("seeds", 1, "deep", 1, "z")) == 27


def test_deep_nesting_does_not_exhaust_the_stack() -> None:
    assert locate("a = " + "[" * 20_000 + "]" * 20_000 + "\nb = 1").of(("b",)) == 2


@settings(max_examples=200, deadline=timedelta(seconds=2))
@given(st.text(alphabet="ab=[]{}\"'.#,\n 1\\", max_size=60))
def test_anything_at_all_ends(text: str) -> None:
    locate(text)


_values = st.recursive(
    st.one_of(st.integers(-9, 9), st.booleans(), st.text(alphabet="ab]\"'#\n\\", max_size=5)),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=timedelta(seconds=2))
@given(st.dictionaries(st.text(alphabet="ab.\"' ", max_size=3), _values, max_size=6))
def test_every_key_is_found_on_the_line_where_it_was_written(table: dict[str, object]) -> None:
    written = [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in table.items()]
    text = "\n\n".join(written)
    assert tomllib.loads(text) == table
    lines = locate(text)
    assert [lines.of((key,)) for key in table] == [1 + 2 * number for number in range(len(table))]
