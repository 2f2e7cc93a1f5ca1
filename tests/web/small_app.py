"""A small application that has the web room alone, with a page that shows every macro."""

from datetime import timedelta
from types import SimpleNamespace

from flask import Flask, Response, abort, flash, redirect, render_template
from flask_login import LoginManager, UserMixin
from flask_wtf import CSRFProtect
from jinja2 import FileSystemLoader
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    Form,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)

from backoffice import web
from backoffice.core.clock import now
from backoffice.core.permissions import Actor
from backoffice.core.text import text
from backoffice.web import plots
from backoffice.web.navigation import Group, Item, Offer, Shell, Tally
from backoffice.web.pagination import Count, Page
from config.settings import ROOT, Settings


class Person(UserMixin):
    """Somebody signed in, as `backoffice.staff.auth` gives her to pages."""

    id, name, locale = "1", "Inès Carpentier", None
    keys_off: tuple[str, ...] = ()
    role_names = ("Moderator",)
    actor = Actor("staff", 1, "Inès Carpentier", frozenset({"moderator"}))


class EveryField(Form):
    """One field of each kind that pages use."""

    version = HiddenField(default="7")
    question = TextAreaField("Question to the seller", [validators.InputRequired()])
    answer_on = DateField("Answer expected on", description="A working day, 30 days at most.")
    country = SelectField(
        "Country", choices=[SelectChoice("FR", "France"), SelectChoice("BE", "Belgium")]
    )
    kind = RadioField(
        "What is it?", choices=[SelectChoice("tm", "A trademark"), SelectChoice("cp", "An image")]
    )
    parts = SelectMultipleField(
        "What infringes",
        choices=[SelectChoice("product", "The product"), SelectChoice("text", "The text")],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(),
    )
    document = FileField("Document", description="PDF, JPG or PNG")
    faith = BooleanField("I believe this is true", [validators.InputRequired("Tick this box.")])
    name = StringField("Name", [validators.Length(max=5)])


GROUPS = (
    Group("", (Item("Dashboard", "bars", "home"),)),
    Group(
        "Queues",
        (
            Item("Registrations", "id", "kit", permission="registration:read", key="registrations"),
            Item("Listings", "box", "home", {"x": 1}, "listing:read", "listings"),
            Item("Disputes", "scale", "home", {"x": 2}, "dispute:read", "disputes"),
        ),
    ),
)


def offer() -> Offer | None:
    """Offer an undo on the page that shows everything."""
    until = now() + timedelta(seconds=15)
    return Offer(text("%(reference)s refused.", reference="REG-2026-000316"), "/undo", until)


def build() -> Flask:
    """Return the application, bound to no database."""
    app = Flask("small", static_folder=str(ROOT / "static"))
    app.jinja_loader = FileSystemLoader([ROOT / "templates", ROOT / "tests" / "web" / "pages"])
    app.config.update(
        SECRET_KEY="for-tests",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "backoffice" / "translations"),
    )
    CSRFProtect(app)
    manager = LoginManager(app)
    manager.user_loader(lambda _: None)
    manager.request_loader(lambda r: None if r.headers.get("X-Nobody") else Person())
    tallies = {"registrations": Tally(14), "listings": Tally(212, late=6)}
    shell = Shell(GROUPS, "home", "home", "home", "echo", lambda: tallies, offer)
    web.init_app(app, Settings(environment="test"), shell)
    add_views(app)
    return app


