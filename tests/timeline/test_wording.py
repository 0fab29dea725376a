import pytest

from timeline.wording import as_html, handles_in, post_of, space_in

OUT = 'target="_blank" rel="noopener nofollow ugc" dir="ltr"'


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@ana and @Ben, not @ana again", ["ana", "ben"]),
        ("write to ana@example.org or see https://example.org/@dan", []),
        ("(@cleo) @cleo_. @ab @far_too_long_for_anyone", ["cleo", "cleo_"]),
        (" ".join(f"@person{n:02}" for n in range(30)), [f"person{n:02}" for n in range(10)]),
    ],
)
def test_who_is_named(text, handles):
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
def test_the_space_that_a_text_links_to(text, public_id):
    assert space_in(text) == public_id


@pytest.mark.parametrize("around", ["[{}]", "「{}」", "見て{}。", "*{}*", "{}…", "{}، ثم"])
def test_a_space_is_found_between_the_marks_of_any_script(around):
    assert space_in(around.format("http://testserver/spaces/AbC123/")) == "AbC123"


def test_who_is_named_beside_letters_without_a_space_becomes_a_link():
    assert as_html("你好@ana，", handles={"ana"}) == '你好<a href="/@ana/" dir="ltr">@ana</a>，'


def test_the_post_that_an_address_names():
    assert post_of("http://testserver/@ana/posts/12/") == "12"
    assert post_of("http://elsewhere.example/@ana/posts/12/") == ""


def test_what_is_no_link_stays_text():
    written = as_html("<b>1 & 2</b> @nobody", handles=[])
    assert written == '&lt;b&gt;1 &amp; 2&lt;/b&gt; <bdi dir="ltr">@nobody</bdi>'


def test_who_exists_becomes_a_link_to_their_profile():
    assert as_html("Hi @Ana!", handles={"ana"}) == 'Hi <a href="/@Ana/" dir="ltr">@Ana</a>!'


def test_an_address_elsewhere_opens_beside_and_is_not_vouched_for():
    link = f'<a href="https://example.org/a?b=1&amp;c=(2)" {OUT}>example.org/a?b=1&amp;c=(2)</a>'
    assert as_html("see https://example.org/a?b=1&c=(2).", handles=[]) == f"see {link}."


def test_a_long_address_is_shown_short():
    link = as_html("https://example.org/" + "a" * 100, handles=[])
    assert link.endswith(f">example.org/{'a' * 23}…</a>")


def test_an_address_of_ours_stays_on_this_page():
    assert as_html("http://testserver/@ana/", handles=[]) == (
        '<a href="/@ana/" dir="ltr">testserver/@ana/</a>'
    )


def test_nothing_runs_that_only_looks_like_an_address():
    assert as_html("javascript:alert(1) data:text/html,x", handles=[]) == (
        "javascript:alert(1) data:text/html,x"
    )


def test_the_address_whose_card_stands_below_is_left_out_at_the_end():
    text = "Come! http://testserver/spaces/AbC123/"
    assert as_html(text, handles=[], card_of="AbC123") == "Come!"
    assert "AbC123" in as_html(f"{text} now", handles=[], card_of="AbC123")
