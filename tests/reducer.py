"""Run the reducer of the room's page, static/js/room/room-state.js, in Node."""

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
    """Apply each case's events to its state; return the resulting states."""
    node = ["node", "--input-type=module", "--eval", PROGRAM]
    result = subprocess.run(
        node, input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    states: list[Document] = json.loads(result.stdout)
    return states
