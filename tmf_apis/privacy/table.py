"""What becomes of what is personal: the table `specs/access/erasing.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tmf_apis.audit.personal import personal_attributes
from tmf_apis.catalog import specs_folder
from tmf_apis.given_files import read_file

Kinds = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Erasing:
    """The table. `persons`, `companies`, `accounts` and `needed` are by API; what the others say
    stands in the file.
    """

    persons: Kinds
    companies: Kinds
    accounts: Kinds
    needed: Mapping[str, Mapping[str, frozenset[str]]]
    engaged_as: frozenset[str]
    references: frozenset[str]
    anywhere: frozenset[str]
    called: frozenset[str]
    telling: frozenset[str]
    parts: tuple[str, ...]
    shortest: int
    party_names: frozenset[str]
    party_classes: frozenset[str]
    account_names: frozenset[str]
    user_names: frozenset[str]

    def is_person(self, number: str, resource: str) -> bool:
        """Whether the records of a resource are persons, or roles of them."""
        return resource in self.persons.get(number, ())

    def is_company(self, number: str, resource: str) -> bool:
        """Whether the records of a resource are companies."""
        return resource in self.companies.get(number, ())

    def is_account(self, number: str, resource: str) -> bool:
        """Whether the records of a resource are accounts."""
        return resource in self.accounts.get(number, ())


@dataclass(frozen=True, slots=True)
class Personal:
    """What of one resource is personal: its attributes of the first level, those of them that law
    needs, and those that its file demands.
    """

    attributes: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    mandatory: frozenset[str] = frozenset()


@cache
def erasing() -> Erasing:
    """The table of the project."""
    said = read_file(specs_folder() / "access" / "erasing.yaml")
    return Erasing(
        persons=_sets(said["persons"]),
        companies=_sets(said["companies"]),
        accounts=_sets(said["accounts"]),
        needed={number: _sets(found) for number, found in said["needed"].items()},
        parts=tuple(said["parts"]),
        shortest=said["shortest"],
        engaged_as=frozenset(said["engaged_as"]),
        references=frozenset(said["references"]),
        anywhere=frozenset(said["anywhere"]),
        called=frozenset(said["called"]),
        telling=frozenset(said["telling"]),
        party_names=frozenset(said["party_names"]),
        party_classes=frozenset(said["party_classes"]),
        account_names=frozenset(said["account_names"]),
        user_names=frozenset(said["user_names"]),
    )


def personal(number: str, resource: str, mandatory: frozenset[str]) -> Personal:
    """What of a resource of an API is personal; `mandatory` is what its file demands."""
    needed = erasing().needed.get(number, {}).get(resource, frozenset())
    return Personal(personal_attributes(number, resource), needed, mandatory)


def _sets(said: Mapping[str, list[str]]) -> Kinds:
    return {name: frozenset(listed) for name, listed in said.items()}
