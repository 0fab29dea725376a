"""What people write: seen by others, turned around by nobody, and counted alike everywhere."""

import json
import subprocess
from pathlib import Path

import pytest

from accounts.forms.profile import ProfileForm
from core.forms.written import LinesField, OneLineField
from core.text.written_text import as_lines, as_one_line
from safety.admin.decision import DecisionForm
from safety.forms import AppealForm, ReportForm
from spaces import forms as spaces
from tests.written_texts import LINES, ONE_LINE
from timeline.forms import PostForm

SCRIPT = Path(__file__).resolve().parents[3] / "static" / "js" / "text" / "written-text.js"
PROGRAM = f"""
import {{ readFileSync }} from "node:fs";
import {{ asLines, asOneLine, lengthOf }} from "{SCRIPT.as_uri()}";
const [one, several] = JSON.parse(readFileSync(0, "utf8"));
const lengths = one.map((each) => lengthOf(each));
process.stdout.write(JSON.stringify([one.map(asOneLine), several.map(asLines), lengths]));
"""


@pytest.mark.parametrize("written", ONE_LINE)
def test_a_line_is_kept_as_people_see_it(written):
    assert as_one_line(written) == ONE_LINE[written]


@pytest.mark.parametrize("written", LINES)
def test_lines_are_kept_as_people_see_them(written):
    assert as_lines(written) == LINES[written]


def test_the_pages_keep_and_count_the_same():
    node = ["node", "--input-type=module", "--eval", PROGRAM]
    asked = json.dumps([list(ONE_LINE), list(LINES)])
    said = subprocess.run(node, input=asked, capture_output=True, text=True, check=True)
    one, several, lengths = json.loads(said.stdout)
    assert dict(zip(ONE_LINE, one, strict=True)) == ONE_LINE
    assert dict(zip(LINES, several, strict=True)) == LINES
    assert lengths == [len(kept) for kept in ONE_LINE.values()]


def forms_for_text():
    """Every form that asks for a text which others read, with the fields for it."""
    yield ProfileForm, ("name", "bio")
    yield AppealForm, ("text",)
    yield ReportForm, ("text",)
    yield PostForm, ("text", "alt")
    yield DecisionForm, ("reason",)
    yield spaces.DetailsForm, ("title",)
    yield spaces.StartForm, ("title",)
    yield spaces.MessageForm, ("text",)
    yield spaces.RequestForm, ("reason",)
    yield spaces.RemovalForm, ("reason",)
    yield spaces.FeedbackForm, ("line",)


def test_one_rule_holds_wherever_text_is_asked_for():
    for form, names in forms_for_text():
        for name in names:
            assert isinstance(form.base_fields[name], OneLineField), (form, name)
            assert "maxlength" not in form.base_fields[name].widget.attrs, (form, name)


@pytest.mark.parametrize("unseen", [written for written, kept in ONE_LINE.items() if not kept])
def test_what_nobody_can_see_is_no_post_title_or_line_of_chat(unseen, ana):
    for form, name in [(spaces.MessageForm, "text"), (spaces.DetailsForm, "title")]:
        assert name in form({name: unseen}).errors
    assert "text" in PostForm({"text": unseen}, author=ana).errors
    assert "text" in AppealForm({"text": unseen}).errors


@pytest.mark.parametrize("unseen", ["\u200b\u200b", "\ufe0f", "\u17b4", "\u034f"])
def test_a_name_that_nobody_can_see_is_the_handle(ana, as_ana, unseen):
    as_ana.post("/settings/profile/", {"name": unseen, "bio": unseen})
    ana.refresh_from_db()
    assert (ana.name, ana.bio) == ("ana", "")


def test_a_bio_turns_nothing_around(ana, as_ana):
    as_ana.post("/settings/profile/", {"name": "Ana", "bio": "gnp\u202eexe.\r\nb"})
    ana.refresh_from_db()
    assert ana.bio == "gnpexe.\nb"


def test_a_line_end_counts_as_one_character_whatever_the_browser_sends():
    lines = LinesField(max_length=160)
    full = "\n".join(["fifteen letters"] * 10)  # 159
    assert lines.clean(full.replace("\n", "\r\n")) == full
    report = {"reason": "spam", "text": "\r\n".join(["9 letters"] * 100)}  # 999
    assert ReportForm(report).is_valid()
    assert AppealForm(report).is_valid()
    assert ProfileForm({"name": "", "bio": full.replace("\n", "\r\n")}).is_valid()


def test_the_page_may_type_as_many_emoji_as_the_site_takes():
    attributes = OneLineField(max_length=70).widget.attrs
    assert attributes == {"data-longest": "70"}  # maxlength would stop at 35
    assert OneLineField(max_length=70).clean("🎉" * 70) == "🎉" * 70
