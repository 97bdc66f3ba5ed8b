"""The Litestar edge: HTTP in, use cases of the rooms, HTTP out."""

from backend.web import health
from backend.web.assets import Assets, service_worker, static_file
from backend.web.auth import current_principal
from backend.web.client_connections import ClientConnections, TrustedProxies
from backend.web.edge import Edge
from backend.web.feature_guard import require_feature
from backend.web.health import Readiness
from backend.web.json_body import StrictRequest
from backend.web.metrics import GaugeReader, show_metrics
from backend.web.openapi import completed, openapi_config
from backend.web.person_streams import PersonStreams
from backend.web.picture_links import PictureLinks
from backend.web.problems import answer_error
from backend.web.share_links import ShareLinks
from backend.web.uploads import UploadPlaces
from backend.web.webhook import telegram_webhook

__all__ = [
    "Assets",
    "ClientConnections",
    "Edge",
    "GaugeReader",
    "PersonStreams",
    "PictureLinks",
    "Readiness",
    "ShareLinks",
    "StrictRequest",
    "TrustedProxies",
    "UploadPlaces",
    "answer_error",
    "completed",
    "current_principal",
    "health",
    "openapi_config",
    "require_feature",
    "service_worker",
    "show_metrics",
    "static_file",
    "telegram_webhook",
]
