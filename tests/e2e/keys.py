"""Session cookies of the demo people."""

from http.cookiejar import CookieJar
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

from tests.fixtures.stack import PASSWORD, Stack


class Keys:
    """Signs people in, and reuses valid cookies, because checking a password is slow on purpose."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._kept: dict[str, str] = {}

    def of(self, handle: str) -> dict[str, str]:
        if not self._is_valid(self._kept.get(handle)):
            self._kept[handle] = self._sign_in(handle)
        host = urlsplit(self._stack.url).hostname or ""
        return {"name": "sessionid", "value": self._kept[handle], "domain": host, "path": "/"}

    def _is_valid(self, key: str | None) -> bool:
        settings = f"{self._stack.url}/settings/"
        with urlopen(Request(settings, headers={"Cookie": f"sessionid={key}"})) as answer:  # noqa: S310
            return key is not None and answer.url == settings

    def _sign_in(self, handle: str) -> str:
        """Submit the sign-in form without a browser (test_first_pages.py tests the page itself)."""
        jar = CookieJar()
        opener = build_opener(HTTPCookieProcessor(jar))
        address = f"{self._stack.url}/accounts/login/"
        opener.open(address).close()
        token = next(cookie.value for cookie in jar if cookie.name == "csrftoken") or ""
        form = {"login": handle, "password": PASSWORD, "csrfmiddlewaretoken": token}
        opener.open(address, urlencode(form).encode()).close()
        return next(cookie.value for cookie in jar if cookie.name == "sessionid") or ""
