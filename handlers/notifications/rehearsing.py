"""Events that did not happen, for whoever tries a listener: made of samples, and posted once.

They are in no log. A listener that does not take one is told of at once, and not tried again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.notifications.access import access_for, read_access
from handlers.notifications.notice import Notice
from handlers.notifications.posting import Post, Undelivered
from handlers.notifications.registry import callback_rules
from handlers.notifications.signing import Signer
from handlers.notifications.subscription import Subscription
from handlers.raising import telling
from handlers.service import Service
from persistence.store import Logged
from tmf_apis.behaviour.rehearsing import Filler, Json, rehearsal
from tmf_apis.settings import Settings
from tmf_apis.spec.events import EventSpec, named_after
from tmf_apis.spec.model import ApiSpec, ResourceSpec
from tmf_apis.tmf630.callbacks import CallbackRules, check_callback
from tmf_apis.tmf630.masking import masked
from tmf_apis.tmf630.query import ALWAYS
from tmf_apis.tmf630.subscriptions import Interest, interest


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of an event at one callback, which is shown without secrets; `fault` is empty
    where it was taken.
    """

    callback: str
    outcome: str
    fault: bool


def rehearsable(
    api: ApiSpec, served: Mapping[str, Service]
) -> Mapping[str, tuple[ResourceSpec, EventSpec]]:
    """The events of an API by name, each with the resource it is about; `served` are the API's
    services by resource.
    """
    return named_after(api, {name: service.rules.events for name, service in served.items()})


def rehearsed(
    service: Service, event: EventSpec, samples: Sequence[Json], filler: Filler
) -> Notice:
    """An event as listeners get it, about one of the samples of a resource."""
    document, told = rehearsal(event, service.rules, samples, filler)
    name = service.collection.name
    raised = telling(service, service.settings.origin + name, told, document)
    return Notice(Logged(0, name, document["id"], raised.type, 0, raised.body))


async def post_to(callback: str, notice: Notice, settings: Settings) -> Tried:
    """Post an event to a callback that the operator names, inside or outside.

    Raises `TmfError` (400) for what is no URL to post to.
    """
    anywhere = CallbackRules(development=True)
    check_callback(callback, anywhere)
    return await _post(callback, notice, Interest(ALWAYS), settings, anywhere)


async def post_to_one(
    subscription: Subscription, notice: Notice, settings: Settings
) -> Tried | None:
    """Post an event to a listener that is registered; None where it does not ask for it."""
    asked = interest(subscription.query, subscription.event)
    if not notice.concerns(subscription.base_path, asked):
        return None
    if subscription.state == "paused":
        return Tried(masked(subscription.callback), "paused", fault=True)
    rules = callback_rules(settings)
    return await _post(subscription.callback, notice, asked, settings, rules, subscription.secret)


async def _post(
    callback: str,
    notice: Notice,
    asked: Interest,
    settings: Settings,
    rules: CallbackRules,
    secret: str = "",
) -> Tried:
    post = Post(
        callback,
        rules,
        timeout=settings.delivery_timeout,
        signer=Signer(secret, settings.callback_secret),
        access=access_for(callback, read_access(settings.callback_access)),
    )
    try:
        await post.deliver(notice.sent(asked), notice.id, notice.hops + 1)
    except Undelivered as error:
        return Tried(masked(callback), str(error), fault=True)
    finally:
        post.close()
    return Tried(masked(callback), "taken", fault=False)
