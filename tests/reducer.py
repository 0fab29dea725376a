"""The reducer of the pages, static/js/room/room-state.js, run in Node."""

import json
import subprocess
from pathlib import Path
from typing import Any

REDUCER = Path(__file__).resolve().parents[1] / "static" / "js" / "room/room-state.js"
PROGRAM = f"""
import {{ readFileSync }} from "node:fs";
import {{ apply }} from {json.dumps(REDUCER.as_uri())};
const cases = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cases.map(([state, events]) => events.reduce(apply, state))));
"""
Document = dict[str, Any]


def replay(*cases: tuple[Document, list[Document]]) -> list[Document]:
    """Apply events to each state; return the states that a page then shows."""
    node = ["node", "--input-type=module", "--eval", PROGRAM]
    result = subprocess.run(
        node, input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    states: list[Document] = json.loads(result.stdout)
    return states
