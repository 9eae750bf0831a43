"""AWS Signature Version 4 as the one who is asked sees it: signs a request, and judges the signature of one that came. Written
from AWS's description, and shares nothing with libcurl."""

import calendar
import hashlib
import hmac
import re
import time
import urllib.parse

SKEW_SECONDS = 5 * 60
AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 +Credential=([^/, ]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request, *"
                           r"SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})$")
NAMESPACE = "com.amazon.coral.service#"


class Refused(Exception):
    """`error` is the type that AWS would tell."""

    def __init__(self, error, message):
        super().__init__(message)
        self.error, self.message = NAMESPACE + error, message


def keyed(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def canonical(method, target, headers, signed, body):
    """`headers` by their names in lower case; `signed` are the names of those that count, in order."""
    path, _, query = target.partition("?")
    pairs = sorted(urllib.parse.parse_qsl(query, keep_blank_values=True))
    quoted = "&".join(f"{urllib.parse.quote(name, safe='-_.~')}={urllib.parse.quote(value, safe='-_.~')}" for name, value in pairs)
    lines = [f"{name}:{' '.join(headers[name].split())}" for name in signed]
    return "\n".join((method, urllib.parse.quote(path, safe="/-_.~") or "/", quoted, *lines, "", ";".join(signed),
                      hashlib.sha256(body).hexdigest()))


def signature(secret, when, region, service, request):
    day = when[:8]
    text = "\n".join(("AWS4-HMAC-SHA256", when, f"{day}/{region}/{service}/aws4_request",
                      hashlib.sha256(request.encode()).hexdigest()))
    key = ("AWS4" + secret).encode()
    for part in (day, region, service, "aws4_request"):
        key = keyed(key, part)
    return keyed(key, text).hex()


class Keys:
    """Who may sign: {id: (secret, token or None)}."""

    def __init__(self, keys, region):
        self.keys, self.region = dict(keys), region
        self.now = time.time

    def judge(self, method, target, pairs, body, service):
        """Raises Refused unless the request is signed as it must be; the id of its key. `pairs` are its headers as they came."""
        headers = {}
        for name, value in pairs:
            name = name.lower()
            headers[name] = f"{headers[name]},{value.strip()}" if name in headers else value.strip()
        if "authorization" not in headers:
            raise Refused("MissingAuthenticationTokenException", "Request is missing Authentication Token")
        found = AUTHORIZATION.match(headers["authorization"])
        when = headers.get("x-amz-date", "")
        if not found or not re.fullmatch(r"\d{8}T\d{6}Z", when) or when[:8] != found.group(2):
            raise Refused("IncompleteSignatureException", "Authorization header requires its parts")
        key, _, region, named, names, given = found.groups()
        signed = names.split(";")
        wanted = {"host", "x-amz-date"} | {name for name in headers if name.startswith("x-amz-")}
        if signed != sorted(signed) or not wanted <= set(signed) or not set(signed) <= set(headers):
            raise Refused("InvalidSignatureException", f"Headers that must be signed: {sorted(wanted)}; signed: {names}")
        if (region, named) != (self.region, service):
            raise Refused("InvalidSignatureException", f"Credential should be scoped to {self.region} and {service}")
        if key not in self.keys:
            raise Refused("UnrecognizedClientException", "The security token included in the request is invalid.")
        secret, token = self.keys[key]
        if headers.get("x-amz-security-token") != token:
            raise Refused("UnrecognizedClientException", "The security token included in the request is invalid.")
        if not hmac.compare_digest(given, signature(secret, when, region, named, canonical(method, target, headers, signed, body))):
            raise Refused("InvalidSignatureException", "The request signature we calculated does not match the signature you "
                          "provided. The Canonical String for this request should have been "
                          f"'{canonical(method, target, headers, signed, body)}'")
        if abs(calendar.timegm(time.strptime(when, "%Y%m%dT%H%M%SZ")) - self.now()) > SKEW_SECONDS:
            raise Refused("InvalidSignatureException", f"Signature expired: {when}")
        return key
