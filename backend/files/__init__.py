"""Files that people upload, and pages that their messages link to."""

from backend.files import copies
from backend.files.attaching import Attached, attach, chosen, of_conversation, of_message
from backend.files.copies import attached_to, erase, export, file_ids
from backend.files.links import is_links_alone, links_to_read
from backend.files.material import Planner, clipped, parts, prompts_of
from backend.files.moving import ContentMover
from backend.files.names import display_name
from backend.files.pages import ReadPage, WebPages
from backend.files.schemas import Card, Details, FetchedPage, File, Form, Made, Upload, Wanted
from backend.files.service import MEGABYTE, FileService
from backend.files.spoken import ToSpeak
from backend.files.sticker import sticker_of
from backend.files.store import add, forget_left, forget_unsent, read, stored_bytes

__all__ = [
    "MEGABYTE",
    "Attached",
    "Card",
    "ContentMover",
    "Details",
    "FetchedPage",
    "File",
    "FileService",
    "Form",
    "Made",
    "Planner",
    "ReadPage",
    "ToSpeak",
    "Upload",
    "Wanted",
    "WebPages",
    "add",
    "attach",
    "attached_to",
    "chosen",
    "clipped",
    "copies",
    "display_name",
    "erase",
    "export",
    "file_ids",
    "forget_left",
    "forget_unsent",
    "is_links_alone",
    "links_to_read",
    "of_conversation",
    "of_message",
    "parts",
    "prompts_of",
    "read",
    "sticker_of",
    "stored_bytes",
]
