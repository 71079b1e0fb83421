"""`tmf-apis convert`: files of one version in the other, without any server."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.faces.pairs import pairs
from tmf_apis.cli import main

UP = ("--api", "TMF622", "--from", "v4", "--to", "v5")
DOWN = ("--api", "tmf622", "--from", "V5", "--to", "v4")
ORDER = {
    "id": "7",
    "href": "https://host/tmf-api/productOrderingManagement/v4/productOrder/7",
    "externalId": "A-7",
    "productOrderItem": [{"id": "1", "action": "add"}],
}
IN_V5 = {
    "@type": "ProductOrder",
    "id": "7",
    "href": "/tmf-api/productOrderingManagement/v5/productOrder/7",
    "externalId": [{"@type": "ExternalIdentifier", "id": "A-7"}],
    "productOrderItem": [{"@type": "ProductOrderItem", "id": "1", "action": "add"}],
}


def run(*arguments: object, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["convert", *map(str, arguments)], input=text)


def written(folder: Path, text: str) -> Path:
    file = folder / "given"
    file.write_text(text)
    return file


def test_one_resource_is_converted_however_it_is_laid_out(tmp_path: Path) -> None:
    result = run(*UP, written(tmp_path, json.dumps(ORDER, indent=4)))
    assert (result.exit_code, json.loads(result.stdout)) == (0, IN_V5)


def test_an_array_stays_one(tmp_path: Path) -> None:
    result = run(*UP, written(tmp_path, json.dumps([ORDER, ORDER])))
    assert (result.exit_code, json.loads(result.stdout)) == (0, [IN_V5, IN_V5])


def test_lines_stay_lines_and_come_from_standard_input() -> None:
    result = run(*UP, "-", text=f"{json.dumps(ORDER)}\n\n{json.dumps(ORDER)}\n")
    assert result.exit_code == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == [IN_V5, IN_V5]


def test_an_empty_file_gives_nothing() -> None:
    result = run(*UP, "-", text="\n")
    assert (result.exit_code, result.output) == (0, "")


def test_down_again_it_is_what_it_was() -> None:
    result = run(*DOWN, "-", text=json.dumps(IN_V5))
    wanted = ORDER | {
        "@type": "ProductOrder",
        "href": "/tmf-api/productOrderingManagement/v4/productOrder/7",
    }
    assert (result.exit_code, json.loads(result.stdout)) == (0, wanted)


def test_a_resource_without_type_or_address_is_known_if_it_is_the_only_one() -> None:
    up = ("--api", "TMF638", "--from", "v4", "--to", "v5")
    result = run(*up, "-", text='{"id": "1"}')
    assert json.loads(result.stdout) == {"@type": "Service", "id": "1"}


def test_a_resource_that_does_not_tell_may_be_named() -> None:
    result = run(*UP, "--resource", "productOrder", "-", text=json.dumps({**ORDER, "href": "7"}))
    assert json.loads(result.stdout) == IN_V5


@pytest.mark.parametrize(
    ("arguments", "text", "told"),
    [
        (UP, "{", "-:1: The body is not JSON"),
        (UP, '{"id": "1"}\n[1]\n', "-:1: which resource is this of TMF622 v4? Name it with"),
        (UP, "[1]", "-:1: not a JSON object"),
        (UP, json.dumps([ORDER])[:-1], "-:1: not JSON: a comma or the end of the array is missing"),
        (
            (*UP, "--resource", "order"),
            "{}",
            "-:1: order is no resource of TMF622 v4: productOrder",
        ),
        (UP, json.dumps({**ORDER, "priority": 1}), "-:1: no productOrder of TMF622 v4: /priority"),
        (UP, "[" * 200 + "]" * 200, "-:1: "),
        (UP, '{"@type":"ProductOrder","a":' + '{"a":' * 99 + "1" + "}" * 100, "deeper than 64"),
        (("--api", "TMF999", *UP[2:]), "{}", "There is no table for TMF999"),
        ((*UP[:4], "--to", "v4"), "{}", "--from and --to are one of v4 and v5 each."),
    ],
)
def test_what_cannot_be_converted_is_told_in_one_line(
    arguments: tuple[str, ...], text: str, told: str
) -> None:
    result = run(*arguments, "-", text=text)
    assert result.exit_code == 2
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert run(*UP, tmp_path / "none").exit_code == 2


@pytest.mark.parametrize("side", [0, 1])
def test_all_sample_data_is_converted(side: int) -> None:
    for pair in pairs():
        samples: list[dict[str, Any]] = pair.samples(side)
        if not samples:
            continue
        versions = ("v4", "v5")
        given = ("--api", pair.api, "--from", versions[side], "--to", versions[1 - side])
        result = run(*given, "--resource", pair.faces.names[side], "-", text=json.dumps(samples))
        assert result.exit_code == 0, result.output
        converted = json.loads(result.stdout)
        assert len(converted) == len(samples)
        assert [fault for each in converted if (fault := pair.fault(1 - side, each))] == []
