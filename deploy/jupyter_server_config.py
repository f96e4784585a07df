"""The settings of every student's server on a hub.

They belong into `etc/jupyter` of the environment that the servers run in: the Dockerfile beside
this file puts them there. The package's own settings (`lstm_teach/jupyter/`) hold since the server
runs in a copy of the collection from here on.
"""

import os
import subprocess
import sys
from pathlib import Path

c = get_config()  # noqa: F821  (Jupyter puts this name here)

# What a student has changed stays. In a process of its own, or NumPy would stay in this one.
folder = Path.home() / "lstm-notebooks"
subprocess.run([sys.executable, "-m", "lstm_teach", "--no-start", str(folder)], check=False)
if folder.is_dir():  # a disk that is full must not keep anybody from clearing it
    os.chdir(folder)
c.ServerApp.default_url = "/lab/tree/notebooks/00_start_here.ipynb"

# A lesson takes half an hour and then stays open in its tab, with a kernel behind it. Whoever comes
# back to it runs its code cells again: text and answers are saved, only Python is new.
c.MappingKernelManager.cull_idle_timeout = 30 * 60
c.MappingKernelManager.cull_interval = 60
c.MappingKernelManager.cull_connected = True
