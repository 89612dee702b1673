#!/usr/bin/env bash
# Has a JUnit report read by a parser that others wrote (python3-junitparser), and compares what it finds with the JSON
# report of the same run.
#
#   tests/e2e/junit_by_others.sh BUILD_FOLDER     exit 77: the parser is not installed
set -euo pipefail
source "$(dirname "$0")/mixed_run.sh"
# The distribution's packages are those of its own Python.
for python in /usr/bin/python3 python3; do "$python" -c 'import junitparser' 2>/dev/null && break || python=; done
[ -n "$python" ] || { echo "skipped: junitparser is not installed: tools/install-deps.sh test"; exit 77; }
run_mixed "$1" junit=junit.xml
"$python" - <<'END'
import json
from junitparser import JUnitXml, Failure, Error, Skipped

report = json.load(open("report.json"))
outcomes = {(f"{t['service']}.{t['module']}", t["name"]): t for t in report["tests"]}
xml = JUnitXml.fromfile("junit.xml")
problems = []

def expect(what, found, wanted):
    if found != wanted:
        problems.append(f"{what}: {found!r}, not {wanted!r}")

run = report["run"]
cases = [case for suite in xml for case in suite]
of_tests = [case for case in cases if (case.classname, case.name) in outcomes]
expect("cases of tests", len(of_tests), len(outcomes))
expect("cases", xml.tests, len(cases))
expect("suites", [s.name for s in xml][: len(report["services"])], [s["name"] for s in report["services"]])
names = [(case.classname, case.name) for case in cases]
expect("names that come twice", len(names) - len(set(names)), 0)
kinds = {"failed": (Failure, Error), "skipped": (Skipped,), "not_run": (Skipped,), "passed": (), "flaky": ()}
for case in of_tests:
    test = outcomes[case.classname, case.name]
    results = [r for r in case.result if isinstance(r, (Failure, Error, Skipped))]
    expect(f"{case.name}: how it ended", [isinstance(r, kinds[test["outcome"]]) for r in results], [True] if kinds[test["outcome"]] else [])
    expect(f"{case.name}: seconds", round(case.time * 1000), round(test["duration_ns"] / 1e6))
    if test["outcome"] == "failed":
        expect(f"{case.name}: the text repeats the message", results[0].text.startswith(results[0].message.split("\n")[0]), True)
counts = {kind: sum(1 for t in report["tests"] if t["outcome"] in outcome) for kind, outcome in
          {"failed": ("failed",), "skipped": ("skipped", "not_run")}.items()}
fixtures = len({(f["service"], f["phase"]) for f in run["fixture_failures"]})
expect("failures and errors", xml.failures + xml.errors, counts["failed"] + fixtures)
expect("skipped", xml.skipped, counts["skipped"])
# It has no name for earlier attempts, and must not take them for the last one.
flaky = sum(1 for case in cases if case._elem.find("flakyFailure") is not None)
rerun = sum(1 for case in cases if case._elem.find("rerunFailure") is not None)
expect("flaky tests", flaky, run["flaky"])
expect("tests that failed and were tried again", rerun, sum(1 for t in report["tests"] if t["outcome"] == "failed" and len(t["attempts"]) > 1))
for problem in problems:
    print("junit_by_others:", problem)
print(f"junit_by_others: {len(cases)} cases read, {flaky} flaky, {rerun} tried again")
raise SystemExit(1 if problems or flaky == 0 or rerun == 0 else 0)
END
