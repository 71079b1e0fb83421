from conformance.checks import CHECKS
from conformance.matrix import markdown, rows, unexplained
from conformance.requirements import minimum, requirements
from conformance.results import Level
from tests.test_docs import ROOT
from tmf_apis.catalog import built_in

PAGE = ROOT / "docs" / "conformance-coverage.md"


def test_every_rule_has_a_check_or_a_reason_and_not_both() -> None:
    assert unexplained() == []


def test_every_must_rule_has_a_check() -> None:
    must = [row for row in rows() if row.rule.level is Level.MUST]
    assert len(must) > 180
    assert [row.rule.id for row in must if not row.covered] == []


def test_checks_name_rules_that_exist() -> None:
    named = {rule for check in CHECKS.values() for rule in check.rules}
    assert named <= requirements().keys()
    assert all(check.rules for check in CHECKS.values())


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == markdown()


def test_the_minimum_names_resources_and_operations_that_exist() -> None:
    apis = {f"{api.number} {api.major}": api for api in built_in()}
    assert minimum().keys() == apis.keys()
    for name, resources in minimum().items():
        for resource, operations in resources.items():
            assert apis[name].resource(resource).name == resource
            assert set(operations) <= {"list", "retrieve", "create", "patch", "delete"}
