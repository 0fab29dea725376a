"""Modules of the room's scripts, each tested alone in a browser."""

import pytest

from core.text.links import isolated, linked

LINKS = """async (text) => {
  const {linkify} = await import("/room/chat/links.js");
  return linkify(text).map((part) => part.outerHTML?.startsWith("<bdi") ? part.outerHTML
    : part.href ? [part.href, part.textContent] : part);
}"""
SEQUENCE = """async ([arrivals, journal]) => {
  const {Sequence} = await import("/room/sequence.js");
  const delivered = [], asked = [];
  let revision = 0, caughtUp;
  const done = new Promise((resolve) => (caughtUp = resolve));
  const sequence = new Sequence({
    revision: () => revision,
    deliver: (event) => {
      delivered.push(event.rev ?? event.t);
      revision = event.rev ?? revision;
      if (revision === Math.max(...arrivals.map((each) => each.rev ?? 0))) caughtUp();
    },
    replace: (snapshot) => { delivered.push("snapshot"); revision = snapshot.rev; },
    fetchMissed: async (since) => { asked.push(since); return journal; },
    signal: new AbortController().signal,
  });
  for (const event of arrivals) sequence.receive(event);
  await done;
  return {delivered, asked};
}"""
RECOGNITION_NEWS = """async (states) => {
  const {recognitionNews} = await import("/room/captions/voices.js");
  const describe = recognitionNews();
  return states.map((state) => describe(state).split(":")[0]);
}"""

ROOM = """<ul data-part="room"><li data-person="u1"></li><li data-person="u2"></li></ul>
<div data-part="float"></div>
<template data-template="flying"><span class="flying-reaction"></span></template>"""
REACTIONS = """async ([room, counts, from, blocked]) => {
  const {Reactions} = await import("/room/stage/reactions.js");
  document.body.innerHTML = room;
  const calls = [];
  const announcer = {countReaction: (emoji, count) => calls.push([emoji, count])};
  new Reactions(document.body, announcer, () => blocked).show(counts, from);
  const flying = [...document.querySelectorAll(".flying-reaction")];
  return {calls, flown: flying.map((each) => each.parentElement.dataset.person ?? "controls")};
}"""


@pytest.fixture
def page(open_module_page):
    return open_module_page()


def durable(*revisions: int) -> list[dict[str, object]]:
    return [{"t": "microphone", "rev": revision} for revision in revisions]


def test_only_web_urls_become_links(page):
    def linkify(text: str) -> object:
        return page.evaluate(LINKS, text)

    rain = ["https://example.org/rain", "https://example.org/rain"]
    assert linkify("Hear https://example.org/rain, it rains.") == ["Hear ", rain, ", it rains."]
    assert linkify("(https://example.org/rain)") == ["(", rain, ")"]
    wiki = "https://example.org/Rain_(song)"
    assert linkify(f"{wiki}!") == [[wiki, wiki], "!"]
    assert linkify("「https://example.org/rain」@anaさん") == [
        "「",
        rain,
        "」",
        '<bdi dir="ltr">@ana</bdi>',
        "さん",
    ]
    for harmless in ["javascript:alert(1)", "https://", "ftp://example.org", "<b>x</b>", ""]:
        assert linkify(harmless) == ([harmless] if harmless else [])


def test_events_are_delivered_in_order_and_once(page):
    arrivals = [*durable(1, 3, 2, 2, 3), {"t": "talking", "people": []}, *durable(4)]
    answer = page.evaluate(SEQUENCE, [arrivals, {"events": []}])
    assert answer == {"delivered": [1, 2, 3, "talking", 4], "asked": []}


def test_missing_events_are_fetched(page):
    answer = page.evaluate(SEQUENCE, [durable(1, 4), {"events": durable(2, 3)}])
    assert answer == {"delivered": [1, 2, 3, 4], "asked": [1]}


