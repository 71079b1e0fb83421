from conformance.checks import CHECKS
from conformance.matrix import markdown, rows, unexplained, unproven
from conformance.requirements import minimum, proven, requirements
from conformance.results import Level
from tests.conformance.blameable import blameable
from tests.conformance.flawed_servers import FLAWS, evidence
from tests.proofs import kit_evidence
from tests.test_docs import ROOT
from tmf_apis.catalog import built_in

#: So many checks no flawed server trips yet; to be lowered with each that gets one.
STILL_UNPROVEN = 13
PAGE = ROOT / "docs" / "conformance-coverage.md"


def test_every_rule_has_a_check_or_a_reason_and_not_both() -> None:
    assert unexplained() == []


def test_every_must_rule_has_a_check() -> None:
    must = [row for row in rows() if row.rule.level is Level.MUST]
    assert len(must) > 180
    assert [row.rule.id for row in must if not row.covered] == []


def test_a_check_names_no_rule_that_it_cannot_blame() -> None:
    dead = {c.name: set(c.rules) - blameable(c) for c in CHECKS.values()}
    assert {name: rules for name, rules in dead.items() if rules} == {}


def test_verified_means_seen_on_a_flawed_server() -> None:
    for name, rules in proven().items():
        assert rules.keys() <= set(CHECKS[name].rules)
        assert all(FLAWS[flaw].implies(rule) for rule, flaw in rules.items())
    assert evidence.seen(kit_evidence.recorded()) == proven()


def test_few_checks_are_without_a_flaw_that_trips_them() -> None:
    assert len(unproven()) <= STILL_UNPROVEN


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
