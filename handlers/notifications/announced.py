"""What an API tells its listeners of: the events of each resource, and their kinds together."""

from collections.abc import Mapping

from tmf_apis.rules.lookup import rules_of
from tmf_apis.spec.events import EventSpec, defined_by, events_of, notification_of
from tmf_apis.spec.model import ApiSpec, ResourceSpec
from tmf_apis.tmf630.event_types import EventTypes
from tmf_apis.tmf630.subscriptions import Announced


def raised_by(api: ApiSpec, resource: ResourceSpec) -> Mapping[str, EventSpec]:
    """The events of a resource by their kind; of a view those of the collection, for a record
    raises events of one name whichever path wrote it (D17).
    """
    rules = rules_of(api, resource)
    home = api.resource(rules.view_of) if rules.view_of else resource
    return events_of(api, home, rules.events)


def announced_by(api: ApiSpec) -> Announced:
    """What the events of an API may hold, and which kinds there are."""
    raised = [event.type for one in api.resources for event in raised_by(api, one).values()]
    return Announced(notification_of(api), EventTypes(frozenset(raised), defined_by(api)))
