"""Do cron, systemd and Kubernetes take the files that we write for them?"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from archive import exits
from archive.errors import UsageError
from crawler.schedules import HOPELESS, NO_FAILURE, Job, check_every, cron, kubernetes, systemd
from tests.desk import run_warchive
from tests.servers.require import Missing, require

TICKS = [1, 5, 10, 15, 30, 60, 120, 360, 720, 1440]
ODD = "a b%c $HOME \"d\" 'e' é\\f"


def job(folder: Path, **values: Any) -> Job:
    """A job of which every path is odd, with a program that writes down what it was called with."""
    home = folder / ODD
    home.mkdir(exist_ok=True)
    program = home / "warchive"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$WARCHIVE_CONTACT" "$@" > "$(dirname "$0")/called"\n')
    program.chmod(0o755)
    base = Job(
        program=(str(program),),
        config=home / "warchive.toml",
        environment={"WARCHIVE_CONTACT": "https://example.org/100%?a=$b"},
        writes=(home / "state", home / "store"),
        user="root",
        memory_bytes=2 << 30,
        every=10,
    )
    return replace(base, **values)


def wanted(made: Job) -> list[str]:
    return ["https://example.org/100%?a=$b", "--config", str(made.config), "crawl", "--max-runtime", "3000"]


def called(made: Job) -> list[str]:
    return (Path(made.program[0]).parent / "called").read_text().splitlines()


def cron_command(text: str) -> tuple[str, str]:
    """The times and the command of the one job line, read as cron does: an unescaped % ends the command."""
    (line,) = [line for line in text.splitlines() if re.match(r"[*\d]", line)]
    times, command = " ".join(line.split(" ")[:5]), line.split(" ", 5)[5]
    assert not re.search(r"(?<!\\)%", command)
    return times, command.replace(r"\%", "%")


def test_what_cron_hands_to_its_shell_calls_warchive_with_these_paths(tmp_path: Path) -> None:
    made = job(tmp_path)
    _times, command = cron_command(cron(made)["warchive.cron"])
    subprocess.run(["/bin/sh", "-c", command], env={"PATH": "/usr/bin:/bin"}, check=True, cwd="/")
    assert called(made) == wanted(made)


@pytest.mark.parametrize("every", TICKS)
def test_each_tick_is_one_that_cron_and_systemd_understand_alike(tmp_path: Path, every: int) -> None:
    made = job(tmp_path, every=check_every(every))
    times, _command = cron_command(cron(made)["warchive.cron"])
    minute, hour, *rest = times.split(" ")
    ticks = [at for at in range(1440) if _matches(minute, at % 60) and _matches(hour, at // 60)]
    assert rest == ["*", "*", "*"]
    assert ticks == list(range(0, 1440, every))
    found = re.search(r"OnCalendar=(.*)", systemd(made)["warchive.timer"])
    assert found is not None
    done = subprocess.run(
        [_systemd_analyze(), "calendar", "--iterations=3", found[1]], capture_output=True, text=True, env={**os.environ, "TZ": "UTC"}
    )
    assert done.returncode == 0, done.stderr
    moments = re.findall(r"(?:elapse|Iteration #\d|Iter\. #\d): \w+ [\d-]+ (\d\d):(\d\d):00", done.stdout)
    minutes = [int(hours) * 60 + int(rest_) for hours, rest_ in moments]
    assert len(minutes) == 3, done.stdout
    assert all((later - earlier) % 1440 == every % 1440 for earlier, later in pairwise(minutes))
    assert all(at % every == 0 for at in minutes)


def _matches(field: str, value: int) -> bool:
    return field == "*" or (value % int(field[2:]) == 0 if field.startswith("*/") else value == int(field))


@pytest.mark.parametrize("every", [7, 45, 90, 300, 1000])
def test_a_tick_that_cron_cannot_keep_is_refused(every: int) -> None:
    with pytest.raises(UsageError, match="unevenly"):
        check_every(every)


def test_a_command_too_long_for_cron_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="crontab line"):
        cron(job(tmp_path, environment={"WARCHIVE_CONTACT": "x" * 1000}))
    with pytest.raises(UsageError, match="crontab line"):
        cron(job(tmp_path, environment={"WARCHIVE_CONTACT": "a\n* * * * * rm"}))


def test_systemd_takes_the_units_and_reads_the_paths_as_they_are(tmp_path: Path) -> None:
    made = job(tmp_path)
    for name, text in systemd(made).items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [_systemd_analyze(), "verify", "--man=no", str(tmp_path / "warchive.service"), str(tmp_path / "warchive.timer")],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "warchive" in line]
    assert done.returncode == 0, done.stderr
    assert ours == []


def test_systemd_would_say_what_is_wrong_with_a_unit(tmp_path: Path) -> None:
    text = systemd(job(tmp_path))["warchive.service"]
    (tmp_path / "warchive.service").write_text(text.replace("ProtectSystem=strict", "ProtectSystem=sometimes"))
    done = subprocess.run([_systemd_analyze(), "verify", "--man=no", str(tmp_path / "warchive.service")], capture_output=True, text=True)
    assert "sometimes" in done.stdout + done.stderr


def test_a_stop_leaves_more_time_than_warchive_takes(tmp_path: Path) -> None:
    from crawler.run import STOP_SECONDS

    service = systemd(job(tmp_path))["warchive.service"]
    assert int(re.findall(r"TimeoutStopSec=(\d+)", service)[0]) > STOP_SECONDS
    (_claim, cronjob) = _documents(job(tmp_path))
    assert _pod(cronjob)["terminationGracePeriodSeconds"] > STOP_SECONDS


@pytest.mark.parametrize("version", ["1.31", "1.34"])
@pytest.mark.parametrize("every", [1, 10, 1440])
def test_kubernetes_takes_the_resources(tmp_path: Path, version: str, every: int) -> None:
    documents = _documents(job(tmp_path, every=every), sources={"a-b.toml": 'name = "a-b"  # {x} – “é”\n\ttab\n'})
    assert [document["kind"] for document in documents] == ["PersistentVolumeClaim", "ConfigMap", "CronJob"]
    for document in documents:
        kubernetes_validate.validate(document, version, strict=True)
    assert documents[1]["data"] == {"a-b.toml": 'name = "a-b"  # {x} – “é”\n\ttab\n'}
    container = _pod(documents[2])["containers"][0]
    assert container["env"] == [{"name": "WARCHIVE_CONTACT", "value": "https://example.org/100%?a=$b"}]
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in _pod(documents[2])["volumes"]}


def test_each_exit_code_is_a_failure_of_one_kind_for_every_scheduler(tmp_path: Path) -> None:
    (_claim, cronjob) = _documents(job(tmp_path))
    spec = cronjob["spec"]["jobTemplate"]["spec"]
    assert spec["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"] == list(HOPELESS)
    assert spec["template"]["spec"]["restartPolicy"] == "Never", "podFailurePolicy is refused otherwise"
    assert cronjob["spec"]["concurrencyPolicy"] == "Forbid"
    everything = {code.code for code in exits.EXIT_CODES}
    assert set(HOPELESS).isdisjoint(NO_FAILURE)
    assert everything - set(HOPELESS) - set(NO_FAILURE) == {exits.OK, exits.STORE}
    assert f"SuccessExitStatus={' '.join(map(str, NO_FAILURE))}" in systemd(job(tmp_path))["warchive.service"]


def test_the_command_prints_what_is_in_force_with_absolute_paths(tmp_path: Path) -> None:
    assert run_warchive(tmp_path, "init", "--contact", "https://example.org/bot").code == 0
    env = {"WARCHIVE_SCHEDULE_SEED_SHORTEST": "20m", "WARCHIVE_SCHEDULE_RECHECK": "1h,1d", "WARCHIVE_SCHEDULE_HAND_OVER": "8m"}
    done = run_warchive(tmp_path, "schedule", "print", "--cron", "--every", "30", env=env)
    assert done.code == 0, done.stderr
    times, command = cron_command(done.stdout)
    assert times == "*/30 * * * *"
    assert f"--config {tmp_path / 'warchive.toml'} crawl" in command
    # What the shell's environment said, cron's will say as well, and in words that the configuration takes.
    variables = dict(re.findall(r"(WARCHIVE_\w+)=(\S+)", command))
    assert variables == {
        "WARCHIVE_SCHEDULE_SEED_SHORTEST": "1200s",
        "WARCHIVE_SCHEDULE_RECHECK": "3600s,86400s",
        "WARCHIVE_SCHEDULE_HAND_OVER": "480s",
    }
    shown = run_warchive(tmp_path, "config", "--json", env=variables).json()
    assert shown["schedule.recheck"]["value"] == [3600.0, 86400.0]


def test_the_command_writes_files_and_refuses_what_it_cannot_guess(tmp_path: Path) -> None:
    done = run_warchive(tmp_path, "--store", "s3://bucket/x", "schedule", "print", "--systemd", "--output", "units")
    assert done.code == 0, done.stderr
    assert {path.name for path in (tmp_path / "units").iterdir()} == {"warchive.service", "warchive.timer"}
    service = (tmp_path / "units" / "warchive.service").read_text()
    assert f'ReadWritePaths="{tmp_path / "state"}"\n' in service, "an S3 store is no folder to be written"
    assert 'Environment="WARCHIVE_STORE=s3://bucket/x"' in service
    assert run_warchive(tmp_path, "schedule", "print").code == 2
    assert run_warchive(tmp_path, "schedule", "print", "--cron", "--systemd").code == 2
    (tmp_path / "file").touch()
    refused = run_warchive(tmp_path, "schedule", "print", "--systemd", "--output", "file")
    assert refused.code == 2
    assert "warchive: file cannot be written: " in refused.stderr


def test_in_a_cluster_no_path_and_no_secret_of_this_machine_is_left(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "paper.toml").write_text('name = "paper"\n')
    (tmp_path / "warchive.toml").write_text(
        'collection = "news"\nsources = ["sources"]\n[notify]\nping_url = "https://hc.example/secret"\n'
    )
    done = run_warchive(tmp_path, "schedule", "print", "--kubernetes", "--image", "registry.example/warchive:1")
    assert done.code == 0, done.stderr
    assert str(tmp_path) not in done.stdout
    assert "hc.example" not in done.stdout
    container = _pod(list(yaml.safe_load_all(done.stdout))[-1])["containers"][0]
    assert {row["name"]: row["value"] for row in container["env"]} == {
        "WARCHIVE_COLLECTION": "news",
        "WARCHIVE_STORE": "/data/store",
        "WARCHIVE_STATE": "/data/state",
        "WARCHIVE_SOURCES": "/etc/warchive/sources",
    }
    assert container["image"] == "registry.example/warchive:1"


def _documents(made: Job, sources: dict[str, str] | None = None) -> list[Any]:
    text = kubernetes(made, image="warchive:1", sources=sources or {})["warchive.yaml"]
    return json.loads(json.dumps(list(yaml.safe_load_all(text))))  # type: ignore[no-any-return]


def _pod(cronjob: Any) -> Any:
    return cronjob["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def _systemd_analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        require(Missing("systemd-analyze, which judges the units, is not here: apt-get install systemd"))
    return found
