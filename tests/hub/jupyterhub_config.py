"""A hub on this machine: every student has a home and a server of their own, and no password.

What differs from hub to hub `Hub` (hub.py) says in the environment. All the rest is what a hub of
ours has elsewhere: `deploy/`.
"""

import json
import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821  (JupyterHub puts this name here)
told = json.loads(os.environ["CLASSROOM"])
folder, repo, values = Path(told["folder"]), Path(told["repo"]), told["values"]

c.JupyterHub.bind_url = f"http://127.0.0.1:{told['port']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{told['hub_port']}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{told['proxy_port']}"
c.ConfigurableHTTPProxy.command = told["proxy"]
c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")
c.JupyterHub.db_url = f"sqlite:///{folder / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")

c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(folder / "homes" / "{username}")
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = told["arguments"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 300  # a whole class on two cores
c.Spawner.environment = {
    "PYTHONPATH": str(repo),
    "JUPYTER_CONFIG_PATH": str(repo / "deploy"),
    "MPLCONFIGDIR": told["matplotlib"],  # the image has a font cache too, see the Dockerfile
}

culler = [sys.executable, "-m", "jupyterhub_idle_culler"]
culler += [f"--timeout={values['cull']['timeout']}", f"--cull-every={values['cull']['every']}"]
c.JupyterHub.services = [
    {"name": "teacher", "api_token": told["token"]},
    {"name": "culler", "command": culler},
]
c.JupyterHub.load_roles = [
    {
        "name": "teacher",
        "scopes": ["admin:users", "admin:servers", "access:servers"],
        "services": ["teacher"],
    },
    {
        "name": "culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["culler"],
    },
]
