"""What an endpoint counts, in the form that Prometheus reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vgpt2.serving.desk import Reply


class Meters:
    """Answers by the guard's status and by how many agree, their seconds, refusals by code, and who waits."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = registry = CollectorRegistry()
        self._answers = Counter("vgpt2_answers", "Answers by the guard's status", ["status"], registry=registry)
        self._unsure = Counter("vgpt2_unsure", "Answers that say they are not sure", registry=registry)
        help_ = "Answers by how many of those made to a question agree"
        self._agreed = Counter("vgpt2_agreed", help_, ["agreed", "of"], registry=registry)
        self._refusals = Counter("vgpt2_refusals", "Refused requests by status code", ["code"], registry=registry)
        self._seconds = Histogram("vgpt2_answer_seconds", "Seconds from a question to its answer", registry=registry)
        self._waiting = Gauge("vgpt2_waiting", "Questions that wait or are answered", registry=registry)

    def answered(self, reply: Reply, seconds: float) -> None:
        """One answer."""
        self._answers.labels(reply.status).inc()
        self._seconds.observe(seconds)
        if reply.of:
            self._agreed.labels(str(reply.agreed), str(reply.of)).inc()
        if reply.status == "unsure":
            self._unsure.inc()

    def counted(self, code: int) -> None:
        """One refusal."""
        self._refusals.labels(str(code)).inc()

    def text(self, waiting: int) -> str:
        """All of them as text."""
        from prometheus_client import generate_latest

        self._waiting.set(waiting)
        return generate_latest(self._registry).decode()