def test_a_page_far_behind_takes_a_snapshot(page):
    answer = page.evaluate(SEQUENCE, [durable(1, 900), {"snapshot": {"rev": 899}}])
    assert answer == {"delivered": [1, "snapshot", 900], "asked": [1]}


SOCKET = """async () => {
  const {ReconnectingSocket} = await import("/lib/socket.js");
  const webSockets = [];  // they receive nothing by themselves: the network is gone
  window.WebSocket = class { constructor() { webSockets.push(this); } send() {} close() {} };
  window.life?.abort();  // the previous socket
  window.life = new AbortController();
  window.calls = [];
  const record = (what) => () => calls.push(what);
  const socket = new ReconnectingSocket({
    path: "/ws/", signal: life.signal,
    onFrame: () => {},
    onReady: record("ready"), onLost: record("lost"), onRefused: record("refused"),
  });
  socket.open();
  webSockets[0].onmessage({data: JSON.stringify({t: "hello"})});
}"""


def test_a_connection_is_checked_at_once_after_a_change_of_network_or_sleep(page):
    page.clock.install()
    for change in ("window, 'offline'", "window, 'online'", "document, 'visibilitychange'"):
        page.evaluate(SOCKET)
        page.clock.run_for(5_000)
        assert page.evaluate("calls") == ["ready"]
        page.evaluate(f"((where, what) => void where.dispatchEvent(new Event(what)))({change})")
        page.clock.run_for(3_500)
        assert page.evaluate("calls") == ["ready", "lost"], change


REFUSED_SOCKET = """async ([code, words]) => {
  const {ReconnectingSocket} = await import("/lib/socket.js");
  window.opened = 0;
  window.calls = [];
  window.WebSocket = class {
    constructor() {
      window.opened += 1;
      setTimeout(() => {
        this.onmessage?.({data: JSON.stringify({t: "refused", ...words})});
        this.onclose?.({code});
      });
    }
    send() {}
    close() {}
  };
  const socket = new ReconnectingSocket({
    path: "/ws/", signal: new AbortController().signal, onFrame: () => {}, onReady: () => {},
    onLost: (full) => calls.push(full ? "full" : "lost"),
    onRefused: (code, message) => calls.push([code, message]),
  });
  socket.open();
}"""


@pytest.mark.parametrize(("code", "calls"), [(4429, "full"), (4408, "lost")])
def test_a_socket_refused_as_full_or_too_fast_retries_much_later(page, code, calls):
    page.clock.install()
    page.evaluate(REFUSED_SOCKET, [code, {"code": "crowded", "message": "Full."}])
    page.clock.run_for(14_000)
    page.evaluate("window.dispatchEvent(new Event('online'))")  # does not shorten the pause
    assert page.evaluate("[opened, calls]") == [1, [calls]]
    page.clock.run_for(17_000)
    assert page.evaluate("opened") == 2


def test_a_tab_replaced_by_a_newer_one_does_not_reconnect(page):
    page.clock.install()
    words = {"code": "too_many_sockets", "message": "Too many tabs."}
    page.evaluate(REFUSED_SOCKET, [4409, words])
    page.clock.run_for(120_000)
    assert page.evaluate("[opened, calls]") == [1, [["too_many_sockets", "Too many tabs."]]]


MICROPHONE = """async (name) => {
  const {Microphone} = await import("/room/microphone/microphone.js");
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", name); };
  const {signal} = new AbortController();
  return new Microphone({context: () => null, signal}).open().catch(({code}) => code);
}"""


def test_each_failure_of_the_microphone_has_its_own_code(page):
    names = ("NotAllowedError", "NotFoundError", "NotReadableError")
    assert [page.evaluate(MICROPHONE, name) for name in names] == [
        "microphone-refused",
        "microphone-missing",
        "microphone-busy",
    ]


PLACE = """async ([state, key, now]) => {
  const {describePosition} = await import("/room/stage/queue-position.js");
  return describePosition(state, key, Date.parse(now));
}"""


