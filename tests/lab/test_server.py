"""The server as a stranger meets it: who is let in, what hostile messages do, that it forgets and does not grow."""

import http.client
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from served import ask, decoded, end, question, start
from websockets.exceptions import ConnectionClosed, InvalidStatus


def get(lab, path, **headers):
    connection = http.client.HTTPConnection(lab.host, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


def test_the_page_comes_with_everything_it_needs_and_nothing_from_elsewhere(lab):
    for path in ("/", "/lab.js", "/lab.css", "/icon.svg"):
        status, headers, body = get(lab, path)
        assert status == 200
        assert len(body) > 100
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-eval" not in policy
    html = get(lab, "/")[2].decode()
    assert "http" not in html.replace("http-equiv", "")
    assert get(lab, "/start")[0] == 200


@pytest.mark.parametrize(
    "path", ["/../server.py", "/%2e%2e/server.py", "/static/lab.js", "/lab.js/", "/nothing", "//etc/passwd"]
)
def test_nothing_else_is_served(lab, path):
    assert get(lab, path)[0] == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "[", "0x7f000001"]
)
def test_a_name_that_is_not_ours_is_refused(lab, host):
    """DNS rebinding: the browser sends the other site's name as Host."""
    for path in ("/", "/start", "/lab.js"):
        assert get(lab, path, Host=host)[0] in (400, 403)


def test_both_names_of_this_machine_are_ours(lab):
    port = lab.host.rpartition(":")[2]
    assert get(lab, "/", Host=f"localhost:{port}")[0] == 200
    with lab.connect(origin=f"http://localhost:{port}", host=f"localhost:{port}") as socket:
        assert ask(socket, question("describe"))[0]["kind"] == "describe"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://localhost", "http://["]
)
def test_another_sites_page_cannot_drive_it(lab, origin):
    with pytest.raises(InvalidStatus), lab.connect(origin=origin):
        pass


def test_a_program_without_an_origin_may_ask(lab):
    with lab.connect(origin=None) as socket:
        assert ask(socket, question("run"))[0]["kind"] == "run"


def test_another_address_needs_a_token():
    command = [sys.executable, "-m", "loligo", "lab", "--no-browser", "--host", "0.0.0.0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "token" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_with_a_token_only_who_brings_it_is_let_in():
    served = start("--token", "sesame-sesame")
    try:
        assert served.address.endswith("?token=sesame-sesame")
        for query in ("", "?token=", "?token=sesame", "?token=%C3%A4"):
            assert get(served, f"/start{query}")[0] == 403
            with pytest.raises(InvalidStatus), served.connect(query=query):
                pass
        assert get(served, "/start?token=sesame-sesame")[0] == 200
        with served.connect(query="?token=sesame-sesame") as socket:
            assert ask(socket, question("describe"))[0]["kind"] == "describe"
    finally:
        end(served)


def test_a_port_that_is_taken_is_a_mistake_in_one_line(lab):
    command = [sys.executable, "-m", "loligo", "lab", "--no-browser", "--port", lab.host.rpartition(":")[2]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_it_opens_with_a_cell_of_ones_own(tmp_path):
    import loligo as lo

    lo.cells.squid().with_({"Na.g": 100}).save(tmp_path / "mine.toml")
    served = start(str(tmp_path / "mine.toml"))
    try:
        begin = json.loads(get(served, "/start")[2])
        with served.connect() as socket:
            header, _ = ask(socket, question("describe", preparation=begin))
        assert {p["path"]: p["value"] for p in header["parameters"]}["Na.g"] == 100
    finally:
        end(served)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KINDS = st.sampled_from(["describe", "run", "rates", "plane", "curves", "threshold", "share", "x"])


@st.composite
def twisted(draw):
    """A question with some of it replaced by anything."""
    made = question(draw(KINDS), y="K.n") if draw(st.booleans()) else question(draw(KINDS))
    place = draw(
        st.sampled_from(["type", "id", "preparation", "stimuli", "duration", "points", "y", "current", "other"])
    )
    made[place] = draw(JSON)
    if draw(st.booleans()):
        key = draw(st.sampled_from(["cell", "toml", "set", "block", "freeze", "slow", "instant", "add", "remove"]))
        made["preparation"] = {key: draw(JSON)}
    return json.dumps(made)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200), JSON.map(json.dumps), twisted()))
def test_hostile_messages_get_an_answer_and_harm_nobody(lab, message):
    with lab.connect() as socket:
        socket.send(message)
        while decoded(socket.recv(timeout=60))[0]["kind"] == "busy":
            pass
        assert ask(socket, question("run", 9))[0]["kind"] == "run"  # the same page goes on, and so does the server


def test_a_message_that_is_too_large_closes_or_is_refused(lab):
    with lab.connect() as socket:
        socket.send(json.dumps({**question("run"), "x": "a" * 500_000}))
        header, _ = decoded(socket.recv(timeout=20))
        assert header["kind"] == "error"
        assert "at most" in header["message"]
    with lab.connect() as socket:
        socket.send("[" * 1_000_000)
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=20)
    with lab.connect() as socket:
        assert ask(socket, question("run"))[0]["kind"] == "run"


def test_the_newest_question_wins_and_a_long_one_is_given_up(lab):
    long = [{"type": "noise", "sigma": 20, "mean": 10, "tau": 0.05, "start": 0, "stop": 5000}]
    with lab.connect() as socket:
        ask(socket, question("run"))
        socket.send(json.dumps(question("run", 1, stimuli=long, duration=5000, points=4000)))
        time.sleep(0.02)
        for number in range(2, 50):
            socket.send(json.dumps(question("run", number)))
            time.sleep(0.01)
        answered = []
        while 49 not in answered:
            header, _ = decoded(socket.recv(timeout=60))
            if header["kind"] == "run":
                answered.append(header["id"])
        assert answered == sorted(answered)
        assert len(answered) < 48  # most of those that came meanwhile were dropped


def test_the_server_keeps_nothing_of_a_question(lab):
    with lab.connect() as one, lab.connect() as other:
        ask(one, question("run", preparation={"set": {"Na.g": 0.0}}))
        assert len(ask(other, question("run"))[0]["spikes"]) == 3
        assert len(ask(one, question("run"))[0]["spikes"]) == 3


@pytest.mark.slow
def test_a_thousand_visits_leave_nothing_behind(lab):
    def memory():
        status = Path(f"/proc/{lab.process.pid}/status")
        if not status.exists():
            pytest.skip("no /proc here to read the memory of a process from")
        return int(next(line for line in status.read_text().splitlines() if line.startswith("VmRSS")).split()[1])

    def visit(count):
        for i in range(count):
            with lab.connect() as socket:
                socket.send(json.dumps(question("run", i)))
                if i % 10 == 0:
                    socket.recv(timeout=60)

    visit(200)
    before = memory()
    visit(1000)
    assert memory() - before < 20_000  # kB
