"""Entity tags: optional, but right where they are sent (R-112)."""

from email.utils import parsedate_to_datetime

from conformance.check import check
from conformance.client import Answer
from conformance.outcomes import applies, demand
from conformance.trial import Trial
from tmf_apis.spec.types import Kind


@check(
    "R-112",
    title="If-None-Match with the current tag answers 304",
    needs=("retrieve",),
    profiles=("read-only",),
)
async def unchanged_is_not_sent(trial: Trial) -> None:
    record = str((await trial.record())["id"])
    tag = _tag(await trial.get(record))
    answer = await trial.get(record, headers={"If-None-Match": tag})
    demand(answer.status in (200, 304), "304", answer)
    applies(answer.status == 304, "If-None-Match is not looked at")
    demand(not answer.content, "304 without a body", answer)
    other = await trial.get(record, headers={"If-None-Match": '"kit-other"'})
    demand(other.status == 200, "200 for another tag", other)


@check("R-112", title="A change gives a new tag", needs=("create", "patch", "retrieve"))
async def change_gives_a_new_tag(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    before = strong_tag(await trial.get(record["id"]))
    answer = await trial.patch(record["id"], {name: "kit after"})
    applies(answer.ok, "the patch was refused")
    after = _tag(await trial.get(record["id"]))
    demand(before != after, "another ETag", after)


@check(
    "R-112",
    title="If-Match with an old tag is refused with 412",
    needs=("create", "patch", "retrieve"),
)
async def stale_writer_is_refused(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    tag = strong_tag(await trial.get(record["id"]))
    await trial.patch(record["id"], {name: "kit first"})
    answer = await trial.patch(record["id"], {name: "kit second"}, headers={"If-Match": tag})
    demand(answer.status in (412, 409), "412", answer)
    seen = await trial.look(record["id"])
    demand(seen.get(name) == "kit first", f"{name}: kit first", seen.get(name))


@check(
    "R-112",
    title="If-Match with the current tag is carried out",
    needs=("create", "patch", "retrieve"),
    alone=True,
)
async def fresh_writer_is_served(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    tag = strong_tag(await trial.get(record["id"]))
    answer = await trial.patch(record["id"], {name: "kit after"}, headers={"If-Match": tag})
    demand(answer.ok, "200", answer)


@check(
    "R-112",
    title="DELETE with an old tag is refused with 412",
    needs=("create", "patch", "delete", "retrieve"),
)
async def stale_delete_is_refused(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    tag = strong_tag(await trial.get(record["id"]))
    await trial.patch(record["id"], {name: "kit after"})
    answer = await trial.delete(record["id"], headers={"If-Match": tag})
    demand(answer.status in (412, 409), "412", answer)


@check("R-112", title="Last-Modified is a date", needs=("retrieve",), profiles=("read-only",))
async def last_modified_is_a_date(trial: Trial) -> None:
    record = str((await trial.record())["id"])
    text = (await trial.get(record)).headers.get("last-modified")
    applies(text, "Last-Modified is not sent")
    try:
        parsedate_to_datetime(str(text))
    except ValueError:
        demand(False, "an HTTP date", text)


@check(
    "R-112",
    title="The body has the length and type that the headers say",
    needs=("retrieve",),
    profiles=("read-only",),
)
async def headers_describe_the_body(trial: Trial) -> None:
    record = str((await trial.record())["id"])
    answer = await trial.get(record)
    demand(answer.headers.get("content-type"), "Content-Type", "none")
    length = answer.headers.get("content-length")
    encoded = "content-encoding" in answer.headers
    if length is not None and not encoded:
        demand(int(length) == len(answer.content), f"Content-Length {len(answer.content)}", length)


def _tag(answer: Answer) -> str:
    tag: str = answer.headers.get("etag", "")
    applies(tag, "no ETag is sent")
    return tag


def strong_tag(answer: Answer) -> str:
    """A tag that tells every change and can be asked for by If-Match: a weak one cannot."""
    tag = _tag(answer)
    applies(not tag.startswith("W/"), "the ETag is weak")
    return tag
