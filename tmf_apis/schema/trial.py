"""Whether all schemas of an API can be compiled, so that none fails at the first request."""

from collections.abc import Iterator

from tmf_apis.schema.validator import Validator, uncompiled
from tmf_apis.spec.attributes import attributes_of
from tmf_apis.spec.loading import SpecError
from tmf_apis.spec.model import ApiSpec


def try_schemas(api: ApiSpec) -> None:
    """Compile what requests are judged by. Raises `SpecError` for a pattern, a bound or a type that
    no schema can have.
    """
    for name in dict.fromkeys(_judging(api)):
        validator = Validator(name, api.schemas, attributes_of(name, api.schemas))
        try:
            validator.compile()
        except ValueError as error:
            raise SpecError(f"{api.source}: schema {name}: {uncompiled(error)}") from error


def _judging(api: ApiSpec) -> Iterator[str]:
    for resource in api.resources:
        yield resource.schema
        for name in (resource.create_schema, resource.update_schema):
            if name is not None:
                yield name
    yield from api.listeners.values()
