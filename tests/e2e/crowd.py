"""Create a full Space: all seats taken, long and right-to-left names, requests, and a chat."""

CROWD = """
from itertools import count
from time import time
from redis import Redis
from django.conf import settings
from spaces.actions import chat, invitations, lifecycle, removals, requests, stage
from spaces.models import Role
numbers = count(1)
def person(name):
    handle = f"crowd_{next(numbers)}"
    return User.objects.create_user(handle, email=f"{handle}@example.org", name=name)
host = User.objects.get(handle="ana")
title = "كيف تصحو المدن؟ Wie klingen unsere Städte um fünf Uhr früh im Regen?"
topics = Topic.objects.all()[:3]
space = lifecycle.start(host=host, title=title, topics=topics)
hosts = [
    person("Maximiliane Freifrau von Oberhausen-Langenfeld"),
    person("ليلى الأندلسية بنت عبد الرحمن"),
]
for each in hosts:
    stage.take_seat(space, user=each, role=Role.COHOST)
names = ["Gus", "دانيال", "Bartholomew Featherstonehaugh", "Jo", "שירה", "Ξένια"]
names += ["Kit", "Ola", "Mo", "Pia"]
speakers = [person(name) for name in names]
for number, each in enumerate(speakers):
    stage.take_seat(space, user=each, role=Role.SPEAKER)
    if number % 3 == 0:
        stage.set_microphone(space, user=each, muted=False, by=each)
    if number % 4 == 1:
        stage.raise_hand(space, user=each, raised=True, by=each)
asking = [person(name) for name in ("Donaudampfschifffahrtsgesellschaftskapitän", "Iris", "يوسف")]
why = "I live over the bakery and have listened to its shutters for eleven years."
reasons = [why, "", "عن أصوات الصباح"]
for each, reason in zip(asking, reasons):
    requests.ask(space, user=each, reason=reason)
invitations.invite(space, by=host, user=person("Theodora"))
gone = person("Vincent van Shouting-into-the-Microphone")
removals.remove(space, user=gone, by=host, reason="Shouted over everyone, again and again")
lines = [
    (hosts[0], "Welcome! Raise a hand if you want to come up."),
    (hosts[1], "صباح الخير من المدينة القديمة، هل تسمعون العصافير؟"),
    (asking[0], "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau" * 2),
    (speakers[0], "Listen: https://example.org/sounds/of/the/morning/at/lantern-street?hour=5"),
    (host, "That one is my favourite so far."),
    (speakers[1], "Buy my book"),
]
for author, text in lines:
    line = chat.send(space, author=author, text=text)
chat.delete(space, by=host, message_id=line.pk)
others = User.objects.filter(handle__startswith="listener_")[:240]
here = [*hosts, *speakers, *asking, *others]
Redis.from_url(settings.REDIS_URL).zadd(
    f"presence:{space.public_id}", {each.key: time() + 600 for each in here})
print(space.public_id)
"""
