"""Prompts: templates, one per task, and personas."""

from backend.llm.prompts import personas, prompting
from backend.llm.prompts.templates import Task, all_tasks, find_task

__all__ = [
    "Task",
    "all_tasks",
    "find_task",
    "personas",
    "prompting",
]