def waiting(*keys: str, accepted: tuple[str, ...] = ()) -> dict[str, object]:
    requests = [{"person": {"id": key}} for key in keys]
    return {"requests": requests, "accepted": [f"2026-01-31T{time}:00Z" for time in accepted]}


def test_a_waiting_time_is_shown_only_if_requests_are_being_accepted(page):
    def place(state: dict[str, object], key: str, now: str = "18:10") -> object:
        return page.evaluate(PLACE, [state, key, f"2026-01-31T{now}:00Z"])

    assert place(waiting("u2"), "u3") == ""
    assert place(waiting("u2", "u3", "u4"), "u2") == "Next in line"
    assert place(waiting("u2", "u3", "u4", accepted=("18:08",)), "u4") == "3rd in line"
    every_two = ("18:04", "18:06", "18:08")
    assert place(waiting("u2", "u3", accepted=every_two), "u3") == "2nd in line · about 4 min"
    slower = place(waiting("u2", "u3", accepted=every_two), "u3", now="18:13")
    assert slower == "2nd in line · about 10 min"


def test_reactions_of_blocked_people_are_neither_shown_nor_counted(page):
    def show(counts: dict[str, int], sent_by: dict[str, str], *blocked: str) -> object:
        return page.evaluate(REACTIONS, [ROOM, counts, sent_by, list(blocked)])

    assert show({"👏": 2}, {"u1": "👏"}) == {"calls": [["👏", 2]], "flown": ["u1", "controls"]}
    mixed = show({"👏": 3, "😂": 4}, {"u1": "👏", "u2": "😂"}, "u2")
    assert mixed == {"calls": [["👏", 1]], "flown": ["u1"]}
    assert show({"😂": 9}, {"u2": "😂"}, "u2") == {"calls": [], "flown": []}
    among_the_unnamed = show({"👏": 1, "😂": 1}, {"u1": "👏"}, "u2")
    assert among_the_unnamed == {"calls": [["👏", 1]], "flown": ["u1"]}


ANNOUNCE = """async ([events, before, me]) => {
  const {describeEvent} = await import("/room/notices/announcements.js");
  return events.map((event) => describeEvent(event, before, me));
}"""


def test_hands_roles_and_mutes_are_announced_to_screen_readers(page):
    ana, cleo = {"id": "u1", "name": "Ana"}, {"id": "u2", "name": "Cleo"}
    before = {"stage": [{"person": ana, "role": "host"}, {"person": cleo, "role": "speaker"}]}
    events = [
        {"t": "hand", "who": "u2", "raised": True},
        {"t": "role_changed", "who": "u2", "role": "cohost"},
        {"t": "muted_all", "by": "u1"},
        {"t": "microphone", "who": "u2", "muted": True, "by": "u1"},
        {"t": "requested", "person": {"id": "u3", "name": "Eve"}},
    ]
    said = {me: page.evaluate(ANNOUNCE, [events, before, me]) for me in ("u1", "u2", "u3")}
    assert said == {
        "u1": [
            "Cleo raised a hand",
            "Cleo is a co-host now",
            "",  # a toast announces it
            "",
            "Eve asks to speak",
        ],
        "u2": ["", "You are a co-host now", "Ana muted everyone", "Ana muted you", ""],
        "u3": ["Cleo raised a hand", "Cleo is a co-host now", "Ana muted everyone", "", ""],
    }


TOASTS = """async ([events, before, me]) => {
  const {describeEvent} = await import("/room/notices/announcements.js");
  const {describeToast} = await import("/room/notices/event-toasts.js");
  const describe = [describeToast, describeEvent];
  return events.map((event) => describe.map((each) => each(event, before, me)));
}"""


