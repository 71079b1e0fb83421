"""A service for every resource, put together once at start."""

from collections.abc import Mapping
from dataclasses import replace

from handlers.bell import Bell
from handlers.mirroring import collection_for
from handlers.neighbours.building import clients_of, neighbour_of
from handlers.notifications.announced import raised_by
from handlers.pairing import faced
from handlers.service import Service
from handlers.turnstile import Turnstile
from persistence.store import Scope, Store
from tmf_apis.audit.personal import personal_attributes
from tmf_apis.behaviour.reference_policy import (
    Policies,
    Policy,
    ReferencesError,
    Special,
    read_policies,
)
from tmf_apis.behaviour.references import Referring
from tmf_apis.behaviour.table import behaviour_of
from tmf_apis.lifecycles.machine import Machine, Mode, When
from tmf_apis.lifecycles.reading import machines, machines_of
from tmf_apis.rules.lookup import open_enumerations, served_rules
from tmf_apis.schema.normalise import opened
from tmf_apis.schema.number_texts import takes_numbers
from tmf_apis.schema.registry import Registry, read_registry
from tmf_apis.schema.validator import Validator
from tmf_apis.settings import Settings
from tmf_apis.spec.attributes import attributes_of
from tmf_apis.spec.embedding import embedded
from tmf_apis.spec.model import ApiSpec, ResourceSpec
from tmf_apis.spec.references import classes, named_place, places
from tmf_apis.tmf630.creation import owned, type_name
from tmf_apis.tmf630.paging import Limits
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Shape, Step

_TYPE = (Step("@type", Shape.ONE),)
_ALL = Policies(Policy.ENFORCE)


def services(
    apis: tuple[ApiSpec, ...], store: Store, settings: Settings, bell: Bell | None = None
) -> list[Service]:
    """A service for every resource of every API, in the order of the files.

    `bell` is rung when one has made something that waits for the server. Raises `NeighboursError`
    and `AccessError` for neighbours that it cannot have.
    """
    clients = clients_of(settings, apis)
    registry = read_registry(settings.schemas)
    known = machines(settings.lifecycles, strict="lifecycle" in settings.strict)
    bell = bell or Bell()
    turnstile = Turnstile()
    made: list[Service] = []
    for api in apis:
        siblings: dict[str, Service] = {}
        embeds = embedded(api.resources)
        numbered = takes_numbers(api.schemas)
        for spec in api.resources:
            alone = _service(api, spec, store, settings, registry, known)
            service = replace(
                alone,
                elsewhere=neighbour_of(alone, clients),
                bell=bell,
                turnstile=turnstile,
                siblings=siblings,
                numbered=numbered,
                embedded=embeds.get(spec.segments, ""),
                embeds=tuple(name for at, name in embeds.items() if at[:-2] == spec.segments),
            )
            siblings.setdefault(spec.name, service)
            made.append(service)
    policies = read_policies(settings.references)
    if not policies.off or settings.authentication:
        made = _referring(made, policies, bound=settings.authentication)
    return faced(made, settings)


def _referring(made: list[Service], policies: Policies, *, bound: bool) -> list[Service]:
    """The services, each with how it refers to others of its major version; and what those refer
    to who are `bound` to what they see.

    Raises `ReferencesError` for a policy for what is no reference of any of them.
    """
    served: dict[str, dict[str, str]] = {}
    for service in made:
        named = served.setdefault(service.api.major, {})
        if service.is_referable:
            for name in classes(service.spec.schema, service.api.schemas, service.type_name):
                named.setdefault(name, service.collection.name)
    peers: dict[str, dict[str, Service]] = {major: {} for major in served}
    homes: dict[str, Service] = {}
    known: set[Special] = set()
    found = []
    for service in made:
        api = service.api
        top = places(service.spec.attributes, served[api.major])
        about = policies.about(api.number, api.major, service.spec.name)
        known.update(s for s in about.special if named_place(top, s.reference))
        referring = None if about.off else Referring(top, about, served[api.major])
        whole = replace(
            service,
            referring=referring,
            peers={} if policies.off else peers[api.major],
            bound=Referring(top, _ALL, served[api.major]) if bound else None,
            homes=homes,
        )
        if service.siblings.get(service.spec.name) is service:
            service.siblings[service.spec.name] = whole
        if whole.is_referable and not whole.rules.view_of:
            peers[api.major].setdefault(whole.collection.name, whole)
            homes.setdefault(whole.collection.name, whole)
        found.append(whole)
    for special in policies.special:
        if special not in known:
            raise ReferencesError(f"TMF_REFERENCES: there is no reference {special}")
    return found


def _service(
    api: ApiSpec,
    spec: ResourceSpec,
    store: Store,
    settings: Settings,
    registry: Registry,
    known: tuple[Machine, ...],
) -> Service:
    rules = served_rules(api, spec)
    schemas = opened(api.schemas, open_enumerations(api))
    home = api.resource(rules.view_of) if rules.view_of else spec
    create = spec.create_schema and Validator(
        spec.create_schema, schemas, spec.attributes, spec.mandatory
    )
    kind = type_name(spec)
    view = Comparison(_TYPE, Operator.EQ, (kind,), Kind.TEXT)
    return Service(
        api=api,
        spec=spec,
        rules=rules,
        collection=collection_for(api.base_path, home, served_rules(api, home)),
        store=store,
        records=store,
        settings=settings,
        limits=Limits(settings.default_limit, settings.max_limit),
        known=attributes_of(spec.schema, api.schemas, spec.create_schema, spec.update_schema),
        create_validator=create or None,
        stored_validator=Validator(
            spec.schema,
            schemas,
            spec.attributes,
            spec.mandatory,
            assumed={"href": "/"},
            forgiven=owned(spec),
        ),
        registry=registry,
        owned=owned(spec),
        always=frozenset({"id", "href", "@type"} if spec.typed else {"id", "href"}),
        scope=Scope(where=view) if rules.view_of else Scope(),
        type_name=kind,
        personal=(
            personal_attributes(api.number, spec.name) if settings.audit_reads else frozenset()
        ),
        behaviour=behaviour_of(rules, _machines(known, api, home)),
        events=raised_by(api, spec) if settings.events and api.hub else {},
    )


def _machines(known: tuple[Machine, ...], api: ApiSpec, home: ResourceSpec) -> tuple[Machine, ...]:
    """The machines of a resource that anybody looks at, as far as its file declares them."""
    return tuple(
        replace(machine, stamps=_declared(machine.stamps, home))
        for machine in machines_of(known, api.number, api.major, home.name)
        if machine.mode is not Mode.OFF and home.attributes.find(list(machine.path))
    )


def _declared(
    stamps: Mapping[str, Mapping[str, When]], home: ResourceSpec
) -> Mapping[str, Mapping[str, When]]:
    """The stamps on attributes that the file declares."""
    names = home.attributes.children
    return {
        state: {name: when for name, when in times.items() if name in names}
        for state, times in stamps.items()
    }
