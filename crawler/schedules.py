"""Which files make cron, systemd or Kubernetes run the crawl, as this machine and this configuration need them?

Pure: a `Job` in, the text of files out. What is quoted how stands in crontab(5), systemd.syntax(7), systemd.unit(5) and YAML 1.2, whose
double-quoted strings JSON's are.
"""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive import exits
from archive.errors import UsageError

MAX_RUNTIME = 3000  # s: a run publishes at its end, so that a first run of days would show nothing for days
STOP = 30  # s: a stop takes 10 (crawler/run.py), a slow disk a little more
NO_FAILURE = (exits.PARTIAL, exits.INTERRUPTED, exits.BUSY)
"""Mend themselves at the next run; of the rest a person should hear."""
HOPELESS = (exits.ERROR, exits.USAGE, exits.CONFIG, exits.EMPTY, exits.DAMAGED, exits.SPACE, exits.UNFIT)
"""Trying again at once changes nothing."""
_CRON_LINE = 990  # Vixie cron's MAX_COMMAND is 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be run, and what it touches."""

    program: tuple[str, ...]
    """Absolute path of warchive, or of Python with what follows."""
    config: Path | None
    environment: Mapping[str, str]
    """WARCHIVE_* variables for what the file does not say."""
    writes: tuple[Path, ...]
    """State folder and, where it is a folder, the store."""
    user: str
    memory_bytes: int
    every: int
    """Minutes."""

    @property
    def command(self) -> tuple[str, ...]:
        """Without the environment."""
        where = ("--config", str(self.config)) if self.config else ()
        return (*self.program, *where, "crawl", "--max-runtime", str(MAX_RUNTIME))


def check_every(minutes: int) -> int:
    """The tick must be one that cron can express evenly; raises `UsageError`."""
    if (minutes < 60 and 60 % minutes == 0) or (minutes % 60 == 0 and 1440 % minutes == 0):
        return minutes
    raise UsageError(
        f"--every {minutes} does not divide an hour or a day, and cron would tick unevenly",
        hint="take 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30 or 60 minutes, or whole hours that divide a day",
    )


# -- cron


def cron(job: Job) -> dict[str, str]:
    """A crontab for `crontab FILE`, or to be put into one that there is."""
    words = ["env", *(f"{name}={value}" for name, value in job.environment.items())] if job.environment else []
    # cron ends the command at a newline and at a %, before the shell sees any quotation mark.
    command = shlex.join([*words, *job.command]).replace("%", r"\%")
    if "\n" in command or len(command) > _CRON_LINE:
        raise UsageError("the command does not fit into a crontab line", hint="write the settings into warchive.toml, and give --config")
    lines = [
        "# warchive: one line for all sources; each run asks only what is due.",
        "# No flock and no cd are needed: a run that finds another one at work ends at once with exit 75, and asks nothing.",
        "# It prints one line when it ends; put > /dev/null behind it to be mailed about errors alone.",
        "#MAILTO=you@example.org",
        "SHELL=/bin/sh",
        "PATH=/usr/local/bin:/usr/bin:/bin",
        f"{_cron_times(job.every)} {command}",
    ]
    return {"warchive.cron": "\n".join(lines) + "\n"}


def _cron_times(every: int) -> str:
    if every == 1:
        return "* * * * *"
    if every < 60:
        return f"*/{every} * * * *"
    hours = every // 60
    return "0 * * * *" if hours == 1 else "0 0 * * *" if hours == 24 else f"0 */{hours} * * *"


# -- systemd