def test_the_new_host_and_a_host_who_mutes_everyone_see_a_toast(page):
    ana, cleo = {"id": "u1", "name": "Ana"}, {"id": "u2", "name": "Cleo"}
    before = {"stage": [{"person": ana, "role": "host"}, {"person": cleo, "role": "cohost"}]}
    events = [
        {"t": "host_changed", "who": "u2", "was": "u1", "stays": False},
        {"t": "host_changed", "who": "u2", "was": "u1", "stays": True},
        {"t": "muted_all", "by": "u2"},
    ]
    seen = {me: page.evaluate(TOASTS, [events, before, me]) for me in ("u1", "u2", "u3")}
    assert seen == {
        "u1": [
            ["", "Cleo is the host now"],
            ["Cleo is the host now. You are a co-host", ""],
            ["", "Cleo muted everyone"],
        ],
        "u2": [
            ["Ana handed the Space to you. You are the host now", ""],
            ["You are the host now", ""],
            ["You muted everyone", ""],
        ],
        "u3": [
            ["", "Cleo is the host now"],
            ["", "Cleo is the host now"],
            ["", "Cleo muted everyone"],
        ],
    }


SHOW_ERROR = """async (code) => {
  const {Notices} = await import("/room/notices/notices.js");
  const {CommandError} = await import("/room/commands.js");
  document.body.innerHTML = `<template data-template="toast"><div class="toast"></div></template>
    <div data-part="toasts"></div>`;
  const notices = new Notices({root: document.body, onRender: () => {}});
  notices.showError(new CommandError(code, "This Space has ended."));
  notices.toast("The last toast");
  while (!document.body.innerText.includes("The last toast"))
    await new Promise((resolve) => requestAnimationFrame(resolve));
  return [...document.querySelectorAll(".toast")].map((each) => each.textContent);
}"""


def test_no_toast_repeats_that_the_space_has_ended(page):
    assert page.evaluate(SHOW_ERROR, "not_live") == ["The last toast"]
    assert page.evaluate(SHOW_ERROR, "other") == ["This Space has ended.", "The last toast"]


def test_an_announcement_names_what_has_changed_about_the_space(page):
    before = {"stage": [], "space": {"title": "Rain"}}
    events = [
        {"t": "details", "title": "Rain", "topics": []},
        {"t": "details", "title": "Snow", "topics": []},
        {"t": "uninvited", "who": "u2", "outcome": "withdrawn"},
    ]
    assert page.evaluate(ANNOUNCE, [events, before, "u2"]) == [
        "The topics have changed",
        "The title is now Snow",
        "Your invitation was withdrawn",
    ]


TILE = """async ([space, talking]) => {
  const {Room} = await import("/room/room.js");
  const {renderPerson} = await import("/room/people/person.js");
  document.body.innerHTML = `<li><button data-part="button"><span data-part="avatar">
    <span data-part="initials"></span><img data-part="picture"></span>
    <bdi data-part="name"></bdi></button></li>`;
  const ana = {id: "u1", name: "Ana", initials: "A", palette: 1, avatar: ""};
  const stage = [{person: ana, role: "host", muted: false, hand: false}];
  const state = {
    stage, talking, invited: [], requests: [], captions: {voices: []},
    space: {host: "u1", ...space},
  };
  const view = {me: null, may: {guest: []}, blocked: []};
  const item = document.querySelector("li");
  renderPerson(item, ana, new Room(state, view));
  const {muted = "", talking: talks, away} = item.dataset;
  return [item.querySelector("button").ariaLabel, muted, talks === "", away === ""];
}"""


def test_a_tile_keeps_the_role_of_a_person_who_speaks(page):
    here = {"host_away_ends_at": None}
    assert page.evaluate(TILE, [here, ["u1"]]) == ["Ana, host, speaking", "false", True, False]
    assert page.evaluate(TILE, [here, []]) == ["Ana, host", "false", False, False]


