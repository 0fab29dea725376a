"""The outbox shows the e-mails of a demo."""

import stat

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection, send_mail
from django.urls import NoReverseMatch, reverse

from config.outbox import backend, messages

BACKEND = "config.outbox.backend.Outbox"


@pytest.fixture(autouse=True)
def outbox(settings, tmp_path):
    settings.OUTBOX = tmp_path / "outbox"
    settings.EMAIL_BACKEND = BACKEND
    return settings.OUTBOX


def send(subject="It starts soon", text="Tap http://127.0.0.1:8000/spaces/abc/", html=""):
    message = EmailMultiAlternatives(
        subject, text, to=["ana@demo.invalid"], connection=get_connection(BACKEND)
    )
    if html:
        message.attach_alternative(html, "text/html")
    message.send()


def test_an_email_is_kept_in_a_file_that_only_the_owner_can_read(outbox):
    send()
    [path] = outbox.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(outbox.stat().st_mode) == 0o700


def test_the_newest_email_comes_first():
    for number in range(3):
        send(subject=f"Number {number}")
    assert [found.subject for found in messages.newest(2)] == ["Number 2", "Number 1"]


def test_only_the_newest_emails_are_kept(monkeypatch):
    monkeypatch.setattr(backend, "MAX_KEPT", 2)
    for number in range(3):
        send(subject=f"Number {number}")
    assert [found.subject for found in messages.newest(9)] == ["Number 2", "Number 1"]


def test_text_and_html_with_any_letters_are_read_back():
    send(subject="Ümlaut 💜 مرحبا", text="Grüße", html="<p>مرحبا</p>")
    [found] = messages.newest(1)
    assert found.subject == "Ümlaut 💜 مرحبا"
    assert (found.text.strip(), found.html.strip()) == ("Grüße", "<p>مرحبا</p>")
    assert found.to == "ana@demo.invalid"


@pytest.mark.parametrize("name", ["../secret_key", "nothing", ""])
def test_only_files_in_the_outbox_are_found(outbox, name):
    outbox.mkdir()
    (outbox.parent / "secret_key.eml").write_text("secret")
    assert messages.find(name) is None


def test_only_a_demo_has_an_outbox(client, db):
    with pytest.raises(NoReverseMatch):
        reverse("outbox")
    assert client.get("/outbox/").status_code == 404


@pytest.mark.urls("tests.config.demo_urls")
class TestThePages:
    def test_an_empty_outbox_says_how_to_get_an_email(self, client, db):
        page = client.get("/outbox/").content.decode()
        assert ("No e-mails yet" in page, "Set a reminder" in page) == (True, True)

    def test_the_list_of_a_demo_that_sends_its_emails_explains_why_it_is_empty(
        self, client, db, settings
    ):
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        page = client.get("/outbox/").content.decode()
        assert ("This demo sends its e-mails" in page, "Set a reminder" in page) == (True, False)

    def test_the_list_leads_to_an_email_whose_links_can_be_followed(self, client, db):
        send_mail("It starts soon", "Tap http://127.0.0.1:8000/spaces/abc/", None, ["a@b.invalid"])
        [found] = messages.newest(1)
        url = reverse("outbox_message", args=[found.name])
        assert url in client.get("/outbox/").content.decode()
        assert 'href="http://127.0.0.1:8000/spaces/abc/"' in client.get(url).content.decode()

    def test_markup_in_a_text_stays_text(self, client, db):
        send(subject="<script>", text="<b>bold</b>")
        [found] = messages.newest(1)
        page = client.get(reverse("outbox_message", args=[found.name])).content.decode()
        assert "&lt;script&gt;" in page
        assert "&lt;b&gt;bold&lt;/b&gt;" in page

    def test_the_html_part_can_run_no_script(self, client, db):
        send(html="<script>alert(1)</script>")
        [found] = messages.newest(1)
        response = client.get(reverse("outbox_html", args=[found.name]))
        assert response["Content-Security-Policy"].startswith("sandbox ")
        assert "default-src 'none'" in response["Content-Security-Policy"]

    def test_an_email_without_html_has_no_html_page(self, client, db):
        send()
        [found] = messages.newest(1)
        assert client.get(reverse("outbox_html", args=[found.name])).status_code == 404
