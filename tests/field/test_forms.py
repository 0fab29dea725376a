"""Problems with forms in comparable systems; docs/field-reports.md lists the reports."""

import pytest


@pytest.fixture
def bio(ana, as_ana):
    def save(written):
        as_ana.post("/settings/profile/", {"name": "Ana", "bio": written})
        ana.refresh_from_db()
        return ana.bio

    return save


def test_a_text_that_fits_according_to_the_counter_is_accepted_with_its_line_breaks(bio):
    lines = ["a" * 15] * 10  # 159 characters with line breaks, which a browser sends as 168
    assert bio("\r\n".join(lines)) == "\n".join(lines)


def test_a_pasted_nul_does_not_break_a_form(bio, as_ana):
    as_ana.post("/settings/profile/", {"name": "A\0na", "bio": "Rain\0"})
    answer = as_ana.post("/compose/", {"text": "Tr\0ams"})
    assert answer.status_code < 500
    assert as_ana.get("/spaces/", {"q": "a\0b"}).status_code < 500
