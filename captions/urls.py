from django.urls import path

from captions.views import commands, lines
from spaces import addresses

app_name = "captions"
addresses.register()

SPACE = "spaces/<space:space_id>/"

urlpatterns = [
    path(f"{SPACE}captions/", lines.earlier, name="earlier"),
    path(f"{SPACE}captions/voice/", commands.voice, name="voice"),
    path(f"{SPACE}captions/ask/", commands.ask, name="ask"),
    path(f"{SPACE}captions/write/", commands.write, name="write"),
    path(f"{SPACE}people/<person:key>/captioner/", commands.captioner, name="captioner"),
]
