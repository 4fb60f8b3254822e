"""The description of the API: one problem schema, and for each address the refusals it may answer with."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from api.security import SAFE_METHODS
from api.v1.examples import PUBLIC
from api.v1.models import Problem

PROBLEM = "application/problem+json"
REFERENCE = {"$ref": "#/components/schemas/Problem"}
WITHOUT_SIGN_IN = ("/api/v1/public", "/api/v1/log")
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def describe(app: FastAPI) -> None:
    """Make ``app.openapi`` tell of the API alone, with its refusals."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(schema: dict[str, Any]) -> dict[str, Any]:
    schema["paths"] = {path: found for path, found in schema["paths"].items() if path.startswith("/api/")}
    schemas = schema["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= schemas["Problem"].pop("$defs")
    for name, fields in PUBLIC.items():
        schemas[name]["examples"] = [fields]
    for left_over in ("HTTPValidationError", "ValidationError"):
        schemas.pop(left_over, None)
    for path, operations in schema["paths"].items():
        for method in METHODS & operations.keys():
            operation = operations[method]
            operation.pop("x-location", None)
            _add_examples(operation["responses"], schemas)
            own = {int(status) for status in operation["responses"] if status.startswith("4")}
            for status in sorted({*own, *_refusals(path, method.upper())}):
                operation["responses"][str(status)] = _problem(status)
    return schema


def _refusals(path: str, method: str) -> list[int]:
    """Statuses with which an address may refuse, beside its own; the code inside tells more."""
    public = path.startswith(WITHOUT_SIGN_IN)
    act = method not in SAFE_METHODS
    signing_in = path == "/api/v1/sessions" and method == "POST"
    refusals = [404, 422]
    if not public:
        refusals.append(401)
    if not public and not signing_in:
        refusals.append(403)
    if act:
        refusals += [409, 413]
    if signing_in or (public and act):
        refusals.append(429)
    return refusals


def _add_examples(responses: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Every JSON answer gets an example, made of those of its models."""
    for status, response in responses.items():
        content = response.get("content", {}).get("application/json")
        if status.startswith("2") and content and (reference := content.get("schema", {}).get("$ref")):
            content["example"] = _example(schemas[reference.rpartition("/")[2]], schemas)


def _example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """A model's own example; of a list, one row and the cursor that leads on."""
    if "examples" in schema:
        return schema["examples"][0]
    fields = schema["properties"]
    row = schemas[fields["items"]["items"]["$ref"].rpartition("/")[2]]
    following = {"next": fields["next"]["examples"][0]} if "next" in fields else {}
    return {"items": [_example(row, schemas)], **following}


def _problem(status: int) -> dict[str, Any]:
    return {"description": HTTPStatus(status).phrase, "content": {PROBLEM: {"schema": REFERENCE}}}
