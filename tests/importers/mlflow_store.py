"""Makes real mlflow stores; run by a Python that has mlflow: `python mlflow_store.py FOLDER`."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")


def fill(uri: str) -> None:
    """Log a finished run, one that failed, one that is still going on and one that was deleted."""
    mlflow: Any = import_module("mlflow")  # the tests' own Python does not have it
    client: Any = mlflow.MlflowClient(uri)
    experiment = client.create_experiment("golf")
    made = {}
    for name, state in (
        ("good", "FINISHED"), ("bad", "FAILED"), ("going", None), ("gone", "FINISHED"),
    ):  # fmt: skip
        run = client.create_run(
            experiment, run_name=name, tags={"mlflow.source.git.commit": "ab" * 20}
        )
        made[name] = run.info.run_id
        client.log_param(run.info.run_id, "lr", "0.04")
        client.log_param(run.info.run_id, "seed", "7")
        if name != "bad":
            for step, value in enumerate((1.3, 1.21)):
                client.log_metric(run.info.run_id, "val_bpb", value, step=step)
            client.log_metric(run.info.run_id, "mem/peak_gb", 14.5)
        if state:
            client.set_terminated(run.info.run_id, state)
    client.delete_run(made["gone"])


if __name__ == "__main__":
    top = Path(sys.argv[1])
    fill(f"file:{top / 'mlruns'}")
    fill(f"sqlite:///{top / 'mlflow.db'}")