def add_views(app: Flask) -> None:
    """Add pages that answer, fail and redirect."""
    app.add_url_rule("/", "home", lambda: "home")
    app.add_url_rule("/kit", "kit", kit)
    app.add_url_rule("/public", "public", lambda: render_template("public_kit.html", **fill()))
    app.add_url_rule("/fail", "fail", lambda: 1 // 0, methods=["GET", "POST"])
    app.add_url_rule("/api/fail", "api_fail", lambda: 1 // 0)
    app.add_url_rule("/stop/<int:code>", "stop", abort, methods=["GET", "POST"])
    app.add_url_rule("/api/stop/<int:code>", "api_stop", abort)
    app.add_url_rule("/undo", "echo", lambda: redirect("/"), methods=["POST"])
    app.add_url_rule(
        "/own", "own", lambda: Response("", headers={"Referrer-Policy": "no-referrer"})
    )


def kit() -> str:
    """Show every macro, in every state."""
    flash("Saved.", "success")
    return render_template("kit.html", **fill())


def fill() -> dict:
    """Return what the page that shows everything is filled with."""
    form = EveryField(data={"question": "", "name": "Much too long", "kind": "tm"})
    form.validate()
    late, soon, far = (now() + timedelta(hours=h) for h in (-16, 0.92, 100))

    def case(due_at, **more):
        counts = {"fail": 1, "warn": 1, "pass": 11}
        headline = {"msgid": "Same IBAN as %(name)s", "values": {"name": "Brumaire Déco"}}
        base = {"due_at": due_at, "warn_at": due_at - timedelta(hours=5), "check_counts": counts}
        base |= {"paused_at": None, "closed_at": None}
        return SimpleNamespace(**base | {"check_worst": "fail", "check_headline": headline} | more)

    result = {"at": now(), "source": "Company register", "retry_at": None}
    results = [
        SimpleNamespace(
            outcome=outcome,
            label=f"Check {n}",
            headline=text("Found %(n)s", n=n).to_json(),
            proof=[text("The raw answer %(n)s", n=n).to_json()],
            **result | ({"retry_at": soon} if outcome == "unavailable" else {}),
        )
        for n, outcome in enumerate(("fail", "fail", "warn", "unavailable", "pass", "pass"))
    ]
    return {
        "form": form,
        "now_": now(),
        "cases": [
            case(late),
            case(soon),
            case(far),
            case(far, paused_at=now()),
            case(far, closed_at=now(), check_counts={"pass": 14}),
            case(far, check_counts={}),
        ],
        "results": results,
        "page": Page([1, 2, 3], None, "abc", 1),
        "total": Count(10_000, True),
        "drawings": drawings(),
        "cursor_url": lambda cursor: f"?after={cursor}",
    }


def drawings() -> dict[str, plots.Drawing]:
    """Return one drawing of each kind."""
    queues = ["Registrations", "Profile changes", "Listings", "Notices"]
    ages = [
        plots.Series("under 1 day", "c", [9, 6, 164, 8]),
        plots.Series("1 to 2", "b", [5, 3, 42, 6]),
        plots.Series("over 2", "a", [0, 0, 0, 2]),
        plots.Series("late", "z", [0, 0, 6, 1]),
    ]
    days = [str(day) for day in range(1, 19)]
    decided = [
        131,
        126,
        148,
        139,
        144,
        98,
        151,
        146,
        140,
        133,
        137,
        162,
        149,
        144,
        138,
        155,
        142,
        147,
    ]
    weeks = [f"S{week}" for week in range(12, 23)]
    median = [4.6, 4.4, 4.5, 4.1, 3.9, 4.0, 3.7, 3.6, 3.4, 3.3, 3.2]
    ninth = [15.0, 14.2, 14.8, 13.1, 12.6, 13.0, 12.2, 11.8, 11.0, 10.9, 10.4]
    appeals = (
        plots.Series("Overturned", "a", [1, 0, 3, 2]),
        plots.Series("Judged", "c", [9, 3, 41, 14]),
    )
    return {
        "ages": plots.shares("Queue", queues, ages),
        "decided": plots.columns("Day", days, [plots.Series("Decisions", "b", decided)]),
        "time": plots.lines(
            "Week",
            weeks,
            [plots.Series("median", "line", median), plots.Series("9 in 10", "line2", ninth)],
        ),
        "appeals": plots.parts("Queue", queues, *appeals, of="%(part)s of %(whole)s"),
    }
