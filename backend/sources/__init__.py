"""Sources: what a person hands over to be read: files, and pages that a message links to."""

from backend.sources.attaching import Attached, attach, chosen, of_conversation, of_message
from backend.sources.copies import erase, export
from backend.sources.fetch import Fetcher
from backend.sources.links import is_links_alone, links_to_read
from backend.sources.material import Planner, parts, prompts_of
from backend.sources.pages import ReadPage, WebPages
from backend.sources.schemas import Card, Details, File, Form, Made, Upload, Wanted
from backend.sources.service import MEGABYTE, Sources
from backend.sources.store import add, forget_left, forget_unsent, read

__all__ = [
    "MEGABYTE",
    "Attached",
    "Card",
    "Details",
    "Fetcher",
    "File",
    "Form",
    "Made",
    "Planner",
    "ReadPage",
    "Sources",
    "Upload",
    "Wanted",
    "WebPages",
    "add",
    "attach",
    "chosen",
    "erase",
    "export",
    "forget_left",
    "forget_unsent",
    "is_links_alone",
    "links_to_read",
    "of_conversation",
    "of_message",
    "parts",
    "prompts_of",
    "read",
]
