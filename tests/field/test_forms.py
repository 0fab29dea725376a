"""What happened to people elsewhere with forms; docs/field-reports.md names each report."""

import pytest


@pytest.fixture
def bio(ana, as_ana):
    def save(written):
        as_ana.post("/settings/profile/", {"name": "Ana", "bio": written})
        ana.refresh_from_db()
        return ana.bio

    return save


def test_the_counter_said_that_a_text_fitted_and_the_site_refused_its_line_breaks(bio):
    lines = ["a" * 15] * 10  # 159 with their breaks; a browser sends 168
    assert bio("\r\n".join(lines)) == "\n".join(lines)


def test_a_pasted_nul_broke_the_form(bio, as_ana):
    as_ana.post("/settings/profile/", {"name": "A\0na", "bio": "Rain\0"})
    answer = as_ana.post("/compose/", {"text": "Tr\0ams"})
    assert answer.status_code < 500
    assert as_ana.get("/spaces/", {"q": "a\0b"}).status_code < 500
