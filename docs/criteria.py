#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""criteria.py: writes docs/criteria.md of user/expect/criteria.def and of the recorded runs, to standard output.
criteria.py record FILE...: takes what was measured out of files of `jinx suite --json FILE` into docs/criteria-runs.tsv,
of each scenario and kernel the newest."""
import json
import os
import re
import sys

here = os.path.dirname(os.path.abspath(__file__))
rows_file = os.path.join(here, "criteria-runs.tsv")
definition = os.path.join(here, "..", "user", "expect", "criteria.def")
# Of an expectation that is no criterion: what its name has to be.
named = ("RTO", "RPO")


def criteria():
    with open(definition, encoding="utf-8") as file:
        return re.findall(r'^CRITERION\("([^"]+)", "([^"]+)"\)', file.read(), re.M)


def number(value, unit="", scale=1.0):
    return "-" if value is None else f"{value * scale:.4g}{unit}"


def figures(phases):
    """A row for each phase: of those after faults, how long recovering took."""
    for p in phases:
        ok, all_of_them = p["successful_operations"], p["total_operations"]
        recovery = number(p["recovery_time_ms"], " ms") if p["role"] == "recover" else ""
        yield p["name"], [p["role"], str(all_of_them), number(ok / all_of_them, " %", 100) if all_of_them else "-",
                          number(p["p50_ms"], " ms"), number(p["p95_ms"], " ms"), number(p["p99_ms"], " ms"),
                          number(p["throughput_ops_per_sec"]), recovery]


def name_of(report):
    varies = ", ".join(f"{k}={v}" for k, v in report.get("params", {}).items())
    return report["category"] + "/" + report["name"] + (f" [{varies}]" if varies else "")


def rows_of(report):
    """What is kept of a run: kind, key, values."""
    for e in report["expectations"]:
        if e["criteria"] or e["name"] in named:
            yield e["criteria"] or e["name"], e["that"], [e["bound_text"] or "-", e["value_text"] or "-", e["result"]]
    for workload in report["workloads"]:
        if workload["verify"]:
            v = workload["verify"]
            yield "verify", workload["name"], [str(v[k]) for k in sorted(v) if isinstance(v[k], (int, float))]
    if report["category"] == "benchmarks":
        for phase, values in figures(report["phases"]):
            yield "phase", phase, values


def read_rows():
    rows = {}
    if os.path.exists(rows_file):
        with open(rows_file, encoding="utf-8") as file:
            for line in file:
                if not line.startswith("#"):
                    name, kernel, *rest = line.rstrip("\n").split("\t")
                    rows.setdefault((name, kernel), []).append(rest)
    return rows


def record(files):
    rows = read_rows()
    for path in files:
        with open(path, encoding="utf-8") as file:
            reports = json.load(file)
        for r in reports:
            # One that could not be run has no report.
            if "phases" in r:
                rows[name_of(r), r["kernel"]] = [[r["started"][:10], r["verdict"], kind, key] + values
                                                 for kind, key, values in rows_of(r)]
    with open(rows_file, "w", encoding="utf-8") as file:
        print("# scenario, kernel, date, verdict, kind, what, values; by docs/criteria.py record", file=file)
        for key in sorted(rows):
            for row in rows[key]:
                print("\t".join(key + tuple(row)), file=file)


def table(head, rows):
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |")


def measured(rows, kernel, wanted):
    """(scenario, its row) of one kernel."""
    return [(name, row) for (name, k), all_of_them in sorted(rows.items()) if k == kernel for row in all_of_them if wanted(row[2])]


def link(name):
    file, bracket, varies = name.partition(" [")
    return f"[{file}](../scenarios/{file}.yaml){bracket}{varies}"


def criteria_rows(rows, kernel, which):
    found = measured(rows, kernel, lambda kind: kind == which)
    return [[link(name), f"`{row[3]}`", row[5], row[4], row[6]] for name, row in found]


def share(text):
    return float(text.split()[0])


def throughput_rows(rows, kernel):
    """How far throughput fell, beside the share of operations that failed: of what is asked at a rate."""
    rate = {}
    for name, (_, _, _, phase, role, _, success, _, _, _, throughput, *_) in measured(rows, kernel, lambda kind: kind == "phase"):
        if "concurrent" in name:
            continue
        if role == "baseline":
            rate[name] = share(throughput)
        elif role == "inject" and not phase.startswith(("tenth_", "fault_")):
            fell = 100 - 100 * share(throughput) / rate[name]
            yield [link(name), phase, f"{100 - share(success):.1f} %", f"{fell:.1f} %"]


def stability_rows(rows, kernel):
    """p95 of each tenth: whether the last are as the first ones."""
    tenths = {}
    for name, row in measured(rows, kernel, lambda kind: kind == "phase"):
        if row[3].startswith("tenth_"):
            tenths.setdefault(name, []).append(share(row[8]))
    for name, all_of_them in tenths.items():
        yield [link(name)] + [f"{ms:.3g} ms" for ms in all_of_them]


def document():
    rows = read_rows()
    print("# Success criteria\n")
    print("Made by `make criteria` of user/expect/criteria.def and of the runs in criteria-runs.tsv; change those. What a scenario may")
    print("fairly expect of a system of its kind, by `expect: [criteria/SET]` ([judging.md](judging.md#criteria)), and what was measured.\n")
    table(["set", "expectation"], [[f"`criteria/{s}`", f"`{e}`"] for s, e in criteria()])
    for kernel in sorted({k for _, k in rows}):
        dates = sorted({row[0] for (_, k), all_of_them in rows.items() if k == kernel for row in all_of_them})
        print(f"\n# Linux {kernel}, {dates[0]}{'' if len(dates) == 1 else ' to ' + dates[-1]}")
        for which in dict.fromkeys(s for s, _ in criteria()):
            found = criteria_rows(rows, kernel, which)
            if found:
                print(f"\n## criteria/{which}\n")
                table(["scenario", "criterion", "measured", "bound", "result"], found)
        print("\n## Recovery: times (RTO) and losses (RPO)\n")
        print("The time to restore is from the first impact, be the fault still on; the recovery time is from the end of the fault.\n")
        table(["scenario", "objective", "expectation", "measured", "result"],
              [[link(name), row[2], f"`{row[3]}`", row[5], row[6]] for name, row in measured(rows, kernel, lambda kind: kind in named)])
        print("\n## Throughput: it falls no faster than operations fail\n")
        table(["scenario", "phase", "failed", "throughput fell by"], throughput_rows(rows, kernel))
        print("\n## Stability: p95 of each tenth\n")
        table(["scenario"] + [str(n) for n in range(1, 11)], stability_rows(rows, kernel))
        print("\n## Benchmarks\n")
        table(["scenario", "phase", "role", "operations", "success", "p50", "p95", "p99", "ok/s", "recovery"],
              [[link(name)] + row[3:] for name, row in measured(rows, kernel, lambda kind: kind == "phase")])


if sys.argv[1:2] == ["record"]:
    record(sys.argv[2:])
else:
    document()
