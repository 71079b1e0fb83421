"""The flags of commands: each setting is one, on the command line as in the environment."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tmf_apis.setting_kinds import STRICT_WORDS
from tmf_apis.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

PATH = click.Path(path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE_OR_DASH = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)

#: What says which store is meant, beside its URL.
_OF_A_STORE = ("tenants", "tenant")
#: The flag of each setting, and what it says of itself. Values are checked as variables are.
FLAGS: dict[str, dict[str, Any]] = {
    "host": {"help": "Address to listen on."},
    "port": {"metavar": "NUMBER", "help": "Port to listen on; 0 takes a free one."},
    "store": {"help": "URL of the store that keeps the records."},
    "base_url": {"help": "External URL that every href begins with."},
    "trusted_proxies": {
        "help": "Networks whose proxies are believed on the scheme of requests, by commas."
    },
    "allowed_hosts": {
        "help": "Names the server goes by, by commas; *.name for all below, * for any."
    },
    "cors_origins": {"help": "Origins whose web pages may read and write, by commas; * for all."},
    "compression": {
        "flag": "--no-compression",
        "flag_value": False,
        "help": "Send long answers as they are, whatever clients ask for.",
    },
    "specs": {
        "flag": "--spec",
        "type": PATH,
        "multiple": True,
        "help": "A specification file or folder to serve as well; repeatable.",
    },
    "schemas": {
        "metavar": "FOLDER",
        "help": "Folder of JSON Schemas that @schemaLocation may name.",
    },
    "lifecycles": {
        "metavar": "FILE",
        "help": "YAML file of state machines over the built-in ones.",
    },
    "references": {
        "help": "References to what is served here: off, warn, enforce, or a YAML file of policies."
    },
    "faces": {"help": "Whether v4 and v5 show the same records: together, or apart."},
    "maps": {
        "flag": "--map",
        "type": PATH,
        "multiple": True,
        "help": "A table of the faces of two given versions of an API; repeatable.",
    },
    "cancellation": {"help": "Who decides about cancellations: immediate, after:SECONDS, manual."},
    "tasks": {
        "flag": "--no-tasks",
        "flag_value": False,
        "help": "Leave tasks to other processes over the same store.",
    },
    "jobs_folders": {
        "flag": "--jobs-folder",
        "type": PATH,
        "multiple": True,
        "help": "A folder that import and export jobs may use; repeatable.",
    },
    "jobs_hosts": {"help": "Hosts that import and export jobs may use, by commas."},
    "flow": {"is_flag": True, "help": "Carry product orders out, as far as their bill."},
    "flow_mapping": {
        "metavar": "FILE",
        "help": "What characteristics of products become on services and resources.",
    },
    "flow_activation": {
        "metavar": "URL",
        "help": "Where steps that configure the network are asked for.",
    },
    "flow_timeouts": {"help": "Seconds a step may take: activate=120,all=60."},
    "flow_steps": {"help": "Kinds of step that installed packages do: reserve,activate."},
    "amendments": {"help": "Whether requests to amend orders are served: on, off or flow."},
    "point_of_no_return": {
        "help": "Until when an order may be changed or cancelled:"
        " irrevocable, activation or after:SECONDS."
    },
    "neighbours": {
        "metavar": "LIST",
        "help": "APIs that other servers keep: TMF637=URL by commas, or a folder of such URLs.",
    },
    "neighbour_access": {
        "metavar": "FILE",
        "help": "YAML file of the tokens that neighbours ask for.",
    },
    "sandbox": {"is_flag": True, "help": "Let orders move by themselves, for tests of clients."},
    "sandbox_delay": {
        "metavar": "NUMBER",
        "help": "Seconds an order of the sandbox stays in a state.",
    },
    "bill_issuer": {"help": "Who sends bills: name and address, lines parted by semicolons."},
    "default_limit": {
        "metavar": "NUMBER",
        "help": "Page size when a client names none; 0 means all.",
    },
    "max_limit": {"metavar": "NUMBER", "help": "Largest page a client may ask for."},
    "max_body": {"metavar": "NUMBER", "help": "Largest body in bytes."},
    "strict": {"help": f"What to be strict about: {', '.join(STRICT_WORDS)}; 1 for all."},
    "ignored_parameters": {"help": "Parameters of lists that are no filters, by commas."},
    "development": {
        "is_flag": True,
        "help": "Private callbacks are allowed, and only loopback names known.",
    },
    "insecure": {"is_flag": True, "help": "Be reached from elsewhere though nobody is asked."},
    "tls_cert": {"metavar": "FILE", "help": "Certificate of the server, with its chain."},
    "tls_key": {"metavar": "FILE", "help": "Its key; by default in the same file."},
    "tls_client_ca": {
        "metavar": "FILE",
        "help": "Certificates that those of clients are signed by; others are turned away.",
    },
    "authentication": {"is_flag": True, "help": "Whoever asks shows a token that says who it is."},
    "issuers": {"help": "OpenID providers whose tokens are taken, by commas."},
    "audience": {"help": "Whom tokens are for."},
    "token_types": {"help": "Types of tokens that are taken, by commas."},
    "introspection": {"help": "URL where tokens that are no JWT are asked about (RFC 7662)."},
    "introspection_client": {"help": "The client that asks there."},
    "introspection_secret": {"help": "The secret of that client."},
    "keys": {"metavar": "FOLDER", "help": "Folder of the keys that sign tokens of `token`."},
    "policy": {"metavar": "FILE", "help": "YAML file of what roles may do."},
    "tenants": {"help": "Names of tenants by commas, or a YAML file of them."},
    "tenant": {"help": "The one of the tenants that is meant."},
    "tenant_claim": {"help": "The claim of a token that names a tenant."},
    "audit": {"is_flag": True, "help": "Account for every write and every refused request."},
    "audit_reads": {"is_flag": True, "help": "And for reads of what is personal."},
    "audit_days": {"metavar": "NUMBER", "help": "Days that the audit is kept; 0 means for ever."},
    "retention": {"metavar": "FILE", "help": "YAML file of which records go after how many days."},
    "rates": {"help": "Requests a second of each client: read=200,list=20,write=50."},
    "at_once": {"help": "Requests under way of each client: read=50,list=4,write=20."},
    "max_connections": {"metavar": "NUMBER", "help": "Connections to a worker; 0 sets no bound."},
    "max_streams": {"metavar": "NUMBER", "help": "Streams of events of a worker; 0: no bound."},
    "slowest": {"metavar": "NUMBER", "help": "Bytes a second that a body comes with at least."},
    "admin_token": {"help": "Whoever sends it sees what administrators see."},
    "workers": {"metavar": "NUMBER", "help": "Processes that serve."},
    "sample_data": {
        "flag": "--no-sample-data",
        "flag_value": False,
        "help": "Leave an empty store empty.",
    },
    "events": {
        "flag": "--no-events",
        "flag_value": False,
        "help": "Raise no events, so that no listener is told of anything.",
    },
    "callback_schemes": {"help": "Schemes a callback may have, by commas."},
    "callback_hosts": {"help": "Hosts callbacks may name, by commas; *.name for all below."},
    "callback_networks": {"help": "Private networks callbacks may reach, by commas: 10.1.0.0/16."},
    "callback_secret": {"help": "Sign deliveries with this secret (HMAC-SHA256)."},
    "callback_access": {
        "metavar": "FILE",
        "help": "YAML file of the tokens that listeners ask for.",
    },
    "delivery_timeout": {"metavar": "NUMBER", "help": "Seconds a listener has to take an event."},
    "retry_for": {
        "metavar": "NUMBER",
        "help": "Seconds an event is tried before it is a dead letter.",
    },
    "delivery_at_once": {
        "metavar": "NUMBER",
        "help": "Deliveries to one listener at the same time.",
    },
    "pause_after": {
        "metavar": "NUMBER",
        "help": "Seconds of failure until a subscription is paused.",
    },
    "keep_events": {"metavar": "NUMBER", "help": "Seconds that delivered events are kept."},
    "max_events": {"metavar": "NUMBER", "help": "Events kept of one API, delivered or not."},
    "max_dead_letters": {"metavar": "NUMBER", "help": "Dead letters kept of one API."},
    "max_subscriptions": {"metavar": "NUMBER", "help": "Subscriptions to one API."},
}


def setting(*names: str) -> Callable[[Command], Command]:
    """Give a command the flags of some settings; what is not given stays None.

    A command on a store is about one of the tenants, where there are some.
    """
    asked = [*names, *(_OF_A_STORE if "store" in names else ())]

    def decorate(command: Command) -> Command:
        for name in reversed(dict.fromkeys(asked)):
            options = dict(FLAGS[name])
            flag = options.pop("flag", f"--{name.replace('_', '-')}")
            options["help"] += f"  [{'; '.join(_known_as(name))}]"
            command = click.option(flag, name, default=None, **options)(command)
        return command

    return decorate


def _known_as(name: str) -> list[str]:
    """The variable of a setting, and its default where that is a value that can be given."""
    default = getattr(Settings(), name)
    if isinstance(default, tuple):
        default = ",".join(map(str, default))
    said = not isinstance(default, bool | frozenset) and default not in (None, "")
    return [f"TMF_{name.upper()}", *([f"default: {default}"] if said else [])]
