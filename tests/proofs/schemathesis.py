"""Schemathesis, positive and negative, over all sixteen APIs: no failure.

Each API is tested by its own file against a real server with the sample data. The file given
to schemathesis differs from the served one only in what `_as_the_server_reads_it` lists, and
the hooks stand in `schemathesis_hooks`, each with its reason.
"""

import os
import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from tests.proofs.serving import serving
from tmf_apis.catalog import built_in
from tmf_apis.rules.lookup import open_enumerations, rules_of
from tmf_apis.schema.normalise import opened
from tmf_apis.spec.attributes import referred
from tmf_apis.spec.model import ApiSpec, ResourceSpec
from tmf_apis.tmf630.creation import type_name

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
#: Examples per operation, and seconds per API, in the proof; the tests take fewer.
EXAMPLES = 100
SECONDS = 30
#: Checks that do not apply, each with its reason.
EXCLUDED = {
    "positive_data_acceptance": "replaced by refuses_only_what_no_schema_can_say",
    "negative_data_rejection": "part of refuses_what_is_invalid",
    "ignored_auth": "the server asks for no credentials yet (R-114)",
    "object_level_authorization": "the same",
}
#: Parameters that are not generated, each with its reason.
LEFT_OUT = {
    "fields": "an answer that it shapes lacks what its schema requires (D4)",
    "If-Match": "a tag out of the air names no state: nothing but 412 would be seen",
    "Idempotency-Key": "an empty one is refused, and is what is mostly tried (D20)",
}
#: Refusals of invalid data count as such whatever else the request asked: a tag that does not
#: fit (412), an expansion or a path the server does not offer (501, which no valid request gets
#: but one that asks for just that).
CONFIG = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "501"]

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
    seen = [op for figure in figures.values() for op in figure["operations"].values()]
    accepted = sum(operation["accepted"] for operation in seen)
    unreached = [f"{n} {o}" for n, figure in figures.items() for o in figure["unreached"]]
    summary = (
        f"{cases} cases over {len(figures)} APIs, {accepted} of them valid and accepted, failures"
        f" in {failed or 'none'}, operations never carried out: {unreached or 'none'}"
    )
    return {
        "holds": not failed and not unreached and bool(seen),
        "summary": summary,
        "apis": figures,
        "excluded": EXCLUDED,
        "left out": LEFT_OUT,
    }


def run(api: ApiSpec, origin: str, folder: Path, examples: int, seconds: int) -> dict[str, Any]:
    """Run schemathesis for one API; whether it passed, the cases, and its words if it failed."""
    spec = folder / f"{api.number}-{api.major}.json"
    spec.write_bytes(orjson.dumps(_as_the_server_reads_it(api)))
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG)
    tally = folder / "tally.json"
    tally.unlink(missing_ok=True)
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
                          "TMF_PROOF_TALLY": str(tally), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )  # fmt: skip
    found = _CASES.search(done.stdout)
    operations = _reached(orjson.loads(tally.read_bytes())) if tally.is_file() else {}
    figure = {
        "passed": done.returncode == 0,
        "cases": int(found[1]) if found else 0,
        "operations": operations,
        "unreached": [name for name, seen in operations.items() if not seen["accepted"]],
    }
    return figure if figure["passed"] else figure | {"output": done.stdout + done.stderr}


def _reached(tally: dict[str, int]) -> dict[str, dict[str, int]]:
    """For each operation, how many valid requests were accepted or refused, how many invalid."""
    reached: dict[str, dict[str, int]] = {}
    for key, count in sorted(tally.items()):
        name, kind, status = key.rsplit(" ", 2)
        seen = reached.setdefault(name, {"accepted": 0, "refused": 0, "invalid": 0})
        valid = "accepted" if int(status) < 400 else "refused"
        seen[valid if kind == "valid" else "invalid"] += count
    return reached


def _as_the_server_reads_it(api: ApiSpec) -> Json:
    """The file of an API with the server's reading of it written out."""
    document: dict[str, Any] = orjson.loads(orjson.dumps(api.document))
    # Listener paths describe what a client hosts (R-1009).
    document["paths"] = {
        path: item for path, item in document["paths"].items() if "/listener/" not in path
    }
    for item in document["paths"].values():
        for operation in item.values():
            operation["parameters"] = [
                p for p in operation.get("parameters", []) if _name(document, p) not in LEFT_OUT
            ]
    # Recommended enumerations are open.
    components = document["components"]
    components["schemas"] = dict(opened(components["schemas"], open_enumerations(api)))
    for resource in api.resources:
        path = "/" + "/".join(resource.segments)
        post = document["paths"].get(path, {}).get("post", {})
        for content in _bodies(document, post):
            schema = _creating(resource, content["schema"], components["schemas"])
            if rules_of(api, resource).view_of:
                # A view holds one class of what it is a view of.
                schema["properties"]["@type"] = {"type": "string", "enum": [type_name(resource)]}
            content["schema"] = schema
        patch = document["paths"].get(f"{path}/{{id}}", {}).get("patch", {})
        for content in _bodies(document, patch):
            if referred(content["schema"]) == resource.update_schema:
                content["schema"] = _changing(resource, content["schema"], components["schemas"])
    _rewrite(document)
    return document


def _creating(resource: ResourceSpec, schema: Json, schemas: Json) -> Json:
    """The body of a create; what is mandatory is neither blank nor an empty list (R-703).

    The server chooses the id: those that schemathesis knows are taken (R-708).
    """
    whole = _written_out(schema, schemas)
    properties: Json = {n: p for n, p in whole["properties"].items() if n != "id"}
    for name in resource.mandatory:
        declared = properties.get(name, {})
        if declared.get("type") == "string" and "enum" not in declared:
            properties[name] = {**declared, "minLength": 1, "pattern": r"\S"}
        elif declared.get("type") == "array":
            properties[name] = {**declared, "minItems": 1}
    return {**whole, "properties": properties}


def _changing(resource: ResourceSpec, schema: Json, schemas: Json) -> Json:
    """The body of a patch, without what no patch may change (R-811) or need repeat (R-721)."""
    whole = _written_out(schema, schemas)
    kept = {n: p for n, p in whole["properties"].items() if n not in resource.not_patchable}
    required = [name for name in whole["required"] if name in kept]
    return {"type": "object", "properties": kept} | ({"required": required} if required else {})


def _written_out(schema: Json, schemas: Json) -> Json:
    """An object schema with those it extends written out, as one list of properties."""
    schema = schemas[referred(schema)] if referred(schema) else schema
    parts = [_written_out(part, schemas) for part in schema.get("allOf", [])]
    properties: Json = {}
    required: list[str] = []
    for part in [*parts, schema]:
        properties |= part.get("properties", {})
        required += part.get("required", [])
    return {"type": "object", "properties": properties, "required": sorted(set(required))}


def _bodies(document: Json, operation: Json) -> list[Json]:
    """The contents of a request body that carry objects, for this operation alone."""
    body = operation.get("requestBody", {})
    if name := referred(body):
        body = deepcopy(document["components"]["requestBodies"][name])
        operation["requestBody"] = body
    return list(body.get("content", {}).values())


def _name(document: Json, parameter: Json) -> str:
    shared = document.get("components", {}).get("parameters", {})
    return str(shared.get(referred(parameter), parameter).get("name"))


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
