"""What happened to people elsewhere with texts and links; docs/field-reports.md names each."""

import pytest

from timeline.models import Post

A = "https://example.com/docs"


@pytest.fixture
def posted(as_ana):
    """The page of a post, once it is written in the composer."""

    def post(text):
        as_ana.post("/compose/", {"text": text})
        return as_ana.get(Post.objects.latest("pk").get_absolute_url()).text

    return post


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        (f"句点直後: {A}。次の文。", "。次の文。"),
        (f"全角（{A}）です。", "）です。"),
        (f"读点: {A}，详见", "，详见"),
        (f"“车库源码（{A}）与您共同进步！”", "）与您共同进步！”"),
        (f"({A})。", ")。"),
    ],
)
def test_the_mark_of_a_chinese_or_japanese_sentence_broke_the_link(posted, text, behind):
    assert f'href="{A}"' in (page := posted(text))
    assert f">example.com/docs</a>{behind}" in page


def test_brackets_within_a_japanese_address_cut_it(posted):
    address = "https://www.example.com/download/不動産株式会社（新築そっくりさん）"
    assert f'href="{address}"' in posted(address)


def test_an_address_behind_a_letter_of_another_script_was_cut(posted):
    assert 'href="https://example.com"' in posted("こちら→https://example.com")
    assert 'href="https://www.example.com"' in posted("链接：https://www.example.com")


def test_somebody_named_in_a_chinese_sentence_was_not_told(posted, ben):
    posted("交给@ben处理")
    assert ben.notifications.filter(kind="mention").count() == 1


def test_somebody_named_in_a_japanese_sentence_was_taken_for_somebody_else(posted, ben):
    posted("@benは")
    assert ben.notifications.filter(kind="mention").count() == 1


def test_an_address_of_cyrillic_letters_looked_like_a_well_known_one(posted):
    page = posted("https://www.аррӏе.com/ and http://accounts.googlе.com")
    assert ">www.xn--80ak6aa92e.com/</a>" in page
    assert ">accounts.xn--googl-3we.com</a>" in page


def test_emoji_were_counted_twice_so_a_message_that_fitted_was_refused(posted):
    posted("🎉" * 280)
    assert Post.objects.latest("pk").text == "🎉" * 280
