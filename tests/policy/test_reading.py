"""A policy file: what it may say, and in which line it is wrong."""

from pathlib import Path

import pytest

from tests.handlers.facts import APIS
from tmf_apis.catalog import choose
from tmf_apis.policy.lined import PolicyError
from tmf_apis.policy.policy import OF_NO_API, Act, Place, Policy
from tmf_apis.policy.reading import read_policy, shipped_policy
from tmf_apis.tmf630.query import ALWAYS

ORDER = Place("TMF622", "v4", "productOrder")


def read(folder: Path, text: str) -> Policy:
    file = folder / "policy.yaml"
    file.write_text(text)
    return read_policy(file, APIS)


def test_the_shipped_one_is_for_all_apis() -> None:
    policy = read_policy(shipped_policy(), choose().apis)
    names = [role.name for role in policy.roles]
    assert names == ["admin", "operator", "kit", "auditor", "partner", "customer"]
    by_act = {act: [role.name for role in policy.roles if act in role.general] for act in OF_NO_API}
    assert by_act == {Act.ADMIN: ["admin", "operator"], Act.AUDIT: ["admin", "auditor"]}
    listening = [r.name for r in policy.roles if (Place("TMF622", "v5"), Act.HUB) in r.grants]
    assert listening == ["admin", "operator", "kit"]
    assert all(grant.is_whole for role in policy.roles[:4] for grant in role.grants.values())


def test_of_a_callers_roles_the_first_that_is_granted_the_act_decides() -> None:
    policy = read_policy(shipped_policy(), choose().apis)
    both = ["customer", "partner", "auditor"]
    deciding = {act: policy.deciding(both, ORDER, act) for act in Act}
    found = {act: role.name for act, role in deciding.items() if role is not None}
    assert found == {
        "list": "auditor",
        "retrieve": "auditor",
        "create": "partner",
        "patch": "partner",
    }
    assert policy.deciding(["nobody"], ORDER, Act.LIST) is None


def test_of_a_roles_entries_the_first_decides(tmp_path: Path) -> None:
    text = """\
claims: {party: [about, party]}
roles:
  r:
    - {apis: TMF622, resources: productOrder, versions: v4, allow: list, rows: "id=${party}"}
    - {apis: TMF622, allow: [list, retrieve], fixed: [note], resources: [productOrder]}
"""
    policy = read(tmp_path, text)
    grants = policy.roles[0].grants
    assert grants[ORDER, Act.LIST].names == {"party"}
    assert grants[ORDER, Act.RETRIEVE].rows is ALWAYS
    assert (grants[ORDER, Act.LIST].fixed, grants[ORDER, Act.RETRIEVE].fixed) == (set(), {"note"})
    assert policy.claims == {"roles": ("roles",), "party": ("about", "party")}


def test_what_a_role_hides_for_one_act_it_hides_for_all(tmp_path: Path) -> None:
    text = """\
roles:
  r:
    - {apis: TMF622, versions: v4, resources: productOrder, allow: retrieve, hidden: [note]}
    - {apis: TMF622, versions: v4, resources: productOrder, allow: [list, patch]}
"""
    grants = read(tmp_path, text).roles[0].grants
    assert {(act, grant.hidden, grant.fixed) for (_, act), grant in grants.items()} == {
        (act, frozenset({"note"}), frozenset({"note"}))
        for act in (Act.RETRIEVE, Act.LIST, Act.PATCH)
    }


HEAD = "roles:\n  r:\n    - "
ENTRY = HEAD + "{apis: TMF622, versions: v4, resources: productOrder, "
SEES = "{apis: TMF622, allow: [list, retrieve, task]}"
#: Wrong files, and what is said of each behind its name.
WRONG = [
    ("", "there is nothing in it"),
    ("roles: [", "line 2 is neither JSON nor YAML"),
    ("claims: {}", "line 1: there are no roles"),
    (HEAD + "allow: list\nrolls: {}", "line 4: there is no rolls here; the nearest is roles"),
    (HEAD + "{}", "line 3: allow is missing"),
    ("roles:\n  r: list", "line 2: here names and values are needed"),
    (HEAD + "allow: [lisst]", "line 3: allow: there is no lisst here; the nearest is list"),
    (HEAD + "allow: list\n      api: TMF622", "line 4: there is no api here"),
    (HEAD + "allow: list\n  r:\n    - allow: list", "line 4: r is here twice"),
    (HEAD + "allow: list\n      apis: [TMF622,\n  TMF623]", "line 5: apis: there is no TMF623"),
    (HEAD + "{apis: TMF622, versions: v6, allow: list}", "line 3: versions: there is no v6"),
    (
        HEAD + "{apis: TMF622, resources: order, allow: list}",
        "line 3: resources: there is no order",
    ),
    (ENTRY + "allow: list, rows: 'nam=x'}", "line 3: rows: productOrder has no attribute nam"),
    (ENTRY + "allow: list, rows: 'id.like=x'}", r"line 3: rows: id\.like: \.like is no operator"),
    (ENTRY + "allow: list, rows: 'id.regex=('}", "line 3: rows: "),
    (ENTRY + "allow: list, rows: 'sort=id'}", "line 3: rows: sort is no condition"),
    (ENTRY + "allow: list, rows: '&'}", "line 3: rows: there is no condition"),
    (ENTRY + "allow: list, rows: 'filter=$.['}", "line 3: rows: filter: "),
    (
        ENTRY + "allow: list, rows: 'id=${nobody}'}",
        r"line 3: rows: claims do not say where \${nobody}",
    ),
    (ENTRY + "allow: list, rows: 'id=x${party}'}", "line 3: rows: .* stands for a whole value"),
    (ENTRY + "allow: list, rows: 'id.regex=${party}'}", "line 3: rows: "),
    (ENTRY + "allow: list, rows: 'orderDate=${party}'}", "line 3: rows: "),
    (ENTRY + "allow: list, rows: [a, b]}", "line 3: here one text is needed"),
    (ENTRY + "allow: list, hidden: [notes]}", "line 3: hidden: .* notes; the nearest is note"),
    (ENTRY + "allow: list, hidden: [note.text]}", r"line 3: hidden: .* no attribute note\.text"),
    (ENTRY + "allow: list, hidden: id}", "line 3: hidden: id is shown of everything"),
    (ENTRY + "allow: patch, fixed: href}", "line 3: fixed: href is shown of everything"),
    (ENTRY + "allow: [list, hub], rows: 'id=1'}", "line 3: hub is about the rows of everybody"),
    (ENTRY + "allow: [list, admin], hidden: note}", "line 3: admin is about the rows of everybody"),
    (
        HEAD + "{apis: TMF622, allow: hub}",
        "line 3: hub and task tell of every .* does not see whole",
    ),
    (
        ENTRY + f"allow: [list, retrieve], rows: 'id=1'}}\n    - {SEES}",
        "line 4: hub and task tell of every productOrder",
    ),
    ("roles:\n  r: &a\n    - allow: list\n    - *a", r"\*a stands inside of what it names"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_one_is_refused_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=rf"policy\.yaml: {said}") as refused:
        read(tmp_path, text)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"none\.yaml"):
        read_policy(tmp_path / "none.yaml", APIS)


def test_one_that_need_not_be_complete_may_name_what_is_not_served() -> None:
    assert read_policy(shipped_policy(), APIS[:1], complete=False).roles
    with pytest.raises(PolicyError, match="there is no productCatalog here"):
        read_policy(shipped_policy(), APIS[:1])
