import pytest

from gateway.incident.errors import Refused
from gateway.settings import SettingsRefused
from gateway.web import create_app
from tests.gateway_in_process import GatewayInProcess, made_up_settings


@pytest.fixture
def client(tmp_path):
    return GatewayInProcess(tmp_path).app.test_client()


def test_every_answer_has_strict_headers(client):
    for path in ("/", "/nothing", "/sounds/id/menu.wav", "/twilio/voice"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_an_error_is_json_that_says_why(client):
    answer = client.get("/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "application/json")
    assert answer.json["error"]["status"] == 404


def test_a_wrong_method_names_the_right_ones(client):
    allowed = client.post("/sounds/id/menu.wav").headers["Allow"]
    assert set(allowed.split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_fault_of_ours_shows_nothing_of_it(tmp_path):
    app = GatewayInProcess(tmp_path).app

    @app.get("/fault")
    def fault() -> str:
        raise ZeroDivisionError("a caller's words")

    answer = app.test_client().get("/fault")
    assert (answer.status_code, answer.json["error"]["name"]) == (500, "Internal Server Error")
    assert "words" not in answer.text
    assert "Traceback" not in answer.text


def test_a_prompt_is_served_as_a_sound_that_may_be_kept(client):
    answer = client.get("/sounds/id/menu.wav?v=1")
    assert (answer.status_code, answer.mimetype) == (200, "audio/wav")
    assert "max-age" in answer.headers["Cache-Control"]
    assert client.get("/sounds/id/menu.wav", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/sounds/id/../../secrets.toml", "/sounds/id/..%2f..%2fsecrets.toml", "/sounds/%2e%2e/secrets.toml",
        "/sounds/%2e%2e/secret.wav", "/sounds/id/.wav", "/sounds/i_/menu.wav", "/sounds/id/menu",
        "/sounds/id/none.wav", "/sounds/id/%00.wav", "/sounds/id/menu.wav/", "/sounds/id/place%2f31.wav",
    ],
)  # fmt: skip
def test_nothing_but_prompts_is_served_as_a_sound(tmp_path, path):
    client = GatewayInProcess(tmp_path).app.test_client()
    (tmp_path / "secrets.toml").write_text("a secret")
    (tmp_path / "secret.wav").write_text("a secret")
    assert client.get(path).status_code == 404


def test_nothing_else_is_kept_by_anybody_on_the_way(client):
    assert client.get("/nothing").headers["Cache-Control"] == "no-store"


def test_a_target_that_cannot_be_dialled_keeps_the_application_from_starting(tmp_path):
    with pytest.raises(SettingsRefused, match="twilio_sip_target"):
        GatewayInProcess(tmp_path, twilio_sip_target="no host")


def test_rules_that_are_refused_keep_the_application_from_starting(tmp_path):
    with pytest.raises(Refused):
        create_app(made_up_settings(tmp_path, rules=str(tmp_path / "no-rules.yaml")))
