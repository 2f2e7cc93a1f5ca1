"""Forms made of forms: each inner one keeps its own fields, rules and values, under its name."""

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import Field

from backoffice.core.action import ActionForm


class CompositeForm(ActionForm):
    """A form whose `prepare` fills `inner`, by name, with the labels that pages head them with.

    Only those that `asked` names are validated and kept; the others may stay empty.
    """

    def __init__(self, formdata: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        self.posted = formdata
        self.inner: dict[str, ActionForm] = {}
        self.labels: dict[str, str] = {}

    @property
    def asked(self) -> dict[str, ActionForm]:
        """Return the inner forms that count."""
        return self.inner

    def __iter__(self) -> Iterator[Field]:
        """Go over its own fields, then over those of each form inside."""
        yield from super().__iter__()
        for form in self.inner.values():
            yield from form

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask its own fields and those of the inner forms that count."""
        valid = super().validate(extra_validators)
        inside = [form.validate() for form in self.asked.values()]  # each says what it lacks
        return valid and all(inside)

    @property
    def errors(self) -> dict[str | None, Any]:
        """Return the errors of its own fields and of the inner forms that count."""
        fields = (field for form in self.asked.values() for field in form)
        return {**super().errors, **{field.name: field.errors for field in fields if field.errors}}

    @property
    def data(self) -> dict[str, Any]:
        """Return its own values, and each inner form's that counts under that form's name."""
        return {**super().data, **{name: form.data for name, form in self.asked.items()}}
