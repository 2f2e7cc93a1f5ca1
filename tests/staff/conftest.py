import pytest


@pytest.fixture(scope="session")
def application(settings):
    from backoffice import create_app
    from backoffice.extensions import db
    from backoffice.staff.guard import public

    application = create_app(settings)
    have = {r.endpoint for r in application.url_map.iter_rules()}
    for e, u in (
        ("insight.dashboard", "/"),
        ("desk.search", "/search"),
        ("desk.mine", "/mine"),
        ("desk.sellers", "/sellers"),
        ("desk.queue", "/queues/<slug>"),
        ("admin.index", "/admin/"),
    ):
        if e not in have:
            application.add_url_rule(u, e, public(lambda **k: "stub"))
    with application.app_context():
        db.session.configure(join_transaction_mode="create_savepoint")
    return application
