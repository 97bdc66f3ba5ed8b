"""Periodic jobs, one file each: every file here that has `make_job(parts)` is discovered."""

import pkgutil
from importlib import import_module

from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob, last_run, last_runs, start_jobs

__all__ = ["Parts", "PeriodicJob", "all_jobs", "last_run", "last_runs", "start_jobs"]


def all_jobs(parts: Parts) -> list[PeriodicJob]:
    """One job of every file in this folder that makes one."""
    modules = (
        import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    )
    return [module.make_job(parts) for module in modules if hasattr(module, "make_job")]
