from contextvars import ContextVar

# Ties every audit row of one request together; set by infusion_coord.middleware.request_id.
current_request_id: ContextVar[str] = ContextVar("request_id", default="")