def test_the_tile_of_a_lost_host_says_away_and_shows_no_microphone(page):
    lost = {"host_away_ends_at": "2026-01-31T18:00:00Z"}
    assert page.evaluate(TILE, [lost, ["u1"]]) == ["Ana, host, away", "", False, True]


AWAY = """async (since) => {
  const {Room} = await import("/room/room.js");
  const ana = {id: "u1", name: "Ana"};
  const away_since = since && new Date(Date.now() - since).toISOString();
  const stage = [{person: ana, role: "speaker", away_since}];
  return new Room({stage, space: {host: "u2"}}, {me: null}).isAway("u1");
}"""


def test_a_speaker_counts_as_away_after_longer_than_a_reload(page):
    assert [page.evaluate(AWAY, since) for since in (None, 4_000, 6_000)] == [False, False, True]


HAND_OVER = """async (wanted) => {
  const {Room} = await import("/room/room.js");
  const {Leaving} = await import("/room/stage/leaving.js");
  document.body.innerHTML = `<dialog data-part="leave-sheet" open>
    <div data-part="successors"><input type="radio" value="u2" checked></div>
    <button data-part="hand-over"></button></dialog>`;
  const [ana, cleo] = [{id: "u1", name: "Ana"}, {id: "u2", name: "Cleo"}];
  const stage = [{person: ana, role: "host"}, {person: cleo, role: "cohost"}];
  const audience = {people: []};
  const state = {rev: 1, space: {host: "u1"}, stage, invited: [], requests: [], audience};
  const room = new Room(state, {me: ana, may: {host: [], listener: []}, blocked: []});
  const log = [];
  const sheet = document.querySelector("dialog");
  sheet.open = false; // so that nothing renders the list of successors
  const leaving = new Leaving(document.body, room, () => log.push("left"));
  const button = document.querySelector("button");
  let respond;
  const response = new Promise((resolve, reject) => (respond = {resolve, reject}));
  const event = {t: "host_changed", rev: 2, who: "u2", was: "u1", stays: false};
  const handingOver = wanted ? leaving.handOver(button, () => response) : Promise.resolve();
  log.push(button.ariaBusy ?? "idle");
  if (wanted !== "refused") room.receive(event);
  log.push("event");
  wanted === "answered" ? respond.resolve() : respond.reject(new Error("no response"));
  response.catch(() => undefined);
  await handingOver.catch((error) => log.push(error.message));
  return [...log, button.ariaBusy ?? "idle"];
}"""


@pytest.mark.parametrize(
    ("wanted", "log"),
    [
        ("answered", ["true", "left", "event", "idle"]),
        ("unanswered", ["true", "left", "event", "idle"]),
        ("refused", ["true", "event", "no response", "idle"]),
        ("", ["idle", "event", "idle"]),  # another tab hands over
    ],
)
def test_only_the_tab_that_hands_over_leaves_when_the_host_changes(page, wanted, log):
    assert page.evaluate(HAND_OVER, wanted) == log


PEOPLE_SHEET = """async () => {
  const {Room} = await import("/room/room.js");
  const {PeopleSheet} = await import("/room/people/people-sheet.js");
  const names = ["people-stage", "people-invited", "people-listeners"];
  document.body.innerHTML = `<dialog data-part="people-sheet">
    ${names.map((name) => `<ul data-part="${name}"></ul>`).join("")}
    <div data-part="people-invited-row"></div><p data-part="nobody-listens"></p>
    <button data-part="people-more"></button></dialog>
    <template data-template="row"><li><button data-part="button"><span data-part="avatar">
    <span data-part="initials"></span><img data-part="picture"></span>
    <bdi data-part="name"></bdi></button></li></template>`;
  const [ana, cleo, dan, eve, finn] = ["Ana", "Cleo", "Dan", "Eve", "Finn"].map((name, index) => (
    {id: `u${index}`, name, initials: name[0], palette: 1, avatar: ""}));
  const state = {
    space: {host: "u0"}, talking: [], captions: {voices: [], captioners: []},
    stage: [{person: ana, role: "host"}, {person: cleo, role: "speaker"}],
    invited: [{person: cleo, role: "cohost"}, {person: dan, role: "speaker"}],
    requests: [{person: eve}],
    audience: {count: 3, guests: 0, people: [dan, eve, finn]},
  };
  const namesIn = (list) => [...document.querySelectorAll(`[data-part=${list}] bdi`)];
  const lists = () => names.map((list) => namesIn(list).map((each) => each.textContent).join());
  const open = (me) => {
    const view = {me, may: {host: ["answer_requests"], listener: []}, blocked: []};
    new PeopleSheet(document.body, new Room(state, view), async () => null).open();
    const shown = lists();
    document.querySelector("dialog").close();
    return shown;
  };
  return {host: open(ana), listener: open(finn)};
}"""


