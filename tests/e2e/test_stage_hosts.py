"""When the host leaves, the Space is handed over, or a co-host takes over."""

from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE, SILENCE, RoomPage

ANA = 600  # Hz
TAKEN_OVER = 40_000  # ms; a lost host has some seconds to come back


def test_a_cohost_takes_over_from_a_lost_host_and_can_end_the_space(join_space):
    ana, cleo, eve = join_space("ana"), join_space("cleo"), join_space("eve")
    ana.choose("Make co-host", "Cleo")
    cleo.become_cohost()
    ana.page.context.close()
    expect(cleo.root).to_have_attribute("data-role", "host", timeout=TAKEN_OVER)
    expect(eve.person("Cleo")).to_have_attribute("data-role", "host", timeout=PATIENCE)
    expect(eve.person("Ana")).to_contain_text("Co-host, away")

    cleo.page.get_by_role("button", name="More").click()
    cleo.page.get_by_role("button", name="End for everyone").click()
    cleo.page.get_by_role("dialog").get_by_role("button", name="End for everyone").click()
    expect(eve.page.get_by_text("This Space has ended")).to_be_visible(timeout=PATIENCE)
    eve.page.get_by_role("button", name="Good").click()
    expect(eve.page.get_by_role("heading", name="Thank you")).to_be_visible(timeout=PATIENCE)


def test_a_preview_becomes_the_page_of_the_ended_space(join_space, sign_in, space_url):
    ana = join_space("ana")
    previewing = sign_in("eve")
    previewing.goto(space_url)
    expect(previewing.get_by_role("button", name="Start listening")).to_be_visible()
    ana.page.get_by_role("button", name="More").click()
    ana.page.get_by_role("button", name="End for everyone").click()
    ana.page.get_by_role("dialog").get_by_role("button", name="End for everyone").click()
    ended = previewing.get_by_text("This Space has ended")
    expect(ended).to_be_visible(timeout=PATIENCE)
    expect(previewing.get_by_role("button", name="Start listening")).to_have_count(0)


def test_a_host_can_hand_over_and_leave(join_space, stack):
    ana, cleo = join_space("ana"), join_space("cleo")
    ana.choose("Make co-host", "Cleo")
    cleo.become_cohost()
    expect(ana.person("Cleo")).to_have_attribute("data-role", "cohost", timeout=PATIENCE)
    ana.close_sheet()
    ana.room.get_by_role("button", name="Leave").click()
    ana.page.get_by_role("button", name="Hand over and leave").click()
    expect(ana.page).to_have_url(f"{stack.url}/", timeout=PATIENCE)
    expect(cleo.root).to_have_attribute("data-role", "host", timeout=PATIENCE)
    expect(cleo.person("Ana")).to_have_count(0, timeout=PATIENCE)

    cleo.room.get_by_role("button", name="Leave").click()
    none = cleo.page.get_by_text("first make someone co-host")
    expect(none).to_be_visible()
    expect(cleo.page.get_by_role("button", name="Hand over and leave")).to_be_hidden()


def test_a_speaker_who_leaves_gives_up_the_seat(join_space, space_url):
    ana, cleo = join_space("ana"), join_space("cleo")
    ana.invite("Cleo")
    cleo.accept()
    cleo.room.get_by_role("button", name="Leave").click()
    cleo.page.get_by_role("button", name="Step down and leave").click()
    expect(ana.person("Cleo")).to_have_count(0, timeout=PATIENCE)
    cleo.page.goto(space_url)
    cleo.enter()
    expect(ana.person("Cleo")).to_have_attribute("data-role", "listener", timeout=PATIENCE)


def test_a_person_in_two_tabs_counts_once_and_hears_in_the_newest_tab(join_space, space_url):
    ana, eve = join_space("ana", tone=ANA), join_space("eve")
    ana.unmute()
    eve.wait_to_hear(ANA)
    second = RoomPage(eve.page.context.new_page(), "eve")
    second.prefer("debug", "1")
    second.page.goto(space_url)
    second.enter()
    second.wait_to_hear(ANA)
    expect(eve.page.get_by_text("The sound moved to another tab or device")).to_be_visible()
    assert eve.spectrum(ANA) == [SILENCE]
    expect(ana.person("Eve")).to_have_count(1)
    expect(ana.room.get_by_text("1 listening")).to_be_visible()
