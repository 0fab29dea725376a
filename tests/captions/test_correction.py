"""Names and special words are corrected in recognized text, and ordinary words never are."""

from pathlib import Path

import pytest

from captions.correction.ordinary_words import ordinary_words
from captions.correction.spelling import distance, words_in
from captions.correction.vocabulary import Vocabulary
from tests.read_aloud import TEXT

WORDS = ["Priyanka Ramanujan", "Björn", "Siobhán", "Kubernetes", "Annalena", "GraphQL", "podcast"]
VOCABULARY = Vocabulary(WORDS, "en")


@pytest.mark.parametrize(
    ("recognized", "meant"),
    [
        ("Thank you, Prianka.", "Thank you, Priyanka."),
        ("I agree with priyancka", "I agree with Priyanka"),
        ("Bjorn, bjorn's and BJORN", "Björn, Björn's and BJÖRN"),
        ("Siobhan’s idea", "Siobhán’s idea"),
        ("Run Cubernetes, Kubernetis, kubernettes", "Run Kubernetes, Kubernetes, Kubernetes"),
        ("graphql or Graphql", "GraphQL or GraphQL"),
        ("Hello, Anna lena!", "Hello, Annalena!"),
        ("Is it kuber netes?", "Is it Kubernetes?"),
        ("Pridcast. Potcast", "Pridcast. Podcast"),
    ],
)  # fmt: skip
def test_near_misses_are_corrected_and_the_rest_of_the_text_is_kept(recognized, meant):
    assert VOCABULARY.correct(recognized) == meant
    assert VOCABULARY.correct(meant) == meant


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["Maria"], "Marie and Mario came"),
        (["Marion"], "The chicken is marinated, Marlon"),
        (["podcast"], "Many podcasts, podcasting, a podcaster"),
        (["Ana"], "Anna and an ant"),
        (["Grace", "Hope", "Mark"], "In the hope that we grace the mark"),
        (["Stories"], "Three storeys"),
        (["Annalena"], "Anna and Lena"),
        (["Everyday"], "every day"),
        (["Jon", "Jan"], "Jin"),
        (["Katherina", "Katharina"], "Kathorina"),  # it may be either
        (["Wordless"], "Worthless, harmless"),
    ],
)
def test_other_words_are_not_corrected(words, text):
    assert Vocabulary(words, "en").correct(text) == text


def test_no_word_of_a_long_text_is_corrected():
    readme = (Path(__file__).parents[2] / "docs/architecture.md").read_text()
    names = Vocabulary(["Tim", "Timothy", "Faris", "Belinda", "Noise", "Sprint", "Direk"], "en")
    assert names.correct(TEXT) == TEXT
    assert names.correct(readme) == readme


def test_no_ordinary_word_is_changed_by_any_vocabulary():
    ordinary = sorted(ordinary_words("en") or ())
    near = Vocabulary([f"{word[:-1]}x{word[-1]}".title() for word in ordinary[::400]], "en")
    text = " ".join(ordinary[::40])
    assert len(ordinary) > 30_000
    assert near.correct(text) == text


@pytest.mark.parametrize(
    ("language", "words", "recognized", "meant"),
    [
        ("de", ["Annegret Kramp"], "Danke, Annegrett. Der Krampf", "Danke, Annegret. Der Krampf"),
        ("de", ["Schumacher"], "Der schumacher", "Der schumacher"),  # it may mean a shoemaker
        ("ru", ["Екатерина"], "Спасибо, Екатирина.", "Спасибо, Екатерина."),
        ("el", ["Παναγιώτης"], "Ο Παναγιωτης", "Ο Παναγιώτης"),
        ("hi", ["प्रियंका"], "धन्यवाद प्रियंका", "धन्यवाद प्रियंका"),
        ("ar", ["عبدالرحمن"], "شكرا عبدالرحمان", "شكرا عبدالرحمن"),
        ("ja", ["坂本龍一の音楽を聴く会"], "坂本龍二の音楽を聴く回", "坂本龍二の音楽を聴く回"),
        ("th", ["สวัสดีชาวโลก"], "สวัสดีชาวโรก", "สวัสดีชาวโรก"),
        ("", ["Annegret"], "annegrett", "annegrett"),
    ],
)
def test_other_languages_are_corrected_with_more_caution(language, words, recognized, meant):
    assert Vocabulary(words, language).correct(recognized) == meant


def test_a_vocabulary_without_words_changes_nothing():
    for words in ([], ["", "…", "of the"]):
        assert Vocabulary(words, "en").correct(" Ana,  ok\u2068!") == " Ana,  ok\u2068!"


def test_words_are_runs_of_letters_with_their_marks():
    text = "L’été, don't 'quote' नमस्ते x2 rock-n-roll"
    words = [text[start:end] for start, end in words_in(text)]
    assert words == ["L’été", "don't", "quote", "नमस्ते", "x", "rock", "n", "roll"]


@pytest.mark.parametrize(
    ("one", "other", "cost"),
    [("anna", "anna", 0), ("ana", "anna", 0.5), ("jon", "john", 0.5), ("kara", "cara", 0.5),
     ("maria", "marie", 1), ("", "ab", 2), ("ben", "dan", 2)],
)  # fmt: skip
def test_changes_that_are_hardly_heard_cost_half(one, other, cost):
    assert distance(one, other) == distance(other, one) == cost
