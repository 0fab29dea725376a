"""How the demo's people get in."""

from http.cookiejar import CookieJar
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

from tests.fixtures.stack import PASSWORD, Stack


class Keys:
    """Session cookies, kept while they open the door: proving a password is slow on purpose."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._kept: dict[str, str] = {}

    def of(self, handle: str) -> dict[str, str]:
        if not self._opens(self._kept.get(handle)):
            self._kept[handle] = self._sign_in(handle)
        host = urlsplit(self._stack.url).hostname or ""
        return {"name": "sessionid", "value": self._kept[handle], "domain": host, "path": "/"}

    def _opens(self, key: str | None) -> bool:
        door = f"{self._stack.url}/settings/"
        with urlopen(Request(door, headers={"Cookie": f"sessionid={key}"})) as answer:  # noqa: S310
            return key is not None and answer.url == door

    def _sign_in(self, handle: str) -> str:
        """By the form, without drawing it: tests/e2e/test_doors.py looks at that."""
        jar = CookieJar()
        opener = build_opener(HTTPCookieProcessor(jar))
        address = f"{self._stack.url}/accounts/login/"
        opener.open(address).close()
        token = next(cookie.value for cookie in jar if cookie.name == "csrftoken") or ""
        form = {"login": handle, "password": PASSWORD, "csrfmiddlewaretoken": token}
        opener.open(address, urlencode(form).encode()).close()
        return next(cookie.value for cookie in jar if cookie.name == "sessionid") or ""
