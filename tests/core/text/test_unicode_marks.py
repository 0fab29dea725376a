"""Our tables of characters match Unicode."""

import json
import subprocess

from core.text.unicode_marks import DEFAULT_IGNORABLE, TERMINAL_PUNCTUATION

PROGRAM = r"""
const all = (which) => Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code > 0x7f && which.test(String.fromCodePoint(code)));
process.stdout.write(JSON.stringify([
  all(/\p{Terminal_Punctuation}/u), all(/\p{Default_Ignorable_Code_Point}/u), all(/\p{Assigned}/u),
]));
"""


def test_the_tables_match_those_of_the_browsers():
    """Compare only characters that the installed Node knows: it may be older or newer."""
    result = subprocess.run(["node", "--eval", PROGRAM], capture_output=True, text=True, check=True)
    terminal, ignorable, assigned = (set(map(chr, codes)) for codes in json.loads(result.stdout))
    assert TERMINAL_PUNCTUATION & assigned <= terminal
    assert len(terminal - TERMINAL_PUNCTUATION) < 20  # from newer versions of Unicode
    assert ignorable == DEFAULT_IGNORABLE  # fixed by the standard, including unassigned characters
