#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""library.py: writes docs/library.md of the scenarios' files and of the recorded runs, to standard output.
library.py record LOG...: takes the runs of suites out of logs of the cases library-* (.cache/*.log, which
`make vm` and `make native` leave) into docs/library-runs.tsv, one line a scenario and kernel, the newest."""
import datetime
import glob
import os
import re
import subprocess
import sys

import yaml

here = os.path.dirname(os.path.abspath(__file__))
scenarios = os.path.join(here, "..", "scenarios")
runs_file = os.path.join(here, "library-runs.tsv")
programs_file = os.path.join(here, "library-programs.tsv")
kinds = ("fail", "delay", "drop", "kill", "pause", "partition", "shape", "exhaust", "restrict", "suspend", "hang", "leak", "dns", "reset", "respond", "jitter", "corrupt", "skew")
no_system = {"error-injection", "long", "alone", "dozen", "real-time", "benchmark"}
# The Debian package of a system, where it is named otherwise.
packages = {"dig": "bind9-dnsutils", "dnsmasq": "dnsmasq-base", "etcd": "etcd-server", "go": "golang-go", "java": "openjdk-17-jdk-headless", "lmdb": "liblmdb0", "mariadb": "mariadb-server",
            "nats": "nats-server", "rabbitmq": "rabbitmq-server", "postgresql": "postgresql-15", "python": "python3", "redis": "redis-server", "sentinel": "redis-sentinel",
            "sqlite": "sqlite3", "pyjwt": "python3-jwt"}
# Folders in the order of the library's categories.
folders = ["network", "resources", "dependencies", "processes", "filesystem", "databases", "time", "benchmarks", "recovery", "races"]


def listed(value):
    return value if isinstance(value, list) else [value]


def fault_of(fault):
    """A fault in the words of the file, on a line."""
    kind = next(k for k in kinds if k in fault)
    value = fault[kind]
    if isinstance(value, dict):
        what = ", ".join(f"{key} {', '.join(map(str, listed(value[key])))}" for key in value)
    else:
        what = ", ".join(map(str, listed(value)))
    what += "".join(f", {key} {fault[key]}" for key in ("preempt", "one_core", "priorities") if key in fault)
    on = ", ".join(map(str, listed(fault["on"]))) if "on" in fault else ""
    text = f"{kind} {what}" + (f" on {on}" if on else "")
    when = fault.get("when", {})
    return text + "".join(f", {key} {when[key]}" for key in when if key != "burst" and key != "per")


def read(path):
    with open(path, encoding="utf-8") as file:
        # Of text alone: `on` is no truth value here.
        found = yaml.load(file, Loader=yaml.BaseLoader)
    faults = [fault_of(f) for phase in found["timeline"] for f in phase.get("faults", [])]
    faults += [f"preset {phase['use']}" for phase in found["timeline"] if "use" in phase]
    return {
        "name": os.path.relpath(path, scenarios)[: -len(".yaml")],
        "systems": [t for t in listed(found.get("tags", [])) if t not in no_system],
        "tags": listed(found.get("tags", [])),
        "faults": list(dict.fromkeys(faults)),
        "about": found.get("about", ""),
        "sources": listed(found.get("source", [])),
        "expects": len(found.get("expect", [])),
    }


def read_runs():
    runs = {}
    if os.path.exists(runs_file):
        with open(runs_file, encoding="utf-8") as file:
            for line in file:
                if not line.startswith("#"):
                    name, kernel, date, version, verdict, proof = line.rstrip("\n").split("\t")
                    runs[name, kernel] = (date, version, verdict, proof)
    return runs


def write_runs(runs):
    with open(runs_file, "w", encoding="utf-8") as file:
        print("# scenario, kernel, date, version of jinx, verdict, verdict of --prove; by docs/library.py record", file=file)
        for key in sorted(runs):
            print("\t".join(key + runs[key]), file=file)


def write_programs():
    """The versions that are installed here, which the virtual machines of this host have as well."""
    systems = sorted({s for p in glob.glob(os.path.join(scenarios, "*", "*.yaml")) for s in read(p)["systems"]})
    with open(programs_file, "w", encoding="utf-8") as file:
        print("# system, package, version, date; by docs/library.py record", file=file)
        for system in systems:
            package = packages.get(system, system)
            found = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False)
            if found.returncode == 0 and found.stdout:
                print("\t".join((system, package, found.stdout, datetime.date.today().isoformat())), file=file)


def print_programs():
    if not os.path.exists(programs_file):
        return
    with open(programs_file, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    print("\n## Programs\n\nWhat was installed where the newest runs were recorded, in the virtual machines as well.\n")
    print("| system | package | version | date |\n|---|---|---|---|")
    for r in rows:
        print("| " + " | ".join(r) + " |")


def record(logs):
    runs = read_runs()
    head = re.compile(r"(?:suite|check)( --prove)? on (\S+), jinx (\S+), (\S+)")
    line = re.compile(r"(held|deviated|aborted|inconclusive|failed|unsupported|runnable) +([a-z-]+/[\w.-]+)(?: \[.*?\])? +[\d.]+ s(?: |$)")
    for log in logs:
        prove = kernel = date = version = None
        ended_so = {}
        with open(log, encoding="utf-8", errors="replace") as file:
            for text in map(str.strip, file):
                if found := head.match(text):
                    prove, kernel, version, date = found.groups()
                    ended_so = {}
                elif kernel and (found := line.match(text)):
                    verdict, name = found.groups()
                    # Nothing was run: what is known of a run stays.
                    if verdict == "runnable" and runs.get((name, kernel), ("", "", "runnable"))[2] != "unsupported":
                        runs.setdefault((name, kernel), (date, version, verdict, "-"))
                        continue
                    # A matrix has held when each of its combinations has.
                    if ended_so.setdefault(name, verdict) != "held":
                        verdict = ended_so[name]
                    ended_so[name] = verdict
                    if prove and (name, kernel) in runs:
                        runs[name, kernel] = runs[name, kernel][:3] + (verdict,)
                    elif not prove:
                        # A run without a proof leaves the proof that there was.
                        runs[name, kernel] = (date, version, verdict, runs.get((name, kernel), ("-",))[-1])
    write_runs(runs)
    write_programs()


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def ended(run):
    """How a run ended, shortly: with "proved" if an expectation was false without the fault."""
    verdict, proof = run[2], run[3]
    return verdict + (", proved" if verdict == proof == "held" else "")


def row(scenario, kernels, runs):
    name = scenario["name"].split("/")[1] + (" (long)" if "long" in scenario["tags"] else "")
    cells = [
        f"[{name}](../scenarios/{scenario['name']}.yaml)",
        ", ".join(scenario["systems"]),
        "; ".join(scenario["faults"]),
        scenario["about"],
        "; ".join(scenario["sources"]),
    ]
    cells += [ended(runs[scenario["name"], k]) if (scenario["name"], k) in runs else "" for k in kernels]
    return "| " + " | ".join(map(cell, cells)) + " |"


def document():
    runs = read_runs()
    all_of_them = [read(p) for f in folders for p in sorted(glob.glob(os.path.join(scenarios, f, "*.yaml")))]
    here_now = {s["name"] for s in all_of_them}
    kernels = sorted({k for n, k in runs if n in here_now}, key=lambda k: [int(n) for n in re.findall(r"\d+", k)])
    print("# The library\n")
    print("Made by `make library` of the files in [scenarios](../scenarios/README.md) and of the runs in library-runs.tsv; change those.")
    print("A cell below a kernel says how the newest recorded run on it ended; \"proved\": and in a run without the fault an")
    print("expectation was false. \"unsupported\": this kernel can't carry out the fault; \"runnable\": it can (`jinx check`), and it was")
    print("not run there. Empty: not looked at.\n")
    if kernels:
        print("| kernel | runs from | jinx | held | proved | not held | runnable | unsupported |\n|---|---|---|---|---|---|---|---|")
    for k in kernels:
        mine = [runs[n, kernel] for n, kernel in runs if kernel == k and n in here_now]
        dates, versions = sorted({r[0] for r in mine}), sorted({r[1] for r in mine})
        held = sum(r[2] == "held" for r in mine)
        unsupported = sum(r[2] == "unsupported" for r in mine)
        runnable = sum(r[2] == "runnable" for r in mine)
        print(f"| {k} | {dates[0]}{'' if len(dates) == 1 else ' to ' + dates[-1]} | {', '.join(versions)} | {held} "
              f"| {sum(r[2] == r[3] == 'held' for r in mine)} | {len(mine) - held - unsupported - runnable} "
              f"| {runnable} | {unsupported} |")
    print("\nThe dozen that `make test` runs (`jinx suite scenarios --tag dozen`): "
          + ", ".join(s["name"].split("/")[1] for s in all_of_them if "dozen" in s["tags"]) + ".")
    for folder in folders:
        mine = [s for s in all_of_them if s["name"].startswith(folder + "/")]
        if not mine:
            continue
        print(f"\n## {folder}: {len(mine)}\n")
        columns = ["scenario", "system", "fault", "what has to happen", "source"] + kernels
        print("| " + " | ".join(columns) + " |\n|" + "---|" * len(columns))
        for s in mine:
            print(row(s, kernels, runs))
    print_programs()


if sys.argv[1:2] == ["record"]:
    record(sys.argv[2:])
else:
    document()
