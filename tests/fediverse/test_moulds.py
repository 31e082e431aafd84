"""A mould makes what the constructor makes."""

import copy
import pickle
from dataclasses import MISSING, fields

import pytest

from fediverse.types import CLASSES, Note
from fediverse.vocabulary.moulds import Mould


@pytest.mark.parametrize("cls", sorted(CLASSES, key=lambda cls: cls.__name__), ids=lambda cls: cls.__name__)
def test_a_value_is_the_same_as_from_the_constructor(cls: type):
    assert not hasattr(cls, "__post_init__")
    assert all(each.default is not MISSING or each.default_factory is not MISSING for each in fields(cls))
    for values in ({"type": "X"}, {"type": "X", "id": "https://a.example/1", "extra": {"a": 1}}):
        assert Mould(cls).cast(dict(values)) == cls(**values)


def test_it_is_as_frozen_and_can_be_copied():
    note = Mould(Note).cast({"type": "Note", "content": "<p>Dag</p>"})
    with pytest.raises(AttributeError):
        note.content = "<p>Nee</p>"
    assert copy.copy(note) == note == pickle.loads(pickle.dumps(note))


def test_what_is_made_anew_is_not_shared():
    mould = Mould(Note)
    assert mould.cast({"type": "Note"}).extra is not mould.cast({"type": "Note"}).extra


def test_what_is_not_given_is_not_held_by_each_value():
    note = Mould(Note).cast({"type": "Note", "content": "<p>Dag</p>"})
    assert set(vars(note)) == {"type", "content", "extra"}
    assert note.to == ()
    assert note.published is None
