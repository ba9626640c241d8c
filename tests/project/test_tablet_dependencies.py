"""A tablet carries the dependencies pyproject.toml lists first and nothing else: everything it runs imports so.

The tests' own environment has more in it, so a fresh interpreter is started in which every other library is hidden.
"""

import json
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project.sources import OURS, ROOT, is_under, modules

ON_A_TABLET = ("app", "sync.client", "sync.errors", "sync.merge", "sync.protocol")

# Runs in the fresh interpreter: hides every library but the allowed ones, imports, prints what was loaded.
IMPORT_WITH_FEW_LIBRARIES = """
import json, sys

allowed, wanted = json.loads(sys.argv[1])

class HideTheRest:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in allowed or top in sys.stdlib_module_names or top.startswith("_sysconfigdata"):
            return None
        raise ModuleNotFoundError(f"{name} is not on a tablet", name=name)

sys.meta_path.insert(0, HideTheRest())
for name in wanted:
    __import__(name)
print(json.dumps(sorted(sys.modules)))
"""


def tablet_libraries(without: str = "") -> set[str]:
    """The importable names of the tablet's dependencies and of all they need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names, todo = set(), [Requirement(line) for line in project["dependencies"]]
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        if name in names or name == without or not _applies(requirement):
            continue
        names.add(name)
        todo += [Requirement(line) for line in distribution(name).requires or ()]
    return {
        top for top, owners in packages_distributions().items() if names & {canonicalize_name(each) for each in owners}
    }


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def import_on_a_tablet(wanted: list[str], libraries: set[str]) -> subprocess.CompletedProcess[str]:
    told = json.dumps([sorted({*libraries, *OURS}), wanted])
    command = [sys.executable, "-c", IMPORT_WITH_FEW_LIBRARIES, told]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def modules_on_a_tablet() -> list[str]:
    names = [module.name for module in modules()]
    return [name for name in names if is_under(name, ON_A_TABLET) and not name.endswith((".__main__", "app.desk"))]


def test_everything_a_tablet_runs_imports_with_its_own_dependencies() -> None:
    done = import_on_a_tablet(modules_on_a_tablet(), tablet_libraries())

    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout)
    assert [name for name in loaded if is_under(name, ("sync.endpoint",))] == []


def test_the_list_of_dependencies_leaves_out_the_centres_and_the_tools() -> None:
    libraries = tablet_libraries()

    assert {"flet", "tinydb", "httpx", "msgpack"} <= libraries
    assert libraries & {"fastapi", "flet_web", "pydantic", "pytest", "sqlalchemy", "uvicorn"} == set()


def test_a_dependency_that_is_missing_is_found() -> None:
    done = import_on_a_tablet(["tinydb"], tablet_libraries(without="tinydb"))

    assert done.returncode != 0
    assert "tinydb is not on a tablet" in done.stderr


def test_a_library_of_the_centre_is_found() -> None:
    done = import_on_a_tablet(["fastapi"], tablet_libraries())

    assert "fastapi is not on a tablet" in done.stderr


def test_s_t27_the_app_asks_the_tablet_for_nothing_but_the_network() -> None:
    """The network itself (INTERNET) Flet asks for in every app."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["flet"]

    assert asked["android"]["permission"] == {"android.permission.ACCESS_NETWORK_STATE": True}
    assert "permissions" not in asked
