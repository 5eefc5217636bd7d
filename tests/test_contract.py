"""The published contract: every call described, with examples that hold, and errors in one shape."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from api.app import create_app
from kb.settings import Settings

CONTRACT: dict[str, Any] = TestClient(create_app(Settings(_env_file=None))).get("/api/openapi.json").json()
CALLS = {
    f"{method.upper()} {path}": (path, operation)
    for path, operations in CONTRACT["paths"].items()
    for method, operation in operations.items()
}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = CONTRACT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def examples_of(content: dict[str, Any]) -> list[Any]:
    """The examples of a body: those given with it, or those of its record."""
    if "example" in content:
        return [content["example"]]
    found: list[Any] = resolved(content["schema"]).get("examples", [])
    return found


@pytest.mark.parametrize("call", CALLS)
def test_every_call_is_described_with_examples(call: str) -> None:
    """A call says what it does, what each parameter means, and shows what it takes and gives; the examples hold."""
    _, operation = CALLS[call]
    assert operation["description"].rstrip().endswith("."), "a sentence on what it does, in the route's docstring"
    assert operation["tags"] and operation["summary"]
    for parameter in operation.get("parameters", ()):
        shown = "example" in parameter or parameter["schema"].get("examples")
        assert parameter.get("description") and shown, (
            f"{parameter['name']}: see PARAMETERS in api/contract_examples.py"
        )
    bodies = [("request", content) for content in operation.get("requestBody", {}).get("content", {}).values()]
    bodies += [
        (status, content)
        for status, reply in operation["responses"].items()
        for kind, content in reply.get("content", {}).items()
        if kind == "application/json"
    ]
    for where, content in bodies:
        schema = resolved(content["schema"])
        if where == "request" and schema.get("type") == "object" and "multipart" in str(operation["requestBody"]):
            continue  # files have no example
        examples = examples_of(content)
        assert examples, f"{where}: see EXAMPLES in api/contract_examples.py"
        checker = Draft202012Validator({**content["schema"], "components": CONTRACT["components"]})
        for example in examples:
            assert [error.message for error in checker.iter_errors(example)] == []


@pytest.mark.parametrize("call", CALLS)
def test_every_error_has_one_shape(call: str) -> None:
    """All errors of a call have the shape that is sent, and those that any call may meet are named."""
    path, operation = CALLS[call]
    shape = "OpenAIErrorOut" if path.startswith("/v1/") else "ErrorOut"
    if path in {"/api/health", "/api/ready"}:
        return
    errors = {status: reply for status, reply in operation["responses"].items() if status >= "400"}
    assert {"429", "500", "503"} <= errors.keys()
    for reply in errors.values():
        assert reply["description"]
        assert reply["content"]["application/json"]["schema"]["$ref"].endswith(f"/{shape}")
    assert "Retry-After" in errors["429"]["headers"]
    assert ("401" in errors) == bool(operation.get("security"))


def test_nothing_but_what_is_sent_is_in_it() -> None:
    """FastAPI's own shape of an error is nowhere; keys are named as what they are."""
    assert "HTTPValidationError" not in str(CONTRACT)
    schemes = CONTRACT["components"]["securitySchemes"]
    assert {scheme.get("name", scheme.get("scheme")) for scheme in schemes.values()} == {
        "bearer", "X-Team-Key", "X-Read-Key",
    }  # fmt: skip
