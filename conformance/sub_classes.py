"""Bodies of a class of the kit's own, which adds attributes to that of a resource (R-1103)."""

from conformance.outcomes import applies
from conformance.trial import Trial


def sub_class(trial: Trial) -> dict[str, str]:
    """What makes a body one of a sub-class, with a text that the class adds."""
    applies(not trial.rules.view_of, "a view holds one class alone")
    name = trial.spec.name[:1].upper() + trial.spec.name[1:]
    return {
        "@type": f"Kit{name}",
        "@baseType": name,
        "@schemaLocation": "https://example.com/kit/schema.json",
        "kitExtra": "kit",
    }
