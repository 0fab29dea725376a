"""Create people and content that are hard to display: texts that are long, right-to-left or only
emoji, many items, and no items.

No demo person follows these people, so only their own pages and the public lists change.
"""

from tests.fixtures.stack import PASSWORD

# A passkey as a browser registers it; nobody has its private key.
PASSKEY = {
    "id": "MTExMTExMTExMTExMTExMQ",
    "rawId": "MTExMTExMTExMTExMTExMQ",
    "type": "public-key",
    "response": {
        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiIiwib3JpZ2luIjoiIn0",
        "attestationObject": (
            "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YViUMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw"
            "MDBBAAAAAAAAAAAAAAAAAAAAAAAAAAAAEDExMTExMTExMTExMTExMTGlAQIDJiABIVggdzrUuMUKt_jX"
            "3ExWV13kwGSYYWw9GeRbHNInd0wBZFsiWCC5UPl2K51tcA0f6zaSkqKXn5Hdnd3Qq-CdWVcPM4Pcgw"
        ),
    },
    "clientExtensionResults": {},
}
NEIGHBOURHOOD = """
import json
from datetime import timedelta
from time import time
from zoneinfo import ZoneInfo
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models import F
from django.utils import timezone
from redis import Redis
from accounts import blocking, deletion, deletion_token, exports, follow
from accounts.hosting import EARLY_ACCESS
from billing import ledger
from captions.models import Line
from notifications import inbox, registry, unsubscribing
from notifications.models import Broadcast, Delivery, UndeliverableAddress
from safety import appeals, reporting, suspension
from safety.models import StaffAct
from safety.moderation import decisions
from safety.moderation.actions import WARN
from scheduling.calendars import feeds
from scheduling.actions import cancelling, cohosts, planning, reminders
from scheduling.plan import Plan
from spaces.actions import chat, feedback, lifecycle, stage
from spaces.models import Feedback, Role, RoomEvent
from timeline import pins, posts
from timeline.demo.skyline import draw_skyline
from timeline.models import Post

password = make_password(PASSWORD)  # hashing is slow on purpose, so do it only once

def person(handle, name, bio="", **more):
    made = User.objects.create(handle=handle, email=f"{handle}@demo.invalid", password=password,
        name=name, bio=bio, **more)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made

long = person("maximiliane_von", "Maximiliane Freifrau von Oberhausen-Langenfeld III",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2)
rtl = person("layla_al_andalu", "ليلى الأندلسية بنت عبد الرحمن بن معاوية",
    "أجمع أصوات المدن قبل أن تتذكر أننا نصغي إليها. العصافير أولا، ثم الخبز، ثم الترام.",
    follower_count=1_234_567)
emoji = person("emoji_only", "🦄🌈✨👩‍👩‍👧‍👦", "🎧" * 60)
bare = person("bare", "")
banned = person("shut_out", "Vincent van Shouting-into-the-Microphone")
unmet = person("does_not_want", "Somebody who blocks you")
secured = person("two_steps", "Two Steps")
for each in (rtl, emoji, unmet):
    follow.follow(follower=long, followed=each)
for each in (rtl, emoji):
    follow.follow(follower=each, followed=long)
blocking.block(blocker=long, blocked=emoji)
blocking.block(blocker=unmet, blocked=long)
feeds.replace_token(bare)
Group.objects.get_or_create(name=EARLY_ACCESS)[0].user_set.add(bare)

topics = [Topic.objects.get_or_create(slug=f"hard-{n}", defaults={"name": name})[0]
    for n, name in enumerate(("Bread and butter pudding", "الموسيقى", "Night trains of Europe"))]
over = lifecycle.start(host=rtl, title="Guten Morgen", topics=topics[:1])
stage.take_seat(over, user=long, role=Role.SPEAKER)

def say(speaker, text):
    at = timezone.now()
    Line.objects.create(space=over, speaker=speaker, text=text, source="captioner",
        started_at=at, ended_at=at)

say(rtl, "صباح الخير من المدينة القديمة.")
say(long, "unterbrechungsfrei" * 20)
# Chapters: two turns, a new title, and a pinned post.
lifecycle.edit_details(
    over, by=rtl, title="Wie klingen unsere Städte um fünf Uhr früh?", topics=topics)
say(rtl, "Die Bahnhofsuhr schlägt fünf, und die erste Straßenbahn fährt aus.")
bread = posts.write(author=rtl, text="أجمع أصوات المدن. Der Bäcker öffnet um vier.")
pins.pin(over, post=bread, by=rtl)
say(long, "Die Bahnhofsuhr höre ich bis in die Küche.")
lifecycle.end(over, by=rtl)
for each, mood, line in ((emoji, "good", ""), (bare, "bad", "Unhörbar" * 20)):
    feedback.give(over, user=each, mood=mood, line=line)
title = "كيف تصحو المدن؟ Donaudampfschifffahrtsgesellschaftskapitänsmützenstände"
live = lifecycle.start(host=rtl, title=title[:70], topics=topics)
stage.take_seat(live, user=emoji, role=Role.SPEAKER)
for text in ("صباح الخير من المدينة القديمة، هل تسمعون العصافير؟", "unterbrechungsfrei" * 20):
    chat.send(live, author=rtl, text=text)
here = [rtl, emoji, *User.objects.filter(handle__startswith="listener_")]
Redis.from_url(settings.REDIS_URL).zadd(
    f"presence:{live.public_id}", {each.key: time() + 600 for each in here})

def plan(title, hours, **more):
    at = timezone.now() + timedelta(hours=hours)
    local = at.astimezone(ZoneInfo("America/Argentina/Buenos_Aires"))
    return Plan(title=title, local_date=local.date(), local_time=local.time(),
        zone="America/Argentina/Buenos_Aires", minutes=90, topics=topics, **more)

words = "استمعوا: https://example.org/sounds/of/the/morning " + "unterbrechungsfrei" * 20
planned, _ = planning.schedule(host=rtl, plan=plan(title[:70], 50, description=words[:500]))
cohosts.invite(planned, by=rtl, user=long)
cohosts.accept(planned, user=long)
for each in (bare, secured):
    reminders.set_reminder(planned, user=each)
# Many others, without checking for each of them whether the host admits them.
many = [Reminder(space=planned, user=each)
    for each in User.objects.filter(handle__startswith="listener_")]
Reminder.objects.bulk_create(many)
Schedule.objects.filter(space=planned).update(reminder_count=F("reminder_count") + len(many))
wanted, _ = planning.schedule(host=rtl, plan=plan("صباح الخير", 0.1), invited=[bare])
own, _ = planning.schedule(host=bare, plan=plan("Night trains", 30), every_weeks=2,
    occurrences=3, invited=[long])
overlapping, _ = planning.schedule(host=rtl, plan=plan("Overlapping", 30.5))
reminders.set_reminder(overlapping, user=bare)
gone, _ = planning.schedule(host=rtl, plan=plan("Wie klingen unsere Städte?", 9))
cancelling.cancel(gone, by=rtl, reason="Unterbrechungsfrei" * 9)

# Tickets: the person with the long name has bought three (one that they hold, one gift, and one
# that another person took and that was refunded), and is at the checkout of another Space.
HostAccount.objects.create(
    host=bare, country="de", transfers_enabled=True, payouts_enabled=True)
sold, _ = planning.schedule(host=bare, plan=plan(title[:70], 200, description="Unterbrechungsfrei"))

def sell(space, price, quantity, taken, **more):
    return Offer.objects.create(space=space, seller=bare, currency="eur", price=price,
        quantity=quantity, taken=taken, fee_rate=1000, **more)

def reserve(offer, quantity, **more):
    return Reservation.objects.create(offer=offer, buyer=long, quantity=quantity,
        unit_price=offer.price, currency="eur", fee_rate=1000,
        expires_at=timezone.now() + timedelta(minutes=31), **more)

sale = sell(sold, 99_999_999, 10_000, 3, early_price=600, early_quantity=5,
    early_until=timezone.now() + timedelta(hours=9), allows_preview=True)
def discount(code, **more):
    return DiscountCode.objects.create(offer=sale, code=code, **more)

lower = discount("UNTERBRECHUNGSFREI-1", amount=1, currency="eur", max_uses=10_000, uses=9_999,
    expires_at=timezone.now() + timedelta(hours=9))
discount("FREE", percent=100)
discount("OVER", percent=99, max_uses=1, uses=1)
discount("OFF", percent=99, switched_off_at=timezone.now())
paid = reserve(sale, 3, state="paid", finished_at=timezone.now())
bought = [
    Ticket.objects.create(space=sold, reservation=paid, number=number, holder=holder,
        price=99_999_999, fee=9_999_999, currency="eur", state=state)
    for number, (holder, state) in enumerate(
        [(long, "valid"), (None, "valid"), (rtl, "refunded")], 1)
]
Ticket.objects.filter(pk=bought[0].pk).update(created_at=timezone.now() - timedelta(days=9))
Refund.objects.create(ticket=bought[2], amount=99_999_999, why="host", reason="Unterbrechungsfrei")
Transfer.objects.create(space=sold, amount=99_999_999, fees=1, currency="eur", state="sent")
for ticket in bought:
    ledger.post_for(ticket, "sale")
ledger.post(sold.pk, "transfer", "transfer:1", 99_999_999, "eur")
difference = Difference.objects.create(kind="unknown_payment", reference="pi_unknown",
    details="Unterbrechungsfrei" * 9, obstacle="Unterbrechungsfrei" * 9)
held = reserve(sell(own, 1250, 20, 2), 2)

wall = posts.write(author=rtl, text="ä" * 280)
address = "https://example.org/sounds/of/the/morning/at/lantern-street?hour=5"
posts.write(author=rtl, text=f"استمعوا: {address} @maximiliane_von")
posts.write(author=rtl, text="تعالوا", space=live)
posts.write(author=rtl, text="Thank you all", space=over)
posts.write(author=long, text="🦄", picture=draw_skyline("x"), alt="Dark roofs and a low sun. " * 8)
long_ago = timezone.now() - timedelta(days=700)
Post.objects.filter(pk=wall.pk).update(like_count=1_234_567, created_at=long_ago)
for each, text in ((long, "Zusammengesetzt" * 18), (bare, "ok"), (rtl, "شكرا")):
    reply = posts.write(author=each, text=text, reply_to=wall)
for number in range(25):
    posts.write(author=rtl, text=f"{number}")
pins.pin(live, post=wall, by=rtl)

staff = User.objects.get(handle="admin")
inbox.notify(long, kind="report", text="Your report about @shut_out: we warned them.")
inbox.notify(long, kind="warning", text="The staff warn you: " + "schimpfwort" * 40)
made = []
for reporter, asked, text in (
    (long, {"space": live.public_id}, "He " + "schreit" * 90),
    (long, {"person": "shut_out"}, ""),
    (bare, {"post": str(Post.objects.filter(author=long, reply_to=None).latest("pk").pk)}, "🦄"),
    (bare, {"person": "shut_out"}, "Shouts"),
    (rtl, {"person": "shut_out"}, "يصرخ"),
):
    seen = reporting.find(reporter, asked)
    made.append(reporting.report(reporter=reporter, subject=seen.subject, about=seen.about,
        ref=seen.ref, reason="abuse", text=text[:1000],
        evidence={**seen.evidence, "address": seen.back}))
decisions.decide(made[1], action=WARN, by=staff, reason="Shouted over everyone, again and again")
case = suspension.suspend(banned, until=None, reason="Drohungen und Beschimpfungen" * 9, by=staff)
appeal = appeals.appeal(case, text="They had asked me to shout. " * 12)

leaving = person("leaves_for_good", "Somebody who leaves us for good")
deletion.request(leaving)
exports.request(long)

unproven = EmailAddress.objects.create(
    user=long, email="maximiliane.freifrau@oberhausen-langenfeld.example")
bounced = UndeliverableAddress.objects.create(
    user=long, email=long.email, reason="the mail server refused the address: 5.1.1")
agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
session = UserSession.objects.create(
    user=rtl, session_key="elsewhere", ip="2001:db8:85a3::8a2e:370:7334", user_agent=agent)
codes = RecoveryCodes.activate(secured)
TOTP.activate(secured, "JBSWY3DPEHPK3PXP")
key = Authenticator.objects.create(user=secured, type="webauthn", data={
    "name": "The blue one on the ring with the bicycle keys", "credential": PASSKEY})
print(json.dumps({
    "planned": planned.public_id, "asked": wanted.public_id, "own": own.public_id,
    "gone": gone.public_id, "schedule": planned.schedule.pk,
    "sold": sold.public_id, "paid": str(paid.pk), "held": str(held.pk), "ticket": bought[0].pk,
    "gift": bought[1].pk, "back": bought[2].pk, "claim": bought[1].code, "taken": bought[0].code,
    "offer": sale.pk, "discount": lower.pk,
    "refund": bought[2].refund.pk, "transfer": sold.transfers.get().pk,
    "posting": sold.postings.first().pk, "account": bare.host_account.pk,
    "difference": difference.pk,
    "live": live.public_id, "over": over.public_id, "wall": wall.pk, "reply": reply.pk,
    "key": key.pk, "code": codes.generate_codes()[0],
    "keep": deletion_token.create(leaving),
    "delivery": Delivery.objects.latest("pk").pk, "broadcast": Broadcast.objects.latest("pk").pk,
    "bounced": bounced.pk,
    "unsubscribe": unsubscribing.create_token(long, registry.kind("reply")),
    "confirm": EmailConfirmationHMAC(unproven).key,
    "reset": f"{user_pk_to_url_str(bare)}-{default_token_generator.make_token(bare)}",
    "session": session.pk,
    "report": made[0].pk, "post_report": made[2].pk,
    "closed_report": made[1].pk, "appeal": appeal.pk, "person": long.pk,
    "group": Group.objects.get(name=EARLY_ACCESS).pk, "topic": topics[0].pk,
    "feedback": Feedback.objects.latest("pk").pk, "event": RoomEvent.objects.latest("pk").pk,
    "act": StaffAct.objects.latest("pk").pk, "suspension": case.pk, "space": live.pk,
    "address": unproven.pk}))
""".replace("PASSWORD", repr(PASSWORD)).replace("PASSKEY", repr(PASSKEY))
