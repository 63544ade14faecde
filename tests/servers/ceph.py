"""How does a test get a real S3 server: Ceph's RADOS gateway with one monitor and one OSD, in memory, on loopback?

Nothing is installed and nothing outside a temporary folder is written. It needs Linux and, as `apt-get install` names them:
ceph-mon, ceph-osd, ceph-common and radosgw.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import shutil
import struct
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from tests.servers.require import Missing
from tests.servers.s3server import S3Server, free_ports, listens, start, stop, wait_until
from tests.servers.tls import make_authority

_PROGRAMS = ("ceph", "ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool")
_BUCKET = "warchive-test"

# One replica, no peers, no manager, no cache worth speaking of: about 130 MB resident for the three processes together.
# objecter_tick_interval: a client that asks for a pool before the OSD is up sleeps that long (5 s unless told), in every other start.
_CONFIGURATION = """\
[global]
fsid = {fsid}
mon_host = [v2:127.0.0.1:{mon_port}]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
ms_async_op_threads = 1
keyring = {folder}/keyring
run_dir = {folder}
admin_socket =
pid_file =
log_file = {folder}/$name.log
log_to_stderr = false
mon_cluster_log_file = {folder}/cluster.log
auth_allow_insecure_global_id_reclaim = false
mon_initial_members = a
mon_data = {folder}/mon
mon_data_avail_crit = 0
mon_data_avail_warn = 1
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
mon_max_pg_per_osd = 2000
mon_memory_target = 268435456
paxos_propose_interval = 0.02
paxos_min_wait = 0.005
objecter_tick_interval = 0.3
osd_data = {folder}/osd
osd_objectstore = memstore
memstore_device_bytes = 4294967296
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
osd_memory_target = 939524096
osd_heartbeat_grace = 60
osd_op_num_shards = 1
osd_op_num_threads_per_shard = 2
rgw_data = {folder}
rgw_thread_pool_size = 32
rgw_enable_usage_log = false
rgw_enable_gc_threads = false
rgw_enable_lc_threads = false
rgw_enable_quota_threads = false
rgw_run_sync_thread = false
rgw_dynamic_resharding = false
rgw_override_bucket_index_max_shards = 1
rgw_cache_lru_size = 1000
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:{http_port} ssl_endpoint=127.0.0.1:{https_port} ssl_certificate={certificate} tcp_nodelay=1
"""


@contextlib.contextmanager
def run_ceph(folder: Path | None = None) -> Iterator[S3Server]:
    """A gateway over http and https with one user and one empty bucket; raises Missing where this machine cannot run it."""
    absent = [program for program in _PROGRAMS if shutil.which(program) is None]
    if absent:
        raise Missing(f"Ceph is not installed ({', '.join(absent)}): apt-get install --no-install-recommends ceph-mon ceph-osd radosgw")
    with contextlib.ExitStack() as stack:
        # A short path: a Unix socket's may have 107 bytes, and pytest's folders are long.
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wa-ceph-", ignore_cleanup_errors=True)))
        yield stack.enter_context(_running(place))


@contextlib.contextmanager
def _running(folder: Path) -> Iterator[S3Server]:
    (folder / "tls").mkdir()
    authority = make_authority(folder / "tls")
    context = authority.server_context("localhost", "127.0.0.1")
    # Key and certificate in one file, as the gateway wants them.
    certificate = next(path for path in authority.folder.glob("*.pem") if path != authority.bundle)
    mon_port, http_port, https_port = free_ports(3)
    cluster = _Cluster(folder, certificate, mon_port=mon_port, http_port=http_port, https_port=https_port)
    try:
        cluster.start()
        server = S3Server(
            name="ceph",
            http_port=http_port,
            https_port=https_port,
            ca_bundle=authority.bundle,
            tls_context=context,
            bucket=_BUCKET,
            access_key=cluster.access_key,
            secret_key=cluster.secret_key,
            checks_signatures=True,
            admin=cluster.admin,
        )
        server.client().create_bucket(Bucket=_BUCKET)
        yield server
    finally:
        cluster.stop()


class _Cluster:
    def __init__(self, folder: Path, certificate: Path, *, mon_port: int, http_port: int, https_port: int) -> None:
        self.access_key = f"AK{secrets.token_hex(8).upper()}"
        self.secret_key = secrets.token_hex(20)
        self._folder = folder
        self._http_port = http_port
        self._mon_port = mon_port
        self._fsid = str(uuid.uuid4())
        self._processes: list[subprocess.Popen[bytes]] = []
        self._setpriv = shutil.which("setpriv")
        (folder / "ceph.conf").write_text(
            _CONFIGURATION.format(
                fsid=self._fsid,
                folder=folder,
                mon_port=mon_port,
                http_port=http_port,
                https_port=https_port,
                certificate=certificate,
            )
        )
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("CEPH_")}
        self._environ |= {"CEPH_CONF": str(folder / "ceph.conf")}

    def start(self) -> None:
        folder = self._folder
        osd_key = _new_key()
        (folder / "keyring").write_text(
            f"[mon.]\nkey = {_new_key()}\ncaps mon = allow *\n"
            f"[client.admin]\nkey = {_new_key()}\ncaps mon = allow *\ncaps osd = allow *\ncaps mgr = allow *\n"
            f"[client.rgw]\nkey = {_new_key()}\ncaps mon = allow rwx\ncaps osd = allow rwx\n"
        )
        (folder / "keyring").chmod(0o600)
        (folder / "osd").mkdir()
        (folder / "osd/keyring").write_text(f"[osd.0]\nkey = {osd_key}\n")
        self._run("monmaptool", "--create", "--addv", "a", f"[v2:127.0.0.1:{self._mon_port}]", "--fsid", self._fsid, str(folder / "monmap"))
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", str(folder / "monmap"))
        monitor = self._start("ceph-mon", "-i", "a")
        wait_until(lambda: listens(self._mon_port), monitor, folder / "mon.a.log")
        osd = str(uuid.uuid4())
        self._run("ceph", "osd", "new", osd, "-i", "-", text=json.dumps({"cephx_secret": osd_key}))
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd, "--keyring", str(folder / "osd/keyring"))
        self._start("ceph-osd", "-i", "0", "--keyring", str(folder / "osd/keyring"))
        keys = (f"--access-key={self.access_key}", f"--secret-key={self.secret_key}")
        self.admin("user", "create", "--uid=test", "--display-name=test", *keys)
        gateway = self._start("radosgw", "-n", "client.rgw")
        wait_until(lambda: listens(self._http_port), gateway, folder / "client.rgw.log")

    def admin(self, *arguments: str) -> None:
        self._run("radosgw-admin", "-n", "client.rgw", *arguments)

    def stop(self) -> None:
        """The gateway first; nobody needs what is in memory, so nobody is asked twice."""
        for process in reversed(self._processes):
            stop(process, grace=0.3)

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        process = start([*command, "--foreground"], log=self._folder / "output.log", environ=self._environ, setpriv=self._setpriv)
        self._processes.append(process)
        return process

    def _run(self, *command: str, text: str | None = None) -> None:
        done = subprocess.run(command, input=text, text=True, capture_output=True, timeout=60, env=self._environ, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed (exit status {done.returncode}): {done.stderr[-2000:]}")


def _new_key() -> str:
    """A CephX key: type 1 (AES), when it was made, its length, and 16 random bytes."""
    return base64.b64encode(struct.pack("<HIIH", 1, int(time.time()), 0, 16) + secrets.token_bytes(16)).decode()
