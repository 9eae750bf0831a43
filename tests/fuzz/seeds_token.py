#!/usr/bin/python3
"""Makes what fuzz_token starts from: a throwaway key, of which only the public part is kept, in fuzz_token_key.h, and tokens
under it in corpus/token. Run it where it stands when the form of tokens changes; it needs openssl(1)."""

import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE / "corpus" / "token"

ACCESS = {"sub": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "username": "ada", "cognito:groups": ["Clients"], "token_use": "access",
          "iss": "iss", "client_id": "app", "iat": 1795000000, "exp": 4102444800, "jti": "x"}
ID = {"sub": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "cognito:username": "ada", "cognito:groups": ["Sellers"], "token_use": "id",
      "iss": "iss", "aud": "app", "email": "ada@example.com", "iat": 1795000000, "exp": 4102444800}


def run(*command, data=None):
    return subprocess.run(["openssl", *command], input=data, check=True, capture_output=True).stdout


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def head(algorithm, payload):
    return base64url(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()) + "." + base64url(payload)


def signed(key, payload, algorithm="RS256"):
    text = head(algorithm, payload)
    return text + "." + base64url(run("dgst", "-sha256", "-sign", key, data=text.encode()))


def seeds(key, public):
    dump = lambda claims: json.dumps(claims).encode()
    access = signed(key, dump(ACCESS))
    under_public = head("HS256", dump(ACCESS))
    secret = base64url(hmac.new(public, under_public.encode(), hashlib.sha256).digest())
    yield "access", access
    yield "id", signed(key, dump(ID))
    yield "expired", signed(key, dump({**ACCESS, "exp": 1}))
    yield "other_issuer", signed(key, dump({**ACCESS, "iss": "other"}))
    yield "no_group", signed(key, dump({name: ACCESS[name] for name in ACCESS if name != "cognito:groups"}))
    yield "odd_groups", signed(key, dump({**ACCESS, "cognito:groups": {"0": [None, 1.5, "Clients"]}}))
    yield "alg_none", head("none", dump(ACCESS)) + "."
    yield "alg_none_signed", signed(key, dump(ACCESS), "none")
    yield "hs256_public", under_public + "." + secret
    yield "alg_spelt", signed(key, dump(ACCESS), "rs256")
    yield "truncated", access[:200]
    yield "four_segments", access + ".AAAA"
    yield "padded", access + "=="
    yield "not_utf8", signed(key, b'{"sub":"\xff\xfe"}')
    yield "nul", signed(key, b'{"sub":"\\u0000"}')
    yield "huge", "A" * 9000
    yield "dots", "..."
    yield "empty", ""
    # Also taken as payloads.
    yield "payload", json.dumps(ACCESS)
    yield "payload_numbers", '{"exp":1e400,"iat":-9223372036854775809,"sub":1}'
    yield "payload_deep", '{"cognito:groups":' + "[" * 200 + "]" * 200 + "}"
    yield "payload_twice", '{"sub":"a","sub":"b","cognito:groups":["x","x"]}'


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        key = folder + "/key.pem"
        run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key)
        public = run("pkey", "-in", key, "-pubout")
        for name, token in seeds(key, public):
            (CORPUS / name).write_text(token)
    lines = "\n".join(f'\t"{line}\\n"' for line in public.decode().splitlines())
    (HERE / "fuzz_token_key.h").write_text(
        "/* fuzz_token_key.h: the key of the tokens in corpus/token; made by seeds_token.py. */\n"
        f"static const char public_pem[] =\n{lines};\n")


if __name__ == "__main__":
    main()
