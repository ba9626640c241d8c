"""What one process of the centre has done since it started, as Prometheus counts. No label holds what somebody sent.

Each process counts for itself and is asked by itself; whoever adds them up is Prometheus.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram

from sync.endpoint.account import Account

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = self._counter(
            "requests", "Requests by route and status (0: nobody was answered).", "route", "status"
        )
        self._seconds = Histogram(
            "acompanya_request_seconds",
            "From the first byte to the last of the answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._received = self._counter("received_bytes", "Bodies as they travelled, up.", "route")
        self._sent = self._counter("sent_bytes", "Bodies as they travelled, down.", "route")
        self._changes = self._counter("changes", "Changes by what became of them.", "result")
        self._news = self._counter("news", "Records sent down because somebody else wrote them.")

    def count(self, account: Account, route: str) -> None:
        self._requests.labels(route, account.status).inc()
        self._seconds.labels(route).observe(account.seconds)
        self._received.labels(route).inc(account.received_bytes)
        self._sent.labels(route).inc(account.sent_bytes)
        for result, count in account.results.items():
            self._changes.labels(result).inc(count)
        self._news.inc(account.news)

    def _counter(self, name: str, purpose: str, *labels: str) -> Counter:
        return Counter(f"acompanya_{name}", purpose, labels, registry=self.registry)
