#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""otlp-receiver.py PORT FILE [STATUS]: takes one trace, checks it against the JSON mapping of opentelemetry-proto
(docs/specification.md; trace.proto, common.proto, resource.proto of 1.x) and writes it to FILE, or what is wrong with it.
"slow" for STATUS: it never answers; "partial": it says that it has refused some of the spans."""
import http.server
import json
import re
import sys
import time

# The fields of each message, by their lowerCamelCase names, and how each is written.
MESSAGES = {
    "TracesData": {"resourceSpans": ["ResourceSpans"]},
    "ResourceSpans": {"resource": "Resource", "scopeSpans": ["ScopeSpans"], "schemaUrl": "string"},
    "Resource": {"attributes": ["KeyValue"], "droppedAttributesCount": "uint32"},
    "ScopeSpans": {"scope": "Scope", "spans": ["Span"], "schemaUrl": "string"},
    "Scope": {"name": "string", "version": "string", "attributes": ["KeyValue"], "droppedAttributesCount": "uint32"},
    "Span": {"traceId": "trace id", "spanId": "span id", "traceState": "string", "parentSpanId": "span id", "flags": "uint32",
             "name": "string", "kind": "SpanKind", "startTimeUnixNano": "fixed64", "endTimeUnixNano": "fixed64",
             "attributes": ["KeyValue"], "droppedAttributesCount": "uint32", "events": ["Event"], "droppedEventsCount": "uint32",
             "links": ["Link"], "droppedLinksCount": "uint32", "status": "Status"},
    "Status": {"message": "string", "code": "StatusCode"},
    "KeyValue": {"key": "string", "value": "AnyValue"},
    "AnyValue": {"stringValue": "string", "boolValue": "bool", "intValue": "int64", "doubleValue": "double"},
}
SCALARS = {
    "string": lambda v: isinstance(v, str),
    "bool": lambda v: isinstance(v, bool),
    "double": lambda v: isinstance(v, (int, float)),
    "uint32": lambda v: isinstance(v, int) and 0 <= v < 1 << 32,
    # 64-bit numbers are decimal text, enums are numbers, ids are hexadecimal text and not all zero.
    "int64": lambda v: isinstance(v, str) and re.fullmatch(r"-?\d+", v) and -(1 << 63) <= int(v) < 1 << 63,
    "fixed64": lambda v: isinstance(v, str) and re.fullmatch(r"\d+", v) and int(v) < 1 << 64,
    "SpanKind": lambda v: type(v) is int and 0 <= v <= 5,
    "StatusCode": lambda v: type(v) is int and 0 <= v <= 2,
    "trace id": lambda v: isinstance(v, str) and re.fullmatch(r"[0-9a-f]{32}", v) and int(v, 16),
    "span id": lambda v: isinstance(v, str) and re.fullmatch(r"[0-9a-f]{16}", v) and int(v, 16),
}


def check(value, what, at):
    if isinstance(what, list):
        if not isinstance(value, list):
            raise ValueError(f"{at} is no list")
        for i, one in enumerate(value):
            check(one, what[0], f"{at}[{i}]")
    elif what in SCALARS:
        if not SCALARS[what](value):
            raise ValueError(f"{at} is no {what}: {value!r}")
    else:
        for key, one in value.items():
            if key not in MESSAGES[what]:
                raise ValueError(f"{at} has no {key}")
            check(one, MESSAGES[what][key], f"{at}.{key}")
        if what == "AnyValue" and len(value) != 1:
            raise ValueError(f"{at} has {len(value)} values")


def check_tree(trace):
    spans = [s for r in trace["resourceSpans"] for k in r["scopeSpans"] for s in k["spans"]]
    ids = {s["spanId"]: s for s in spans}
    if len(ids) != len(spans) or len({s["traceId"] for s in spans}) != 1:
        raise ValueError("span ids repeat, or trace ids differ")
    for s in spans:
        if not int(s["startTimeUnixNano"]) <= int(s["endTimeUnixNano"]):
            raise ValueError(f"{s['name']} ends before it begins")
        if abs(int(s["startTimeUnixNano"]) / 1e9 - time.time()) > 3600:
            raise ValueError(f"{s['name']} is not of this hour")
        if s["kind"] != 1:
            raise ValueError(f"{s['name']} is not internal")
        parent = ids.get(s.get("parentSpanId"))
        if (parent is None) != s["name"].startswith("experiment "):
            raise ValueError(f"{s['name']} has the wrong parent")
        if parent and not int(parent["startTimeUnixNano"]) <= int(s["startTimeUnixNano"]):
            raise ValueError(f"{s['name']} begins before {parent['name']}")
    if not {a["key"] for a in trace["resourceSpans"][0]["resource"]["attributes"]} >= {"service.name", "service.version"}:
        raise ValueError("the resource has no name")


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = sys.argv[3] if len(sys.argv) > 3 else "200"
        try:
            if self.path != "/v1/traces" or self.headers["Content-Type"] != "application/json":
                raise ValueError(f"{self.path} {self.headers['Content-Type']}")
            trace = json.loads(body)
            check(trace, "TracesData", "trace")
            check_tree(trace)
            text = json.dumps({"trace": trace, "authorization": self.headers["Authorization"]})
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            text = json.dumps({"wrong": str(e)})
        with open(sys.argv[2], "w") as f:
            f.write(text + "\n")
        if status == "slow":
            time.sleep(60)
        partial = {"partialSuccess": {"rejectedSpans": "2", "errorMessage": "too many"}}
        answer = json.dumps(partial if status == "partial" else {}).encode()
        self.send_response(200 if status == "partial" else int(status))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
print("ready", flush=True)
server.handle_request()
