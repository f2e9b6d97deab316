"""What an endpoint counts, in the form that Prometheus reads."""

from __future__ import annotations


class Meters:
    """Answers by the guard's status, their seconds, refusals by code, and who waits."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = registry = CollectorRegistry()
        self._answers = Counter("vgpt2_answers", "Answers by the guard's status", ["status"], registry=registry)
        self._refusals = Counter("vgpt2_refusals", "Refused requests by status code", ["code"], registry=registry)
        self._seconds = Histogram("vgpt2_answer_seconds", "Seconds from a question to its answer", registry=registry)
        self._waiting = Gauge("vgpt2_waiting", "Questions that wait or are answered", registry=registry)

    def answered(self, status: str, seconds: float) -> None:
        """One answer."""
        self._answers.labels(status).inc()
        self._seconds.observe(seconds)

    def counted(self, code: int) -> None:
        """One refusal."""
        self._refusals.labels(str(code)).inc()

    def text(self, waiting: int) -> str:
        """All of them as text."""
        from prometheus_client import generate_latest

        self._waiting.set(waiting)
        return generate_latest(self._registry).decode()
