"""The verbs for who runs warchive by the clock: ready files for cron, systemd and Kubernetes."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive.errors import UsageError
from crawler.verbs import given
from crawler.verbs.reading import after_demo

if TYPE_CHECKING:
    from archive.config import Config

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)

_OVERHEAD = 1 << 30  # the crawl itself; a month of it stayed below half
_CONFIG_MAP = 900_000  # bytes; Kubernetes takes 1 MiB


@app.callback()
def schedule() -> None:
    """Run the crawl by the clock."""


@app.command("print", epilog=after_demo("schedule print --cron"))
def print_schedule(
    cron: Annotated[bool, typer.Option("--cron", help="A crontab.")] = False,
    systemd: Annotated[bool, typer.Option("--systemd", help="A service and a timer.")] = False,
    kubernetes: Annotated[bool, typer.Option("--kubernetes", help="A CronJob and its volume.")] = False,
    every: Annotated[int, typer.Option("--every", metavar="MIN", min=1, max=1440, help="Minutes between two looks at what is due.")] = 10,
    image: Annotated[str, typer.Option("--image", metavar="NAME", help="With --kubernetes: the container image.")] = "warchive:latest",
    output: Annotated[Path | None, typer.Option("--output", metavar="DIR", help="Write the files there instead of printing them.")] = None,
) -> None:
    """Print ready files that run `crawl` with the configuration in force. docs/scheduling.md says what the exit codes mean for each."""
    from crawler import schedules

    if [cron, systemd, kubernetes].count(True) != 1:
        raise UsageError("say for which scheduler", hint="one of --cron, --systemd and --kubernetes")
    schedules.check_every(every)
    setup = given.configuration()
    if kubernetes:
        files = schedules.kubernetes(_in_cluster(setup, every), image=image, sources=_source_files(setup))
    else:
        files = (schedules.cron if cron else schedules.systemd)(_here(setup, every))
    if setup.path is None:
        print("note: no warchive.toml is in force here; `warchive --config FILE schedule print` names one", file=sys.stderr)
    if output is None:
        for name, text in files.items():
            print(f"# {name}\n{text}" if len(files) > 1 else text, end="\n" if len(files) > 1 else "")
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (output / name).write_text(text, encoding="utf-8")
            print(f"wrote {output / name}")
    except OSError as error:
        hint = "name a folder that you may write to, or leave --output out and redirect what is printed"
        raise UsageError(f"{error.filename or output} cannot be written: {error.strerror}", hint=hint) from error


def _here(setup: Config, every: int) -> Any:
    from crawler.schedules import Job

    beside = {key for key, origin in setup.origins.items() if origin.startswith(("environment", "command line"))}
    if setup.path is None:
        beside |= {"store", "state", "sources"}  # their defaults depend on the folder, and a scheduler's is another one
    writes = [setup.state, *([Path(setup.store)] if "://" not in setup.store else [])]
    return Job(
        program=_program(),
        config=setup.path,
        environment={_variable(key): text for key, value in setup.values().items() if key in beside and (text := _written(key, value))},
        writes=tuple(dict.fromkeys(writes)),
        user=pwd.getpwuid(os.getuid()).pw_name,
        memory_bytes=_memory(setup),
        every=every,
    )


def _in_cluster(setup: Config, every: int) -> Any:
    """No file of this machine is there: all that is not a default is said by variables."""
    from crawler.schedules import Job

    values = {key: value for key, value in setup.values().items() if setup.origins[key] != "default"}
    values |= {"store": setup.store if setup.store.startswith("s3://") else "/data/store", "state": "/data/state"}
    values.pop("sources", None)
    if setup.sources and _source_files(setup):
        values["sources"] = ("/etc/warchive/sources",)
    values.pop("network.ca_bundle", None)  # a file of this machine
    values.pop("notify.ping_url", None)  # who knows it can ping in our name: it belongs into the secret
    return Job(
        program=("warchive",),
        config=None,
        environment={_variable(key): text for key, value in values.items() if (text := _written(key, value))},
        writes=(Path("/data"),),
        user="",
        memory_bytes=_memory(setup),
        every=every,
    )


def _program() -> tuple[str, ...]:
    """The command as it was called, or the one beside this Python, or this Python with the module."""
    called = shutil.which(sys.argv[0]) if Path(sys.argv[0]).name == "warchive" else None
    beside = Path(sys.executable).parent / "warchive"
    if called:
        return (str(Path(called).absolute()),)
    return (str(beside),) if beside.is_file() else (sys.executable, "-m", "warchive")


def _memory(setup: Config) -> int:
    return _OVERHEAD + setup.extraction.workers * setup.extraction.memory_bytes


def _variable(key: str) -> str:
    return f"WARCHIVE_{key.replace('.', '_').upper()}"


def _written(key: str, value: object) -> str:
    """A value as its environment variable says it; empty where it has none."""
    if isinstance(value, tuple):
        return ",".join(_written(key, one) for one in value)
    if isinstance(value, float) and key.startswith("schedule."):
        return f"{value:.0f}s"  # these are written as lengths of time
    return "" if value is None else str(value)


def _source_files(setup: Config) -> dict[str, str]:
    files = {path.name: path.read_text(encoding="utf-8") for folder in setup.sources for path in sorted(folder.glob("*.toml"))}
    if sum(map(len, files.values())) > _CONFIG_MAP:
        raise UsageError(
            "the source files do not fit into a ConfigMap", hint="put them on the volume, as /data/sources, and set WARCHIVE_SOURCES"
        )
    return files
