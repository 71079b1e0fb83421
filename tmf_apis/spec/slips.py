"""Mend the known slips of published files, so that they do not become behaviour (R-721).

Each mending is a small rule over the whole document, not a list of files: a slip that TM Forum
repeats in another API is mended there too.
"""

from collections.abc import Callable, Iterator

from tmf_apis.spec import slips_of_demand, slips_of_type
from tmf_apis.spec.repairs import Node, Repair

_RULES: tuple[Callable[[Node], Iterator[Repair]], ...] = (
    slips_of_demand.required_of_the_server,
    slips_of_demand.required_of_the_owner,
    slips_of_demand.required_in_a_partial_update,
    slips_of_demand.required_but_undeclared,
    slips_of_demand.references_without_id,
    slips_of_type.numeric_ids,
    slips_of_type.states_typed_as_objects,
    slips_of_type.blanks_in_enumerations,
    slips_of_type.classes_by_their_names,
    slips_of_type.values_of_patches,
    slips_of_type.sizes_of_attachments,
    slips_of_type.statements_of_intents,
    slips_of_type.payload_keys,
)


def repair(document: Node) -> list[Repair]:
    """Mend an OpenAPI 3.0 document in place; the repairs made, in the order of the rules.

    Swagger files, converted, and OpenAPI files are treated alike (R-721).
    """
    return [mended for rule in _RULES for mended in rule(document)]
