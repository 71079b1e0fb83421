"""A step may be done by a package of the operator's own."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from handlers.flow.activation import Activation
from handlers.flow.deeds import Deeds
from handlers.flow.replacing import GROUP, ReplacementError, steps_of
from handlers.flow.steps import STEPS
from tests.handlers.flow.ordering import added, order_of
from tests.handlers.flow.stepping import Office

OFFERED = """
from handlers.flow.steps import STEPS
done = []
async def do(doing):
    done.append(doing.step["id"])
    await STEPS["activate"][0](doing)
async def undo(doing):
    done.remove(doing.step["id"])
"""
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a package that offers a step; its module has some text."""

    def installed(module: str, text: str, kind: str = "activate") -> None:
        (tmp_path / f"{module}.py").write_text(text)
        about = tmp_path / f"{module}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[{GROUP}]\n{kind} = {module}\n")

    monkeypatch.syspath_prepend(str(tmp_path))
    return installed


def test_the_step_is_done_and_undone_by_the_package(install: Install, tmp_path: Path) -> None:
    install("acme_network", OFFERED)
    steps = steps_of(["activate"])
    done = steps["activate"][0].__globals__["done"]
    assert {kind for kind in STEPS if steps[kind] != STEPS[kind]} == {"activate"}

    async def run() -> str:
        async with asyncio.timeout(60):
            office = await Office.opened(tmp_path)
            office.flow.deeds = Deeds(Activation(), steps)
            id = await office.order(order_of(added("1", "offer-static-ip")))
            await office.settle(id)
            state = str((await office.read(office.reach.orders, id))["state"])
            await office.store.close()
            return state

    assert asyncio.run(run()) == "completed"
    assert done == ["1/sspec-static-ip/activate"]


def test_what_is_only_installed_is_not_used(install: Install) -> None:
    install("acme_unused", OFFERED)
    assert steps_of([]) == STEPS


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            None,
            "one entry point activate of tmf_apis.flow_steps is needed, there is none",
        ),
        ("import nothing_of_that_name", "ModuleNotFoundError: No module named"),
        ("async def do(doing): ...", "AttributeError"),
        ("def do(doing): ...\nasync def undo(doing): ...", "are to be coroutine functions"),
    ],
)
def test_a_package_that_cannot_be_used_stops_the_start(
    install: Install, text: str | None, why: str
) -> None:
    if text is not None:
        install(f"acme_{len(text)}", text)
    with pytest.raises(ReplacementError, match=f"^TMF_FLOW_STEPS: .*{why}"):
        steps_of(["activate"])


def test_two_packages_are_one_too_many(install: Install) -> None:
    install("acme_one", OFFERED)
    install("acme_two", OFFERED)
    with pytest.raises(ReplacementError, match="there is acme_one, acme_two"):
        steps_of(["activate"])
