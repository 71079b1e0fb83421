"""Schemathesis, positive and negative, over all sixteen APIs: no failure.

Each API is tested by its own file against a real server with the sample data. The file given
to schemathesis differs from the served one only in what `_as_the_server_reads_it` lists, and
the hooks stand in `schemathesis_hooks`, each with its reason.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from tests.proofs.serving import serving
from tmf_apis.catalog import built_in
from tmf_apis.rules.lookup import open_enumerations
from tmf_apis.schema.normalise import opened
from tmf_apis.spec.attributes import referred
from tmf_apis.spec.model import ApiSpec

ROOT = Path(__file__).parents[2]
#: Examples per operation, and seconds per API, in the proof; the tests take fewer.
EXAMPLES = 100
SECONDS = 30
#: Checks that do not apply, each with its reason.
EXCLUDED = {
    "positive_data_acceptance": "replaced by refuses_only_what_no_schema_can_say",
    "ignored_auth": "the server asks for no credentials yet (R-114)",
    "object_level_authorization": "the same",
}
#: Refusals of invalid data count as such whatever else the request asked: a tag that does not
#: fit (412), an expansion or a path the server does not offer (501).
CONFIG = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429, 501]
"""
_CASES = re.compile(r"(\d+) generated")


def prove() -> dict[str, Any]:
    """Cases run and failures found, by API."""
    with TemporaryDirectory() as folder, serving(Path(folder)) as server:
        figures = {
            f"{api.number} {api.major}": run(api, server.origin, Path(folder), EXAMPLES, SECONDS)
            for api in built_in()
        }
    cases = sum(figure["cases"] for figure in figures.values())
    failed = [name for name, figure in figures.items() if not figure["passed"]]
    summary = f"{cases} cases over {len(figures)} APIs, failures in {failed or 'none'}"
    return {"holds": not failed, "summary": summary, "apis": figures, "excluded": EXCLUDED}


def run(api: ApiSpec, origin: str, folder: Path, examples: int, seconds: int) -> dict[str, Any]:
    """Run schemathesis for one API; whether it passed, the cases, and its words if it failed."""
    spec = folder / f"{api.number}-{api.major}.json"
    spec.write_bytes(orjson.dumps(_as_the_server_reads_it(api)))
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG)
    done = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"), "--config-file", config, "run", spec,
            "--url", origin + api.base_path,
            "--phases", "examples,coverage,fuzzing",
            "--max-examples", str(examples),
            "--max-time", str(seconds),
            "--checks", "all",
            "--exclude-checks", ",".join(EXCLUDED),
            "--suppress-health-check", "all",
            "--generation-database", "none",
            "--no-shrink", "--continue-on-failure", "--no-color", "--warnings", "off",
        ],
        cwd=folder,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.proofs.schemathesis_hooks",
                          "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )  # fmt: skip
    found = _CASES.search(done.stdout)
    figure = {"passed": done.returncode == 0, "cases": int(found[1]) if found else 0}
    return figure if figure["passed"] else figure | {"output": done.stdout + done.stderr}


def _as_the_server_reads_it(api: ApiSpec) -> dict[str, Any]:
    """The file of an API with the server's reading of it written out."""
    document: dict[str, Any] = orjson.loads(orjson.dumps(api.document))
    # Listener paths describe what a client hosts (R-1009).
    document["paths"] = {
        path: item for path, item in document["paths"].items() if "/listener/" not in path
    }
    for item in document["paths"].values():
        for operation in item.values():
            # A representation shaped by `fields` has its own tests (D4).
            operation["parameters"] = [
                p for p in operation.get("parameters", []) if not _names_fields(document, p)
            ]
    # Recommended enumerations are open.
    components = document["components"]
    components["schemas"] = dict(opened(components["schemas"], open_enumerations(api)))
    for body in components.get("requestBodies", {}).values():
        for content in body.get("content", {}).values():
            # A patch need not repeat `@type`.
            if referred(content["schema"]).endswith("_MVO"):
                content["schema"] = _untyped(content["schema"], components["schemas"])
    _rewrite(document)
    return document


def _untyped(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """A schema with its bases written out, whose `@type` may be left out."""
    schema = schemas[referred(schema)] if referred(schema) else schema
    kept = {k: v for k, v in schema.items() if k not in ("required", "allOf")}
    required = [name for name in schema.get("required", []) if name != "@type"]
    parts = [_untyped(part, schemas) for part in schema.get("allOf", [])]
    return kept | ({"required": required} if required else {}) | ({"allOf": parts} if parts else {})


def _names_fields(document: dict[str, Any], parameter: dict[str, Any]) -> bool:
    name = parameter.get("$ref", "").rpartition("/")[2]
    shared = document.get("components", {}).get("parameters", {})
    return bool(shared.get(name, parameter).get("name") == "fields")


def _rewrite(node: Any) -> None:
    """Alternatives overlap, so `oneOf` is `anyOf`; `@type` is open; `uri` is advice."""
    if isinstance(node, list):
        for inner in node:
            _rewrite(inner)
    elif isinstance(node, dict):
        if isinstance(node.get("oneOf"), list):
            node["anyOf"] = node.pop("oneOf")
        if isinstance(node.get("discriminator"), dict):
            del node["discriminator"]
        if node.get("format") == "uri":
            # Path-absolute references are tolerated.
            del node["format"]
        for inner in node.values():
            _rewrite(inner)
