"""The OpenAPI document: complete, and made of the models that validate."""

import pytest

LISTING = "/api/v1/sellers/{seller}/listings/{external_id}"
CALLS = {
    ("/api/v1/registrations", "post"): {"201", "400", "409", "413", "415", "422"},
    ("/api/v1/registrations/{external_id}", "get"): {"200", "404"},
    ("/api/v1/sellers/{external_id}", "get"): {"200", "404"},
    ("/api/v1/sellers/{external_id}", "patch"): {
        "200", "202", "400", "404", "409", "412", "413", "415", "422"
    },
    ("/api/v1/listings", "post"): {"200", "201", "202", "400", "409", "413", "415", "422"},
    (LISTING, "get"): {"200", "404"},
    (LISTING, "patch"): {"200", "202", "400", "404", "409", "412", "413", "415", "422"},
    (f"{LISTING}/examinations", "post"): {"201", "400", "404", "409", "413", "415", "422"},
    ("/api/v1/reviews/{external_id}", "get"): {"200", "404"},
    ("/api/v1/reviews/{external_id}", "put"): {"200", "201", "400", "409", "413", "415", "422"},
    ("/api/v1/messages/{external_id}", "get"): {"200", "404"},
    ("/api/v1/messages/{external_id}", "put"): {"200", "201", "400", "409", "413", "415", "422"},
    ("/api/v1/disputes", "post"): {"200", "201", "400", "409", "413", "415", "422"},
    ("/api/v1/disputes/{external_id}", "get"): {"200", "404"},
    ("/api/v1/mail", "post"): {"200", "400", "409", "413", "415"},
    ("/api/v1/notices", "post"): {"200", "201", "400", "409", "413", "415", "422"},
    ("/api/v1/notices/{reference}", "get"): {"200", "404"},
    ("/api/v1/cases/{reference}", "get"): {"200", "404"},
    ("/api/v1/tickets", "post"): {"200", "201", "400", "409", "413", "415", "422"},
    ("/api/v1/tickets/{ticket_id}/messages", "post"): {
        "200", "201", "400", "404", "409", "413", "415", "422",
    },
    ("/api/v1/tickets/{ticket_id}", "get"): {"200", "404"},
    ("/api/v1/erasures", "post"): {"200", "201", "400", "409", "413", "415", "422"},
    ("/api/v1/erasures/{external_id}", "get"): {"200", "404"},
    ("/api/v1/imports", "post"): {"202", "400", "409", "413", "415", "422"},
    ("/api/v1/orders/{external_id}", "put"): {"200", "201", "400", "409", "413", "415", "422"},
    ("/api/v1/orders/{external_id}", "get"): {"200", "404"},
    ("/api/v1/orders/{external_id}/events", "post"): {
        "200", "201", "202", "400", "409", "413", "415", "422",
    },
    ("/api/v1/imports/{import_id}", "get"): {"200", "404"},
    ("/api/v1/imports/{import_id}/errors.csv", "get"): {"200", "404"},
}  # fmt: skip
EVERY = {"401", "403", "429", "500"}


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").json


def test_is_openapi_3_1_and_asks_for_a_key(document):
    assert document["openapi"] == "3.1.0"
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert document["security"] == [{"key": []}]


def test_names_every_call_and_every_answer(document):
    found = {
        (path, method): set(call["responses"])
        for path, calls in document["paths"].items()
        for method, call in calls.items()
    }
    assert found == {call: answers | EVERY for call, answers in CALLS.items()}


def test_refusals_are_problems(document):
    for path, calls in document["paths"].items():
        good = "text/csv" if path.endswith(".csv") else "application/json"
        for call in calls.values():
            for status, answer in call["responses"].items():
                media = "application/problem+json" if status >= "400" else good
                assert list(answer["content"]) == [media]


def test_says_what_the_models_ask(document):
    schemas = document["components"]["schemas"]
    assert schemas["RegistrationForm"]["additionalProperties"] is False
    assert schemas["Document"]["properties"]["content_base64"]["contentEncoding"] == "base64"
    assert schemas["SellerEdit"]["$ref"] == "#/components/schemas/ProfileEdit"
    assert "required" not in schemas["ProfileEdit"]
    assert not any("default" in p["schema"] for p in _parameters(document))


def _parameters(document):
    return [
        parameter
        for calls in document["paths"].values()
        for call in calls.values()
        for parameter in call["parameters"]
    ]
