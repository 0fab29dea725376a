"""Text that people write is visible, keeps its direction, and is counted the same everywhere."""

import json
import subprocess
from pathlib import Path

import pytest

from accounts.forms.profile import ProfileForm
from accounts.forms.sign_in import SignUpForm
from billing.forms import RefundForm
from core.forms.written import LinesField, OneLineField
from core.text.written_text import as_lines, as_one_line
from safety.admin.decision_form import DecisionForm
from safety.forms import AppealForm, ReportForm
from scheduling.forms import CancelForm, PlanForm
from spaces import forms as spaces
from tests.written_text_cases import LINES, ONE_LINE
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
def test_a_line_is_normalized(written):
    assert as_one_line(written) == ONE_LINE[written]


@pytest.mark.parametrize("written", LINES)
def test_several_lines_are_normalized(written):
    assert as_lines(written) == LINES[written]


def test_python_and_the_pages_keep_and_count_the_same_text():
    node = ["node", "--input-type=module", "--eval", PROGRAM]
    stdin = json.dumps([list(ONE_LINE), list(LINES)])
    result = subprocess.run(node, input=stdin, capture_output=True, text=True, check=True)
    one, several, lengths = json.loads(result.stdout)
    assert dict(zip(ONE_LINE, one, strict=True)) == ONE_LINE
    assert dict(zip(LINES, several, strict=True)) == LINES
    assert lengths == [len(kept) for kept in ONE_LINE.values()]


def forms_for_text():
    """Yield the forms for text that others read, each with its text fields."""
    yield SignUpForm, ("name",)
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
    yield PlanForm, ("title", "description")
    yield CancelForm, ("reason",)
    yield RefundForm, ("reason",)


def test_every_text_field_follows_the_same_rule():
    for form, names in forms_for_text():
        for name in names:
            assert isinstance(form.base_fields[name], OneLineField), (form, name)
            assert "maxlength" not in form.base_fields[name].widget.attrs, (form, name)


@pytest.mark.parametrize("invisible", [written for written, kept in ONE_LINE.items() if not kept])
def test_text_without_a_visible_character_is_refused(invisible, ana):
    for form, name in [(spaces.MessageForm, "text"), (spaces.DetailsForm, "title")]:
        assert name in form({name: invisible}).errors
    assert "text" in PostForm({"text": invisible}, author=ana).errors
    assert "text" in AppealForm({"text": invisible}).errors


@pytest.mark.parametrize("invisible", ["\u200b\u200b", "\ufe0f", "\u17b4", "\u034f"])
def test_a_name_without_a_visible_character_becomes_the_handle(ana, as_ana, invisible):
    as_ana.post("/settings/profile/", {"name": invisible, "bio": invisible})
    ana.refresh_from_db()
    assert (ana.name, ana.bio) == ("ana", "")


def test_direction_overrides_are_removed_from_a_bio(ana, as_ana):
    as_ana.post("/settings/profile/", {"name": "Ana", "bio": "gnp\u202eexe.\r\nb"})
    ana.refresh_from_db()
    assert ana.bio == "gnpexe.\nb"


def test_a_line_end_counts_as_one_character_in_forms():
    lines = LinesField(max_length=160)
    full = "\n".join(["fifteen letters"] * 10)  # 159 characters
    assert lines.clean(full.replace("\n", "\r\n")) == full
    report = {"reason": "spam", "text": "\r\n".join(["9 letters"] * 100)}  # 999 characters
    assert ReportForm(report).is_valid()
    assert AppealForm(report).is_valid()
    assert ProfileForm({"name": "", "bio": full.replace("\n", "\r\n")}).is_valid()


def test_an_emoji_counts_as_one_character_in_the_page_and_on_the_server():
    attributes = OneLineField(max_length=70).widget.attrs
    assert attributes == {"data-longest": "70"}  # maxlength would allow only 35 emoji
    assert OneLineField(max_length=70).clean("🎉" * 70) == "🎉" * 70
