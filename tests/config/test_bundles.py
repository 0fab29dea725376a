"""What a page wears and runs is one file each, which does what the many did."""

import json
import subprocess

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from config import bundles


@pytest.fixture
def stored():
    def stored(**files):
        storage = InMemoryStorage()
        for name, text in files.items():
            storage.save(f"{name.replace('_', '/')}.{KIND[name[:2]]}", ContentFile(text.encode()))
        return storage

    return stored


KIND = {"js": "js", "cs": "css"}


def run(script):
    """What it says, in the order in which it says it."""
    told = ["node", "--input-type=module", "-e", f"const said = [];\n{script}\n{TELL}"]
    return json.loads(subprocess.run(told, check=True, capture_output=True, text=True).stdout)


TELL = "console.log(JSON.stringify(said));"


def test_what_is_imported_stands_in_the_layer_that_it_was_given(stored):
    storage = stored(
        css_app='@layer base, parts;\n@import url("parts/a.css") layer(parts);\na { top: 0; }\n',
        css_parts_a="b {\n  left: 0;\n}\n",
    )
    whole = bundles.sheet(storage, "css/app.css")
    assert whole == "@layer base, parts;\n@layer parts {\nb {\n  left: 0;\n}\n}\na { top: 0; }\n"


def test_modules_run_once_each_and_what_is_imported_first(stored):
    storage = stored(
        js_app='import "./one.js";\nimport "./two.js";\nsaid.push("app");\n',
        js_one='import { tell } from "./deep/tell.js";\ntell("one");\n',
        js_two='import { tell } from "./deep/tell.js";\ntell("two");\n',
        js_deep_tell='said.push("tell");\nexport function tell(word) {\n  said.push(word);\n}\n',
    )
    assert run(bundles.script(storage, "js/app.js")) == ["tell", "one", "two", "app"]


def test_a_module_keeps_its_names_to_itself_and_may_take_others_by_another(stored):
    storage = stored(
        js_app='import {\n  it as its,\n} from "./one.js";\nconst it = 2;\nsaid.push(it, its);\n',
        js_one="const hidden = 3;\nexport const it = 1;\n",
    )
    assert run(bundles.script(storage, "js/app.js")) == [2, 1]


def test_functions_and_classes_are_exported_too(stored):
    storage = stored(
        js_app='import { Ear, hear } from "./one.js";\nsaid.push(new Ear().hears, hear.name);\n',
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
def test_what_is_imported_in_another_way_is_refused_by_name(stored, line):
    storage = stored(js_app=f"{line}\n", js_one="export const hear = 1;\n")
    with pytest.raises(bundles.CannotJoin, match=r"^js/app\.js: (import|export)"):
        bundles.script(storage, "js/app.js")


def test_a_circle_is_refused_by_name(stored):
    storage = stored(js_app='import "./one.js";\n', js_one='import "./app.js";\n')
    with pytest.raises(
        bundles.CannotJoin, match=r"^js/app\.js imports itself, by way of js/one\.js$"
    ):
        bundles.script(storage, "js/app.js")


def test_a_sheet_that_is_imported_without_a_layer_is_refused(stored):
    storage = stored(css_app='@import url("a.css");\n')
    with pytest.raises(bundles.CannotJoin, match=r"^css/app\.css: @import"):
        bundles.sheet(storage, "css/app.css")
