"""Chat and reactions in a room; hosts delete messages and edit the details."""

from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}


def lines(room):
    return room.page.locator("li[data-message]")


def unread(room):
    return room.page.locator("[data-part=unread]")


def test_people_can_write_and_react(join_space):
    ana, eve = join_space("ana", tone=600), join_space("eve", viewport=PHONE)

    ana.send_message("Good morning")
    ana.send_message("Listen: https://example.org/rain <b>now</b>")
    expect(unread(eve)).to_have_text("2")
    eve.page.get_by_role("button", name="Chat", exact=True).click()
    expect(lines(eve).last.get_by_text("<b>now</b>")).to_be_visible()
    link = lines(eve).last.get_by_role("link")
    assert link.get_attribute("href") == "https://example.org/rain"
    assert link.get_attribute("rel") == "noopener nofollow ugc"

    eve.page.route("**/chat/", lambda route: route.abort())
    field = eve.page.get_by_label("Your message")
    field.fill("Do you hear me?")
    eve.page.keyboard.press("Enter")
    expect(eve.page.locator("[data-part=chat-error]")).to_contain_text("did not reach the server")
    expect(field).to_have_value("Do you hear me?")
    eve.page.unroute("**/chat/")
    eve.page.keyboard.press("Enter")
    expect(lines(ana).last).to_contain_text("Do you hear me?")

    eve.page.keyboard.press("Escape")
    expect(unread(eve)).to_be_hidden()
    eve.page.get_by_role("button", name="React").click()
    eve.page.get_by_role("button", name="💜").click()
    expect(ana.person("Eve").get_by_text("💜")).to_have_count(1)


def test_a_host_can_delete_a_message_and_edit_the_details(join_space):
    ana, eve = join_space("ana", tone=600), join_space("eve")

    eve.send_message("Buy my book: https://example.org/book")
    lines(ana).last.hover()
    lines(ana).last.get_by_role("button", name="Delete this message").click()
    expect(lines(eve).last.get_by_text("Message deleted")).to_be_visible()
    expect(eve.page.get_by_text("https://example.org/book")).to_have_count(0)

    ana.page.get_by_role("button", name="More").click()
    ana.page.get_by_role("button", name="Edit title, topics and guests").click()
    dialog = ana.page.get_by_role("dialog", name="Title, topics and guests")
    dialog.get_by_label("Title", exact=True).fill("What rivers sound like")
    dialog.get_by_label("Cities").check()
    dialog.get_by_role("button", name="Save").click()
    expect(eve.room.get_by_role("heading", name="What rivers sound like")).to_be_visible()
    expect(eve.room.locator("[data-topic=cities]")).to_be_visible()


def test_people_can_delete_their_own_messages_only(join_space):
    ana, eve = join_space("ana", tone=600), join_space("eve")
    ana.send_message("Welcome")
    expect(lines(eve).last).to_contain_text("Welcome")
    expect(lines(eve).last.get_by_role("button", name="Delete this message")).to_be_hidden()
    eve.send_message("My address is …")
    expect(lines(ana).last).to_contain_text("My address is …")
    lines(eve).last.hover()
    lines(eve).last.get_by_role("button", name="Delete this message").click()
    expect(lines(ana).last.get_by_text("Message deleted")).to_be_visible()
    expect(ana.page.get_by_text("My address is …")).to_have_count(0)


def test_a_message_keeps_its_local_time_after_a_reload(join_space):
    eve = join_space("eve", timezone_id="Asia/Tokyo")
    eve.send_message("What time is it here?")
    times = eve.page.locator("[data-part=messages] time")
    expect(times).to_have_count(1)
    before = times.all_inner_texts()
    eve.page.reload()
    eve.wait_for_sound()
    assert times.all_inner_texts() == before
