"""Templates that are rendered once for equal values (core/cached_includes.py)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.template import Context, Engine
from django.test import override_settings
from django.utils.safestring import mark_safe

from core import cached_includes

TEMPLATES = {
    "count.html": "{{ texts|length }}",
    "text.html": "<p>{{ text }}</p>",
    "form.html": "<form>{% csrf_token %}{{ text }}</form>",
    "outer.html": '<div>{% include "form.html" %}</div>',
    "reader.html": "{{ user.name }}",
    "time.html": '{{ at|date:"H:i" }}',
    "place.html": '{% load static %}{% static "a.js" %}',
}


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    loaders = [("django.template.loaders.locmem.Loader", TEMPLATES)]
    engine = Engine(loaders=loaders, libraries={"static": "django.templatetags.static"})
    monkeypatch.setattr(Engine, "get_default", staticmethod(lambda: engine))
    cached_includes._kept.cache_clear()
    yield
    cached_includes._kept.cache_clear()


def test_a_template_is_rendered_once_for_equal_values():
    first = cached_includes.render("text.html", text="hello")
    assert cached_includes.render("text.html", text="hello") is first
    assert cached_includes.render("text.html", text="bye") == "<p>bye</p>"


def test_text_is_escaped_although_the_same_characters_were_passed_as_html():
    assert cached_includes.render("text.html", text=mark_safe("<b>")) == "<p><b></p>"
    assert cached_includes.render("text.html", text="<b>") == "<p>&lt;b&gt;</p>"


def test_one_and_true_are_different_values():
    assert cached_includes.render("text.html", text=1) == "<p>1</p>"
    assert cached_includes.render("text.html", text=True) == "<p>True</p>"


@pytest.mark.parametrize("name", ["form.html", "outer.html"])
def test_each_page_gets_its_own_csrf_token(name):
    for token in ("token-of-ana", "token-of-ben"):
        html = cached_includes.render_on(Context({"csrf_token": token}), name, text="hi")
        assert html.count(f'value="{token}"') == 1
        assert cached_includes._TOKEN not in html


def test_a_page_without_forms_does_not_ask_for_a_csrf_token():
    class Page(Context):
        def get(self, key, otherwise=None):
            raise AssertionError(key)

    assert cached_includes.render_on(Page(), "text.html", text="hi") == "<p>hi</p>"


def test_a_template_cannot_read_what_was_not_passed():
    with pytest.raises(cached_includes.NotPassed):
        cached_includes.render_on(Context({"user": "ana"}), "reader.html")


@pytest.mark.parametrize("value", [timedelta(1), ["a"], (1,), (mark_safe("<b>"),)])
def test_a_value_that_may_change_or_equal_another_one_is_refused(value):
    with pytest.raises(TypeError):
        cached_includes.render("text.html", text=value)


def test_tuples_of_texts_can_be_passed():
    for texts in ((), ("a",), (("a", "b"), ("c", "d"))):
        assert cached_includes.render("count.html", texts=texts) == str(len(texts))


def test_equal_times_of_different_zones_give_the_same_html():
    at = datetime(2026, 11, 24, 18, tzinfo=UTC)
    for zone in (UTC, timezone(timedelta(hours=2))):
        assert cached_includes.render("time.html", at=at.astimezone(zone)) == "18:00"


def test_a_changed_setting_is_seen_at_once():
    for url in ("/one/", "/two/"):
        with override_settings(STATIC_URL=url):
            assert cached_includes.render("place.html") == f"{url}a.js"
