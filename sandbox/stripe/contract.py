"""Stripe's own schema as the judge of every request, every answer and every event."""

import re
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from sandbox.stripe.errors import StripeError
from sandbox.stripe.forms import bracketed, first_empty, typed
from sandbox.stripe.vocabulary import StripeObject

_CUT = "urn:stripe-api"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path of the API; `number` is its place in the cut."""

    number: int
    method: str
    path: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class SchemaMiss:
    """The emulator itself said something that Stripe's schema does not allow: a bug in it."""

    what: str
    where: str
    problem: str


class SchemaMissError(RuntimeError):
    """Raised beside every recorded `SchemaMiss`."""


class Contract:
    """Validators over one cut of the spec, compiled when they are first needed."""

    def __init__(self, cut: dict[str, Any]) -> None:
        self.misses: list[SchemaMiss] = []
        self._cut = cut
        self._registry = jsonschema_rs.Registry([(_CUT, cut)])
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._operations = [
            Operation(number, entry["method"], entry["path"], _pattern(entry["path"]))
            for number, entry in enumerate(cut["operations"])
        ]

    def find(self, method: str, path: str) -> tuple[Operation, str | None] | None:
        """The operation at a path, and the object id in it."""
        for operation in self._operations:
            match = operation.pattern.fullmatch(path)
            if match and operation.method == method:
                return operation, match[1] if match.lastindex else None
        return None

    def typed(self, operation: Operation, form: dict[str, Any]) -> dict[str, Any]:
        schema = self._cut["operations"][operation.number]["request"]
        return dict(typed(form, schema))

    def check_request(self, operation: Operation, params: dict[str, Any]) -> None:
        """Raises StripeError for the first parameter that Stripe would refuse."""
        validator = self._validator(f"#/operations/{operation.number}/request")
        problems = list(validator.iter_errors(params))
        if problems:
            raise min(map(_refusal, problems), key=_severity)
        empty = first_empty(params, self._cut["operations"][operation.number]["request"])
        if empty:
            raise _empty(bracketed(empty))

    def check_answer(self, operation: Operation, answer: StripeObject) -> None:
        pointer = f"#/operations/{operation.number}/answer"
        self._demand(f"{operation.method} {operation.path}", pointer, answer)

    def check_error(self, answer: StripeObject) -> None:
        self._demand("error", "#/$defs/error", answer)

    def check_object(self, item: StripeObject) -> None:
        kind = str(item["object"])
        self._demand(kind, f"#/$defs/{kind}", item)

    def _demand(self, what: str, pointer: str, value: StripeObject) -> None:
        misses = [
            SchemaMiss(what, bracketed(["answer", *problem.instance_path]), problem.message)
            for problem in self._validator(pointer).iter_errors(value)
        ]
        if misses:
            self.misses.extend(misses)
            raise SchemaMissError(f"{what}: {misses[0].where}: {misses[0].problem}")

    def _validator(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        if pointer not in self._validators:
            self._validators[pointer] = jsonschema_rs.Draft202012Validator(
                {"$ref": _CUT + pointer}, registry=self._registry
            )
        return self._validators[pointer]


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", r"([A-Za-z0-9_]+)", path))


def _severity(error: StripeError) -> int:
    order = ["parameter_unknown", "parameter_missing"]
    return order.index(error.code) if error.code in order else len(order)


def _refusal(problem: jsonschema_rs.ValidationError) -> StripeError:
    kind = problem.kind
    path = problem.instance_path
    details = kind.as_dict()
    match kind.name:
        case "anyOf":
            return _refusal(_nearest(problem))
        case "additionalProperties":
            param = bracketed([*path, details["unexpected"][0]])
            return StripeError(
                f"Received unknown parameter: {param}", code="parameter_unknown", param=param
            )
        case "required":
            param = bracketed([*path, details["property"]])
            return StripeError(
                f"Missing required param: {param}.", code="parameter_missing", param=param
            )
        case _:
            return _bad_value(bracketed(path), kind.name, details, problem.instance)


def _bad_value(param: str, rule: str, details: dict[str, Any], value: Any) -> StripeError:
    if value == "":
        return _empty(param)
    if rule == "enum":
        allowed = ", ".join(map(str, details["options"]))
        return StripeError(f"Invalid {param}: must be one of {allowed}", param=param)
    if rule == "maxLength":
        return StripeError(
            f"Invalid string: {str(value)[:32]}...; must be at most {details['limit']} characters",
            param=param,
        )
    wanted = (details.get("types") or ["value"])[0]
    if wanted in {"object", "array"}:
        return StripeError(f"Invalid {wanted}", param=param)
    code = "parameter_invalid_integer" if wanted == "integer" else None
    return StripeError(f"Invalid {wanted}: {str(value)[:64]}", code=code, param=param)


def _empty(param: str) -> StripeError:
    return StripeError(
        f"You passed an empty string for '{param}'. We assume empty values are an attempt to "
        f"unset a parameter; however '{param}' cannot be unset. You should remove '{param}' "
        "from your request or supply a non-empty value.",
        code="parameter_invalid_empty",
        param=param,
    )


def _nearest(problem: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """The complaint of the alternative that came closest to what was sent."""
    branches: list[list[jsonschema_rs.ValidationError]] = problem.kind.as_dict()["context"]
    meant = [
        branch
        for branch in branches
        if not any(
            error.kind.name == "type" and error.instance_path == problem.instance_path
            for error in branch
        )
    ]
    return (meant or branches)[0][0]
