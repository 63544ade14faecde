"""Is it known which hosts share an address or a network?"""

from __future__ import annotations

import pytest

from crawler.cdn import groups


@pytest.mark.parametrize(
    ("headers", "network"),
    [
        ([("CF-RAY", "8df1-AMS"), ("Server", "cloudflare")], "cdn:cloudflare"),
        ([("X-Served-By", "cache-ams21051-AMS")], "cdn:fastly"),
        ([("Via", "1.1 5ab.cloudfront.net (CloudFront)")], "cdn:cloudfront"),
        ([("Server", "AkamaiGHost")], "cdn:akamai"),
        ([("X-Azure-Ref", "0abc")], "cdn:azure-front-door"),
        ([("X-CDN", "Imperva")], "cdn:imperva"),
        ([("Server", "ddos-guard")], "cdn:ddos-guard"),
        ([("Server", "QRATOR")], "cdn:qrator"),
        ([("Server-Timing", "cdn-cache; desc=HIT"), ("Server-Timing", 'ak_p; desc="1731065_1"; dur=1')], "cdn:akamai"),
        ([("Set-Cookie", "a=b"), ("Set-Cookie", "visid_incap_12=x; Path=/")], "cdn:imperva"),
        ([("Set-Cookie", "__ddg1_=Ab; Domain=.paper.example")], "cdn:ddos-guard"),
        ([("Server", "Sucuri/Cloudproxy"), ("X-Sucuri-ID", "15008")], "cdn:sucuri"),
        ([("Server", "Google Frontend"), ("Via", "1.1 google")], "cdn:google"),
        ([("x-msedge-ref", "Ref A: 1")], "cdn:azure-front-door"),
        ([("Server", "BunnyCDN-DE1-1080")], "cdn:bunny"),
    ],
)
def test_a_network_is_known_by_what_its_edges_send(headers: list[tuple[str, str]], network: str) -> None:
    assert groups("203.0.113.7", headers) == ("ip:203.0.113.7", network)


def test_a_server_of_its_own_shares_no_more_than_its_address() -> None:
    assert groups(
        "203.0.113.7", [("Server", "nginx"), ("Via", "1.1 varnish"), ("Server-Timing", "edge; dur=1"), ("Set-Cookie", "a=visid_incap_")]
    ) == ("ip:203.0.113.7",)
    assert groups(None, []) == ()


def test_a_hostile_head_costs_no_time_and_names_nothing() -> None:
    assert groups(None, [("Server", "x" * 1_000_000), ("X-CDN", "")] * 50) == ()
