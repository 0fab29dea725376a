"""The style sheets and the scripts of a page are joined into one file each."""

import json
import subprocess

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from config import bundles


@pytest.fixture
def make_storage():
    def make_storage(**files):
        storage = InMemoryStorage()
        for name, text in files.items():
            storage.save(
                f"{name.replace('_', '/')}.{SUFFIXES[name[:2]]}", ContentFile(text.encode())
            )
        return storage

    return make_storage


SUFFIXES = {"js": "js", "cs": "css"}


def run(script):
    """Run a script and return what it appended to `log`, in order."""
    command = ["node", "--input-type=module", "-e", f"const log = [];\n{script}\n{PRINT}"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


PRINT = "console.log(JSON.stringify(log));"


def test_an_imported_sheet_is_placed_in_its_layer(make_storage):
    storage = make_storage(
        css_app='@layer base, parts;\n@import url("parts/a.css") layer(parts);\na { top: 0; }\n',
        css_parts_a="b {\n  left: 0;\n}\n",
    )
    whole = bundles.sheet(storage, "css/app.css")
    assert whole == "@layer base, parts;\n@layer parts {\nb {\n  left: 0;\n}\n}\na { top: 0; }\n"


def test_each_module_runs_once_and_imports_run_first(make_storage):
    storage = make_storage(
        js_app='import "./one.js";\nimport "./two.js";\nlog.push("app");\n',
        js_one='import { tell } from "./deep/tell.js";\ntell("one");\n',
        js_two='import { tell } from "./deep/tell.js";\ntell("two");\n',
        js_deep_tell='log.push("tell");\nexport function tell(word) {\n  log.push(word);\n}\n',
    )
    assert run(bundles.script(storage, "js/app.js")) == ["tell", "one", "two", "app"]


def test_names_in_a_module_are_private_and_imports_can_be_renamed(make_storage):
    storage = make_storage(
        js_app='import {\n  it as its,\n} from "./one.js";\nconst it = 2;\nlog.push(it, its);\n',
        js_one="const hidden = 3;\nexport const it = 1;\n",
    )
    assert run(bundles.script(storage, "js/app.js")) == [2, 1]


def test_functions_and_classes_can_be_exported(make_storage):
    storage = make_storage(
        js_app='import { Ear, hear } from "./one.js";\nlog.push(new Ear().hears, hear.name);\n',
        js_one="export class Ear {\n  hears = 1;\n}\nexport async function hear() {}\n",
    )
    assert run(bundles.script(storage, "js/app.js")) == [1, "hear"]


@pytest.mark.parametrize(
    "line",
    [
        'import whole from "./one.js";',
        'import * as one from "./one.js";',
        'export { hear } from "./one.js";',
        "export default 1;",
        "export let changes = 1;",
    ],
)
def test_other_kinds_of_imports_and_exports_are_refused(make_storage, line):
    storage = make_storage(js_app=f"{line}\n", js_one="export const hear = 1;\n")
    with pytest.raises(bundles.CannotJoin, match=r"^js/app\.js: (import|export)"):
        bundles.script(storage, "js/app.js")


def test_a_circular_import_is_refused(make_storage):
    storage = make_storage(js_app='import "./one.js";\n', js_one='import "./app.js";\n')
    with pytest.raises(bundles.CannotJoin, match=r"^js/app\.js imports itself through js/one\.js$"):
        bundles.script(storage, "js/app.js")


def test_a_sheet_imported_without_a_layer_is_refused(make_storage):
    storage = make_storage(css_app='@import url("a.css");\n')
    with pytest.raises(bundles.CannotJoin, match=r"^css/app\.css: @import"):
        bundles.sheet(storage, "css/app.css")
