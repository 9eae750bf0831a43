#!/usr/bin/python3
"""The deployed stack in vitrined's place, for whatever is tried on that: takes its options and says what it says.

    deployed.py [--listen 127.0.0.1:0] [--db FILE] [--outbox DIRECTORY]

It hands each request to the stack's gateway. Cognito's mails aren't sent by ministack, whose codes are always the same: they are
written to the outbox as the local identity writes its own, with two digits in front, which are taken off again. What a write is
followed by is followed before its answer goes on.
"""

import argparse
import http.client
import json
import os
import sys
import threading
import urllib.parse

import gateway
import stack
from shopping import RESET_CODE, SIGN_UP_CODE

FRONT = "00"
HOPS = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
CODED = {"/Account/Confirm", "/Password/Reset"}
MAILED = {"/Client": (201, SIGN_UP_CODE), "/Seller": (201, SIGN_UP_CODE), "/Password/Forgot": (200, RESET_CODE)}


class Front:
    def __init__(self, shop, outbox):
        self.shop, self.outbox, self.lock, self.mails, self.known = shop, outbox, threading.Lock(), 0, set()
        self.prefix = urllib.parse.urlsplit(shop.url).path

    def mail(self, body, code):
        """As the newest of the outbox. Nobody sends mail to an address that has no account."""
        email = json.loads(body)["email"]
        if code == SIGN_UP_CODE:
            self.known.add(email.lower())
        if email.lower() not in self.known:
            return
        self.mails += 1
        name = f"{self.mails:026}.eml"
        with open(f"{self.outbox}/.{name}", "w", encoding="utf-8") as file:
            file.write(f"To: <{email}>\r\n\r\nYour code is {FRONT}{code}.\r\n")
        os.rename(f"{self.outbox}/.{name}", f"{self.outbox}/{name}")

    def follow(self):
        while True:
            records = self.shop.take_records()
            if not records:
                return
            self.shop.invoke("FollowFunction", {"Records": records})

    def answer(self, method, target, headers, body, _address):
        """(status, headers, body) of a request."""
        path = target.partition("?")[0]
        if path in CODED:
            for code in (SIGN_UP_CODE, RESET_CODE):
                body = body.replace(f'"{FRONT}{code}"'.encode(), f'"{code}"'.encode())
        connection = http.client.HTTPConnection("127.0.0.1", self.shop.port, timeout=60)
        connection.putrequest(method, self.prefix + target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            if name.lower() not in HOPS:
                connection.putheader(name, value)
        if body or method not in ("GET", "HEAD"):
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if method not in ("GET", "HEAD"):
            with self.lock:
                if self.outbox and answer.status == MAILED.get(path, (0,))[0]:
                    self.mail(body, MAILED[path][1])
                self.follow()
        pairs = [pair for pair in answer.getheaders() if pair[0].lower() not in HOPS]
        if answer.status in (204, 304):  # it gives an answer without a body a type
            pairs = [pair for pair in pairs if not pair[0].lower().startswith("content-")]
        return answer.status, pairs, content


def main():
    stack.in_venv()
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", default="127.0.0.1:0")
    parser.add_argument("--db")
    parser.add_argument("--outbox")
    options = parser.parse_args()
    if not options.outbox:
        sys.exit("Cognito asks for a code in any case: there is no such stack without mail")
    ending = gateway.until_ended()
    with stack.Stack() as shop:
        shop.deploy()
        shop.stop_stream()
        shop.start_records()
        gateway.serve(Front(shop, options.outbox), options.listen, ending)
    return 0


if __name__ == "__main__":
    sys.exit(main())
