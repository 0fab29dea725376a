"""Our tables of characters are Unicode's."""

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


def test_the_tables_are_those_of_the_browsers():
    """As far as this Node knows the characters: it may be older than the tables, or newer."""
    said = subprocess.run(["node", "--eval", PROGRAM], capture_output=True, text=True, check=True)
    terminal, ignorable, assigned = (set(map(chr, codes)) for codes in json.loads(said.stdout))
    assert TERMINAL_PUNCTUATION & assigned <= terminal
    assert len(terminal - TERMINAL_PUNCTUATION) < 20  # of newer versions
    assert ignorable == DEFAULT_IGNORABLE  # the standard promises it: also what is unassigned
