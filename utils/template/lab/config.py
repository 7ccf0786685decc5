"""How `make lab` starts JupyterLab: at the page of welcome, and asking no host for news, updates or extensions, nor the reader whether it may."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent

c = get_config()  # noqa: F821 — what JupyterLab hands to this file
c.ServerApp.root_dir = str(HERE.parents[2])
c.LabApp.default_url = "/lab/tree/notebooks/_welcome.ipynb"
c.LabApp.app_settings_dir = str(HERE)  # overrides.json
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
os.environ.setdefault("PYTHONSTARTUP", str(HERE / "startup.py"))  # what each kernel runs first