def test_the_list_of_people_has_one_row_for_each_person(page):
    assert page.evaluate(PEOPLE_SHEET) == {
        "host": ["Ana,Cleo", "Dan", "Finn"],  # Eve asks to speak, so the queue shows her
        "listener": ["Ana,Cleo", "Dan", "Eve,Finn"],
    }


WRITE = """async ([html, text]) => {
  const {setUserText} = await import("/room/chat/links.js");
  document.body.innerHTML = html;
  const before = [...document.querySelectorAll("[data-part=title] > *")];
  setUserText(document.body, "title", text);
  const places = [...document.querySelectorAll("[data-part=title]")];
  return {
    written: places.map((place) => place.innerHTML),
    kept: before.length > 0 && before.every((each) => each.isConnected),
  };
}"""
IN_A_TITLE = "@ana مرحبا https://example.org/a"


def test_the_page_renders_titles_like_the_server(page):
    places = '<h1 data-part="title"></h1><a><b data-part="title"></b></a>'
    written = page.evaluate(WRITE, [places, IN_A_TITLE])["written"]
    assert written == [linked(IN_A_TITLE), isolated(IN_A_TITLE)]


def test_unchanged_served_text_is_not_rendered_again(page):
    served = f'<h1 data-part="title">{linked(IN_A_TITLE)}</h1>'
    assert page.evaluate(WRITE, [served, IN_A_TITLE])["kept"]
    assert not page.evaluate(WRITE, [served, IN_A_TITLE.replace("ana", "ben")])["kept"]


LOG_SHEET = """<dialog data-part="log-sheet">
<ul data-part="log-list"></ul><p data-part="log-empty"></p></dialog>
<template data-template="log-line"><li>
<span data-part="log-text"></span><time data-part="log-time"></time></li></template>"""
LOG = """async ([html, entries]) => {
  const {openLog} = await import("/room/sheets/log-sheet.js");
  document.body.innerHTML = html;
  await openLog(document.body, async () => ({log: entries}));
  return document.querySelector("[data-part=log-text]").innerHTML;
}"""


def test_the_log_isolates_text_direction_and_links_urls(page):
    reason = "راجع https://example.org/a"
    entry = {"at": "2026-01-31T18:00:00Z", "kind": "removed", "note": reason, "payload": {}}
    entry |= {"by": {"name": "ليلى"}, "whom": {"name": "Gus"}}
    line = page.evaluate(LOG, [LOG_SHEET, [entry]])
    assert line == f"<bdi>ليلى</bdi> removed <bdi>Gus</bdi> · <bdi>{linked(reason)}</bdi>"


def test_hosts_are_notified_of_trouble_with_captions_but_not_of_the_start(page):
    states = ["starting", "ok", "behind", "behind", "ok", "starting", "ok", "ok", "down"]
    late = "Captions are late, and parts may be missing"
    news = ["", "", late, "", "Captions are on time again"]
    news += ["Captions are interrupted", "Captions are on time again", "", "Captions stopped"]
    assert page.evaluate(RECOGNITION_NEWS, states) == news
