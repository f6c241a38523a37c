"""JupyterLab's words in Vietnamese, as its server hands them to the browser."""

import re

import pytest
from jupyterlab_server.translation_utils import get_language_pack


@pytest.fixture(scope="module")
def packs():
    found, faults = get_language_pack("vi_VN")
    assert not faults
    return found


def test_our_pack_is_the_one_that_is_served(packs):
    assert packs["jupyterlab"]["menu\u0004File"] == ["Tệp"]
    assert all(domain == pack[""]["domain"] for domain, pack in packs.items())


def test_every_word_is_there_and_has_no_place_that_its_english_text_lacks(packs):
    places = re.compile(r"%\d")
    for pack in packs.values():
        for english, (word, *plural) in pack.items():
            if english:
                assert word, english
                # a text with a plural is always given the number
                assert set(places.findall(word)) <= {*places.findall(english), *(["%1"] if plural else [])}, english
