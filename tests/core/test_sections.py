"""Higher-level apps add sections to the pages of lower-level ones."""

from django.template import engines
from django.utils.html import format_html

from core.sections import render

PAGE = "{% load sections %}<h1>{{ title }}</h1>{% sections 'here' %}"


def first(context):
    return format_html("<p>{}, first</p>", context["title"])


def nothing(context):
    return ""


def second(context):
    return render(context, "components/_field_errors.html", field={"errors": ["Second"]})


def rendered(settings, *names):
    settings.PAGE_SECTIONS = {"here": [f"{__name__}.{name}" for name in names]}
    return engines["django"].from_string(PAGE).render({"title": "Profile"})


def test_sections_are_in_the_order_of_the_setting_and_get_the_context_of_the_page(settings):
    page = rendered(settings, "first", "nothing", "second")
    assert page.startswith("<h1>Profile</h1><p>Profile, first</p>")
    assert "Second" in page


def test_a_place_without_sections_stays_empty(settings):
    assert rendered(settings) == "<h1>Profile</h1>"
