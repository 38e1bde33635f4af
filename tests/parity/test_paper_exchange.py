"""The exchange and the ledger in Rust integers, and in plain Python fractions: unit for unit."""

from __future__ import annotations

from hypothesis import given, settings

from tests.support.exchange_play import NATIVE, REFERENCE
from tests.support.flows import Flow, flow_of, flows, replay


@settings(deadline=None)
@given(flows)
def test_both_report_the_same_and_keep_the_same_books(flow: Flow) -> None:
    assert replay(flow, NATIVE) == replay(flow, REFERENCE)


def test_the_flows_fill_orders_of_every_kind_and_end_positions() -> None:
    """A generator whose orders never fill would prove nothing."""
    reports = [
        report
        for seed in range(60)
        for told in replay(flow_of(seed), NATIVE).reports
        for report in told
    ]
    statuses = {report.status for report in reports}
    assert statuses == {
        "ACCEPTED",
        "REJECTED",
        "PARTIALLY_FILLED",
        "FILLED",
        "CANCELLED",
        "FUNDING",
    }
    assert sum(report.trip is not None for report in reports) > 100
    assert sum(report.maker for report in reports) > 40
