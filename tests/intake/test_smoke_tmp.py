from tests.factories.registration import registration_body
def test_post(post, call):
    b = registration_body()
    a = post(b)
    print(a.status_code, a.headers, a.get_data(as_text=True))
    assert a.status_code == 201
    r = call("GET", f"/registrations/{b['external_id']}")
    print(r.get_data(as_text=True)); assert r.status_code == 200
    r = call("GET", f"/sellers/{b['external_id']}")
    print(r.get_data(as_text=True)); assert r.status_code == 200
    r = call("GET", f"/cases/{a.json['case']}")
    print(r.get_data(as_text=True)); assert r.status_code == 200
    r = call("GET", f"/openapi.json")
    import json
    print(json.dumps(r.json, indent=1)[:6000]); assert r.status_code == 200
