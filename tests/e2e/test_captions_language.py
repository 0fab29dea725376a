"""A host chooses the language of the captions, and their special words."""

from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE, RoomPage
from tests.e2e.test_captions import RECOGNITION, RECOGNIZE, caption_my_voice, lines, open_captions


def open_settings(person: RoomPage) -> None:
    person.room.get_by_role("button", name="More").click()
    person.page.get_by_role("button", name="Captions", exact=True).click()


def test_a_host_chooses_the_language_and_special_words_of_the_captions(join_space):
    ana, eve = join_space("ana", scripts=[RECOGNITION]), join_space("eve")
    open_captions(eve)
    ana.unmute()
    caption_my_voice(ana)
    ana.page.wait_for_function(
        "() => window.recognizer?.lang === navigator.language", timeout=PATIENCE
    )
    open_settings(ana)
    ana.page.get_by_label("Language of this Space").select_option("Deutsch")
    words = ana.page.get_by_label("Names and special words")
    words.fill(", ".join(["Ähre"] * 3 + ["a" * 41]))
    save = ana.page.get_by_role("button", name="Save")
    save.click()
    expect(ana.page.get_by_text("A word has at most 40 characters.")).to_be_visible()
    words.fill("Kubernetes, Ähre")
    save.click()
    ana.page.wait_for_function("() => window.recognizer?.lang === 'de'", timeout=PATIENCE)
    ana.close_sheet()
    # The recognizer starts again when the browser has offered the new language.
    said = [0, "Das ist Kubernetis", True]
    ana.page.wait_for_function(RECOGNIZE, arg=said, timeout=PATIENCE)
    expect(lines(eve.page).last).to_contain_text("Das ist Kubernetes", timeout=PATIENCE)

    open_settings(ana)
    expect(words).to_have_value("Kubernetes, Ähre")
