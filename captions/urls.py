from django.urls import path

from captions.views import commands, lines, transcript
from spaces import addresses

app_name = "captions"
addresses.register()

SPACE = "spaces/<space:space_id>/"

urlpatterns = [
    path(f"{SPACE}captions/", lines.earlier, name="earlier"),
    path(f"{SPACE}captions/voice/", commands.voice, name="voice"),
    path(f"{SPACE}captions/ask/", commands.ask, name="ask"),
    path(f"{SPACE}captions/adjust/", commands.adjust, name="adjust"),
    path(f"{SPACE}captions/write/", commands.write, name="write"),
    path(f"{SPACE}transcript/", transcript.page, name="transcript"),
    path(f"{SPACE}transcript.<str:extension>", transcript.download, name="download"),
    path(f"{SPACE}transcript/<int:line_id>/edit/", transcript.edit, name="edit"),
    path(f"{SPACE}transcript/<int:line_id>/delete/", transcript.delete, name="delete"),
    path(f"{SPACE}transcript/withdraw/", transcript.withdraw_all, name="withdraw_all"),
    path(f"{SPACE}transcript/keep/", transcript.keep, name="keep"),
    path(f"{SPACE}people/<person:key>/captioner/", commands.captioner, name="captioner"),
]