def systemd(job: Job) -> dict[str, str]:
    """A service and its timer, for /etc/systemd/system."""
    hidden = any(path.is_relative_to(folder) for path in _touched(job) for folder in (Path("/tmp"), Path("/var/tmp")))
    service = [
        "[Unit]",
        "Description=warchive: keep what news sites served",
        "Documentation=man:systemd.service(5)",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        f"User={job.user}",
        *(f"Environment={_unit_word(f'{name}={value}')}" for name, value in job.environment.items()),
        f"ExecStart={' '.join(_exec_word(word) for word in _executable(job.command))}",
        "# 4 some sources failed, 11 stopped in time, 75 another run is at work: the next run mends them.",
        f"SuccessExitStatus={' '.join(map(str, NO_FAILURE))}",
        "# SIGTERM goes to the crawl alone, which then stops its children and publishes within 10 s.",
        "KillMode=mixed",
        f"TimeoutStopSec={STOP}",
        "UMask=0027",
        "Nice=5",
        f"MemoryMax={job.memory_bytes >> 20}M",
        "TasksMax=256",
        "# It may write to these folders only; they must be there.",
        f"ReadWritePaths={' '.join(_unit_word(str(path)) for path in job.writes)}",
        "ProtectSystem=strict",
        "ProtectHome=read-only",
        *([] if hidden else ["PrivateTmp=true"]),
        "PrivateDevices=true",
        "NoNewPrivileges=true",
        "CapabilityBoundingSet=",
        "ProtectClock=true",
        "ProtectControlGroups=true",
        "ProtectHostname=true",
        "ProtectKernelLogs=true",
        "ProtectKernelModules=true",
        "ProtectKernelTunables=true",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "RestrictNamespaces=true",
        "RestrictRealtime=true",
        "RestrictSUIDSGID=true",
        "LockPersonality=true",
        "SystemCallArchitectures=native",
    ]
    timer = [
        "[Unit]",
        "Description=warchive: look what is due",
        "",
        "[Timer]",
        f"OnCalendar={_calendar(job.every)}",
        "# After downtime at once, once; while a run is at work, a tick does nothing.",
        "Persistent=true",
        f"RandomizedDelaySec={min(30, job.every * 6)}",
        "AccuracySec=5",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return {"warchive.service": "\n".join(service) + "\n", "warchive.timer": "\n".join(timer) + "\n"}


def _touched(job: Job) -> list[Path]:
    return [*job.writes, *([job.config] if job.config else []), Path(job.program[0])]


def _calendar(every: int) -> str:
    if every < 60:
        return f"*:0/{every}"
    return "*:00" if every == 60 else "00:00" if every == 1440 else f"0/{every // 60}:00"


def _unit_word(word: str) -> str:
    """systemd.syntax(7): in quotation marks, C escapes; systemd.unit(5): `%%` is a percent sign."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("%", "%%") + '"'


def _executable(command: Sequence[str]) -> Sequence[str]:
    """No quotation mark or backslash may be in the name of a program, and `$$` is not expanded there; env(1) takes all of them."""
    return ("/usr/bin/env", "--", *command) if re.search(r"[\\\"'$]", command[0]) else command


def _exec_word(word: str) -> str:
    """systemd.service(5), command lines: `$$` is a dollar sign."""
    return _unit_word(word).replace("$", "$$")


# -- Kubernetes


def kubernetes(job: Job, *, image: str, sources: Mapping[str, str]) -> dict[str, str]:
    """A claim for the volume, the source files (file name → text) as a ConfigMap, and the CronJob."""
    parts = [_CLAIM]
    if sources:
        rows = [f"  {json.dumps(name)}: {json.dumps(text)}" for name, text in sources.items()]
        parts.append("\n".join(["apiVersion: v1", "kind: ConfigMap", "metadata:", "  name: warchive-sources", "data:", *rows]) + "\n")
    memory = math.ceil(job.memory_bytes / (1 << 20))
    environment = [f"{{name: {json.dumps(name)}, value: {json.dumps(value)}}}" for name, value in job.environment.items()]
    cronjob = _CRONJOB.format(
        schedule=json.dumps(_cron_times(job.every)),
        starting=max(60, job.every * 60 // 2),
        hopeless=", ".join(map(str, HOPELESS)),
        deadline=4 * MAX_RUNTIME,
        grace=STOP,
        image=json.dumps(image),
        arguments=json.dumps(["crawl", "--max-runtime", str(MAX_RUNTIME)]),
        environment=_lines(environment, 16),
        memory=f"{memory}Mi",
        mounts=_lines(["{name: sources, mountPath: /etc/warchive/sources, readOnly: true}"] if sources else [], 16),
        volumes=_lines(["{name: sources, configMap: {name: warchive-sources}}"] if sources else [], 12),
    )
    return {"warchive.yaml": "---\n".join(["# kubectl apply -f warchive.yaml\n", *parts, cronjob])}


def _lines(items: Sequence[str], indent: int) -> str:
    return "".join(f"\n{' ' * indent}- {item}" for item in items)


_CLAIM = """apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: warchive-data
spec:
  accessModes: [ReadWriteOnce]  # a local disk: SQLite's locks are not to be trusted on network shares
  resources:
    requests:
      storage: 50Gi
"""

_CRONJOB = """apiVersion: batch/v1
kind: CronJob
metadata:
  name: warchive
spec:
  schedule: {schedule}
  timeZone: "Etc/UTC"
  concurrencyPolicy: Forbid  # a tick while a run is at work is left out
  startingDeadlineSeconds: {starting}  # without it, a hundred missed ticks stop the CronJob for good
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 5
  jobTemplate:
    spec:
      backoffLimit: 2  # exits 4, 6, 11 and 75: tried again in a few seconds, asking only what is due; then at the next tick
      activeDeadlineSeconds: {deadline}
      podFailurePolicy:
        rules:
          - action: FailJob  # trying again changes nothing; exit codes: docs/exit-codes.md
            onExitCodes: {{containerName: warchive, operator: In, values: [{hopeless}]}}
          - action: Ignore  # the node was drained: that is no fault of the job
            onPodConditions:
              - {{type: DisruptionTarget, status: "True"}}
      template:
        spec:
          restartPolicy: Never  # podFailurePolicy needs it
          terminationGracePeriodSeconds: {grace}
          automountServiceAccountToken: false
          enableServiceLinks: false
          securityContext:
            runAsNonRoot: true
            runAsUser: 10001
            runAsGroup: 10001
            fsGroup: 10001
            fsGroupChangePolicy: OnRootMismatch
            seccompProfile: {{type: RuntimeDefault}}
          containers:
            - name: warchive
              image: {image}
              args: {arguments}
              env:{environment}
              envFrom:
                # AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, WARCHIVE_NOTIFY_PING_URL
                - secretRef: {{name: warchive-credentials, optional: true}}
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities: {{drop: ["ALL"]}}
              resources:
                requests: {{cpu: 250m, memory: 512Mi}}
                limits: {{memory: {memory}}}
              volumeMounts:
                - {{name: data, mountPath: /data}}{mounts}
          volumes:
            - {{name: data, persistentVolumeClaim: {{claimName: warchive-data}}}}{volumes}
"""
