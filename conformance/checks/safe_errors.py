"""Errors tell clients what to mend, not how the server is made (R-205)."""

import re

from conformance.check import check
from conformance.outcomes import applies, demand
from conformance.trial import Trial

#: Lines of stack traces as Python, the JVM, .NET, Node and Go print them.
_TRACES = re.compile(
    r"Traceback \(most recent call last\)"
    r'|File "[^"]+", line \d+'
    r"|\bat [\w.$<>/]+\([\w$]+\.(java|kt|scala|groovy):\d+\)"
    r"|\bat [\w.<>`]+\([^)]*\) in \S+:line \d+"
    r"|\bat [^()\n]*\([^()\n]+\.[jt]s:\d+:\d+\)"
    r"|goroutine \d+ \[running\]"
)


@check("R-205", title="No error holds a stack trace", needs=("list", "retrieve"))
async def errors_hide_the_inside(trial: Trial) -> None:
    answers = [
        await trial.get(trial.fresh()),
        await trial.list("limit=kit"),
        await trial.list("filter=$%5B%3F("),
        await trial.send("PUT", trial.path, {}),
    ]
    if trial.offers("create"):
        answers += [await trial.post(b"{no json"), await trial.post({"name": {"no": "text"}})]
    refused = [answer for answer in answers if answer.status >= 400]
    applies(refused, "nothing is refused")
    for answer in refused:
        # JSON spells quotes and the ends of lines otherwise than a terminal does.
        text = answer.content.decode(errors="replace").replace('\\"', '"').replace("\\n", "\n")
        found = _TRACES.search(text.replace("\\t", "\t"))
        demand(not found, "an error without a stack trace", f"{answer.status}: {text[:300]}")
