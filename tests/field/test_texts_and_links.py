"""Problems with texts and links in comparable systems; see docs/field-reports.md."""

import pytest

from timeline.models import Post

A = "https://example.com/docs"


@pytest.fixture
def posted(as_ana):
    """`posted(text)` writes a post in the composer and returns its page."""

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
def test_a_link_ends_before_chinese_or_japanese_punctuation(posted, text, behind):
    assert f'href="{A}"' in (page := posted(text))
    assert f">example.com/docs</a>{behind}" in page


def test_brackets_within_a_japanese_url_belong_to_it(posted):
    address = "https://www.example.com/download/不動産株式会社（新築そっくりさん）"
    assert f'href="{address}"' in posted(address)


def test_a_url_is_found_right_after_an_arrow_or_a_chinese_colon(posted):
    assert 'href="https://example.com"' in posted("こちら→https://example.com")
    assert 'href="https://www.example.com"' in posted("链接：https://www.example.com")


def test_a_mention_in_a_chinese_sentence_is_notified(posted, ben):
    posted("交给@ben处理")
    assert ben.notifications.filter(kind="mention").count() == 1


def test_a_mention_in_a_japanese_sentence_finds_the_right_person(posted, ben):
    posted("@benは")
    assert ben.notifications.filter(kind="mention").count() == 1


def test_a_lookalike_host_is_shown_in_punycode(posted):
    page = posted("https://www.аррӏе.com/ and http://accounts.googlе.com")
    assert ">www.xn--80ak6aa92e.com/</a>" in page
    assert ">accounts.xn--googl-3we.com</a>" in page


def test_an_emoji_counts_as_one_character(posted):
    posted("🎉" * 280)
    assert Post.objects.latest("pk").text == "🎉" * 280
