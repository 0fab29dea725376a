import pytest

from timeline.wording import as_html, handles_in, post_of, space_in

EXTERNAL = 'target="_blank" rel="noopener nofollow ugc" dir="ltr"'


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@ana and @Ben, not @ana again", ["ana", "ben"]),
        ("write to ana@example.org or see https://example.org/@dan", []),
        ("(@cleo) @cleo_. @ab @far_too_long_for_anyone", ["cleo", "cleo_"]),
        (" ".join(f"@person{n:02}" for n in range(30)), [f"person{n:02}" for n in range(10)]),
    ],
)
def test_mentioned_handles_are_found(text, handles):
    assert handles_in(text) == handles


@pytest.mark.parametrize(
    ("text", "public_id"),
    [
        ("come: http://testserver/spaces/AbC123/", "AbC123"),
        ("(http://testserver/spaces/AbC123).", "AbC123"),
        ("http://testserver/spaces/start/?x=1", "start"),  # the caller finds no such Space
        ("http://elsewhere.example/spaces/AbC123/", ""),
        ("http://testserver/spaces/AbC123/chat/", ""),
        ("http://[ and https://", ""),
    ],
)
def test_the_space_that_a_text_links_to_is_found(text, public_id):
    assert space_in(text) == public_id


@pytest.mark.parametrize("around", ["[{}]", "「{}」", "見て{}。", "*{}*", "{}…", "{}، ثم"])
def test_a_link_to_a_space_is_found_between_punctuation_of_any_script(around):
    assert space_in(around.format("http://testserver/spaces/AbC123/")) == "AbC123"


def test_a_mention_without_spaces_around_it_becomes_a_link():
    assert as_html("你好@ana，", handles={"ana"}) == '你好<a href="/@ana/" dir="ltr">@ana</a>，'


def test_the_post_that_a_url_names_is_found():
    assert post_of("http://testserver/@ana/posts/12/") == "12"
    assert post_of("http://elsewhere.example/@ana/posts/12/") == ""


def test_text_that_is_not_a_link_stays_text():
    written = as_html("<b>1 & 2</b> @nobody", handles=[])
    assert written == '&lt;b&gt;1 &amp; 2&lt;/b&gt; <bdi dir="ltr">@nobody</bdi>'


def test_existing_handles_become_links_to_their_profiles():
    assert as_html("Hi @Ana!", handles={"ana"}) == 'Hi <a href="/@Ana/" dir="ltr">@Ana</a>!'


def test_a_link_to_another_site_opens_a_new_tab_and_has_nofollow():
    link = (
        f'<a href="https://example.org/a?b=1&amp;c=(2)" {EXTERNAL}>example.org/a?b=1&amp;c=(2)</a>'
    )
    assert as_html("see https://example.org/a?b=1&c=(2).", handles=[]) == f"see {link}."


def test_a_long_url_is_shortened():
    link = as_html("https://example.org/" + "a" * 100, handles=[])
    assert link.endswith(f">example.org/{'a' * 23}…</a>")


def test_a_link_to_this_site_opens_in_the_same_tab():
    assert as_html("http://testserver/@ana/", handles=[]) == (
        '<a href="/@ana/" dir="ltr">testserver/@ana/</a>'
    )


def test_javascript_and_data_urls_are_not_linked():
    assert as_html("javascript:alert(1) data:text/html,x", handles=[]) == (
        "javascript:alert(1) data:text/html,x"
    )


def test_the_url_of_the_card_is_left_out_at_the_end_of_the_text():
    text = "Come! http://testserver/spaces/AbC123/"
    assert as_html(text, handles=[], card_of="AbC123") == "Come!"
    assert "AbC123" in as_html(f"{text} now", handles=[], card_of="AbC123")
