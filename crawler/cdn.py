"""Which hosts share what answers for them: an address, or a content delivery network?

Pure. One of them that says "too many requests" says it for all: whoever counts our requests sees them together.
"""

from __future__ import annotations

from collections.abc import Sequence

# Header → beginning of its value (empty: any) → network. Facts from the networks' own documentation of what their edges send.
_SIGNS: tuple[tuple[str, str, str], ...] = (
    ("cf-ray", "", "cloudflare"),
    ("cf-cache-status", "", "cloudflare"),
    ("cf-mitigated", "", "cloudflare"),
    ("server", "cloudflare", "cloudflare"),
    ("x-fastly-request-id", "", "fastly"),
    ("x-served-by", "cache-", "fastly"),
    ("x-amz-cf-id", "", "cloudfront"),
    ("x-amz-cf-pop", "", "cloudfront"),
    ("server", "cloudfront", "cloudfront"),
    ("x-akamai-transformed", "", "akamai"),
    ("x-akamai-request-id", "", "akamai"),
    ("akamai-grn", "", "akamai"),
    ("akamai-cache-status", "", "akamai"),
    ("server-timing", "ak_p", "akamai"),
    ("server", "akamai", "akamai"),
    ("x-azure-ref", "", "azure-front-door"),
    ("x-msedge-ref", "", "azure-front-door"),
    ("x-iinfo", "", "imperva"),
    ("x-cdn", "incapsula", "imperva"),
    ("x-cdn", "imperva", "imperva"),
    ("set-cookie", "visid_incap_", "imperva"),
    ("set-cookie", "incap_ses_", "imperva"),
    ("x-sucuri-id", "", "sucuri"),
    ("x-sucuri-cache", "", "sucuri"),
    ("server", "sucuri", "sucuri"),
    ("server", "bunnycdn", "bunny"),
    ("cdn-pullzone", "", "bunny"),
    ("server", "ddos-guard", "ddos-guard"),
    ("set-cookie", "__ddg", "ddos-guard"),
    ("server", "qrator", "qrator"),
    ("x-vercel-id", "", "vercel"),
    ("server", "vercel", "vercel"),
    ("x-nf-request-id", "", "netlify"),
    ("server", "netlify", "netlify"),
    ("server", "github.com", "github"),
    ("fly-request-id", "", "fly"),
    ("server", "ghs", "google"),
    ("server", "google frontend", "google"),
    ("via", "1.1 google", "google"),
    ("server", "cdn77", "cdn77"),
    ("x-77-pop", "", "cdn77"),
    ("x-qc-pop", "", "quic-cloud"),
    ("server", "hcdn", "hostinger"),
    ("eagleid", "", "alibaba"),
    ("x-nws-log-uuid", "", "tencent"),
    ("x-arvan-cache", "", "arvan"),
    ("server", "arvancloud", "arvan"),
    ("server", "gcore", "gcore"),
    ("server", "keycdn", "keycdn"),
    ("server", "stackpath", "stackpath"),
)
MAX_VALUE = 200


def groups(ip: str | None, headers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Names of what the host shares with others, such as `("ip:203.0.113.7", "cdn:cloudflare")`."""
    found = [f"ip:{ip}"] if ip else []
    told: dict[str, list[str]] = {}
    for name, value in headers:
        told.setdefault(name.lower(), []).append(value[:MAX_VALUE].strip().lower())
    for name, beginning, network in _SIGNS:
        if any(value.startswith(beginning) for value in told.get(name, ())) and f"cdn:{network}" not in found:
            found.append(f"cdn:{network}")
    if any("cloudfront" in value for value in told.get("via", ())) and "cdn:cloudfront" not in found:
        found.append("cdn:cloudfront")
    return tuple(found)
