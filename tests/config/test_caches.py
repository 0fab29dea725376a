"""What browsers and proxies may cache."""

import pytest
from django.http import HttpResponse

from config.caches import forbid_caching

PAGES = ["/", "/@ana/", "/settings/", "/accounts/email/", "/accounts/logout/", "/nothing-here/"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_may_not_be_cached(as_ana, path):
    assert "no-store" in as_ana.get(path)["Cache-Control"]


def test_a_view_can_allow_caching(rf):
    picture = HttpResponse(headers={"Cache-Control": "public, max-age=2592000"})
    answer = forbid_caching(lambda request: picture)(rf.get("/media/face.webp"))
    assert answer["Cache-Control"] == "public, max-age=2592000"
