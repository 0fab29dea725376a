"""Problems with going back and double taps in comparable systems; see docs/field-reports.md."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from safety.models import Report
from spaces.models import Space
from tests.e2e.room_page import PATIENCE
from tests.factories import make_host, signed_in
from timeline.models import Post

PHONE = {"width": 390, "height": 844}
ONE_POST = """
from timeline import posts
posts.write(author=User.objects.get(handle="dan"), text="Which night was the coldest?")
"""
MANY_POSTS = """
from timeline import posts
for number in range(45):
    posts.write(author=User.objects.get(handle="dan"), text=f"Hail report number {number:02}")
"""
# Access to storage fails, as in a browser that blocks all cookies.
DENIED = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, {
    get() { throw new DOMException("Access is denied for this document.", "SecurityError"); },
  });
"""


@pytest.fixture
def dan(sign_in) -> Page:
    return sign_in("dan", viewport=PHONE)


def expect_title(page: Page, title: str) -> None:
    expect(page).to_have_title(f"{title} · Spaces", timeout=PATIENCE)


def open_post(page: Page, text: str) -> None:
    post = page.get_by_role("article").filter(has_text=text).first
    post.get_by_role("link", name="Replies").click()
    expect(page.get_by_role("heading", name="Post", exact=True)).to_be_visible(timeout=PATIENCE)


def test_one_step_back_leaves_the_page_of_a_sent_form(dan, stack):
    stack.shell(ONE_POST)
    dan.goto(stack.url)
    open_post(dan, "Which night")
    dan.get_by_label("Your reply").fill("The last one")
    dan.keyboard.press("Control+Enter")
    expect(dan.get_by_text("Reply posted.")).to_be_visible(timeout=PATIENCE)
    dan.go_back()
    expect_title(dan, "Home")


def test_back_and_forward_follow_the_whole_history(dan, stack):
    dan.goto(stack.url)
    for path in ("/spaces/", "/notifications/", "/@dan/"):
        tab = dan.locator(f".tab-bar a[href='{path}']")
        tab.click()
        expect(tab).to_have_attribute("aria-current", "page", timeout=PATIENCE)
    for title in ("Notifications", "Live Spaces", "Home"):
        dan.go_back()
        expect_title(dan, title)
    dan.go_forward()
    expect_title(dan, "Live Spaces")


def test_a_draft_is_still_there_after_going_back(dan, stack):
    stack.shell(ONE_POST)
    dan.goto(stack.url)
    open_post(dan, "Which night")
    reply = dan.get_by_label("Your reply")
    reply.fill("Half a thought")
    dan.get_by_role("article").get_by_role("link", name="@dan").first.click()
    expect(dan.locator(".profile")).to_be_visible(timeout=PATIENCE)
    assert "thought" not in dan.evaluate("JSON.stringify(sessionStorage)")
    dan.go_back()
    expect(reply).to_have_value("Half a thought", timeout=PATIENCE)
    reply.press("Control+Enter")
    expect(dan.get_by_text("Reply posted.")).to_be_visible(timeout=PATIENCE)
    dan.go_back()
    expect_title(dan, "Home")
    dan.go_forward()
    expect(reply).to_have_value("", timeout=PATIENCE)


def test_a_search_is_still_there_after_going_back_from_a_result(dan, stack):
    dan.goto(f"{stack.url}/spaces/")
    words = dan.locator("#cards h2").first.inner_text()
    dan.get_by_role("searchbox").fill(words)
    dan.wait_for_url("**/spaces/?q=*", timeout=PATIENCE)
    cards = dan.locator("#cards > li")
    expect(cards).to_have_count(1)
    cards.get_by_role("link").click()
    expect(dan.locator("space-room")).to_be_visible(timeout=PATIENCE)
    dan.go_back()
    expect(cards).to_have_count(1, timeout=PATIENCE)
    expect(dan.get_by_role("searchbox")).to_have_value(words)


def load_second_part(page, address):
    """Load a second part of the posts and scroll to one of them; return all posts, this post, and
    its position."""
    page.goto(address)
    rows = page.locator("#posts > article")
    rows.last.scroll_into_view_if_needed()
    expect(rows).to_have_count(40, timeout=PATIENCE)
    post = rows.nth(30)
    post.scroll_into_view_if_needed()
    return rows, post, post.bounding_box()


def test_going_back_works_if_cookies_and_storage_are_blocked(dan, stack):
    stack.shell(MANY_POSTS)
    dan.add_init_script(DENIED)
    rows, post, box = load_second_part(dan, f"{stack.url}/@dan/")
    post.get_by_role("link", name="Replies").click()
    expect(dan.get_by_role("heading", name="Post", exact=True)).to_be_visible(timeout=PATIENCE)
    dan.go_back()
    expect(rows).to_have_count(40, timeout=PATIENCE)
    assert abs(post.bounding_box()["y"] - box["y"]) <= 2


def test_a_list_is_at_the_same_position_after_a_visit_to_another_site(dan, stack):
    stack.shell(MANY_POSTS)
    rows, post, box = load_second_part(dan, f"{stack.url}/@dan/")
    dan.goto("about:blank")
    dan.go_back()
    expect(rows).to_have_count(40, timeout=PATIENCE)
    expect(post).to_be_in_viewport()
    assert abs(post.bounding_box()["y"] - box["y"]) <= 2


def test_repeated_taps_write_one_post(as_ana, ana):
    def texts():
        return [post.text for post in Post.objects.filter(author=ana).order_by("pk")]

    name = as_ana.get("/").text.split('name="once" value="')[1].split('"')[0]
    for _ in range(3):  # for example, because a gateway answered 504 although the post was written
        answer = as_ana.post("/compose/", {"text": "Rain at last", "once": name}, follow=True)
        assert "Posted." in answer.text
    assert texts() == ["Rain at last"]
    # A different text after going back is a new post.
    as_ana.post("/compose/", {"text": "Rain again", "once": name})
    as_ana.post("/compose/", {"text": "Rain at last"})
    assert texts() == ["Rain at last", "Rain again", "Rain at last"]


def test_repeated_taps_on_start_lead_into_the_started_space(db):
    host = make_host()
    browser = signed_in(host)
    form = {"title": "Rain at last", "speak_policy": "everyone"}
    answers = [browser.post("/spaces/start/", form) for _ in range(2)]
    (space,) = Space.objects.filter(host=host)
    assert [answer.headers.get("Location") for answer in answers] == [space.get_absolute_url()] * 2
    assert "You’re already live" in browser.post("/spaces/start/", {**form, "title": "Sun"}).text
    at = space.started_at - timedelta(minutes=2)
    Space.objects.filter(pk=space.pk).update(started_at=at)
    assert "You’re already live" in browser.post("/spaces/start/", form).text


@pytest.mark.usefixtures("ben")
def test_repeated_taps_send_one_report(as_ana, ana):
    for _ in range(2):
        answer = as_ana.post("/report/?person=ben", {"reason": "spam", "text": "Advertising"})
        assert "Thank you" in answer.text
    assert Report.objects.filter(reporter=ana).count() == 1
    assert ana.notifications.filter(kind="report").count() == 1
