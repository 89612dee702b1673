#!/usr/bin/env bash
# Has results for Allure read by Allure's own report generator (npm install allure-commandline; needs Java), and compares
# what it finds with the JSON report of the same run.
#
#   tests/e2e/allure_by_others.sh BUILD_FOLDER     exit 77: `allure` is neither $E2E_ALLURE nor on the PATH
set -euo pipefail
source "$(dirname "$0")/mixed_run.sh"
allure=${E2E_ALLURE:-allure}
command -v "$allure" >/dev/null || { echo "skipped: allure is not installed: npm install allure-commandline, and E2E_ALLURE"; exit 77; }
run_mixed "$1" allure=results
"$allure" generate results -o html >generated 2>&1 || { cat generated; exit 1; }
python3 - <<'END'
import json, os

report = json.load(open("report.json"))
statistic = json.load(open("html/widgets/summary.json"))["statistic"]
problems = []

def expect(what, found, wanted):
    if found != wanted:
        problems.append(f"{what}: {found!r}, not {wanted!r}")

run = report["run"]
others = len(run["fixture_failures"]) + len(run["troubles"])
expect("results", statistic["total"], run["total"] + others)
expect("passed", statistic["passed"], run["passed"] + run["flaky"])
expect("failed", statistic["failed"] + statistic["broken"], run["failed"] + others)
expect("skipped", statistic["skipped"], run["skipped"] + run["not_run"])
expect("unknown", statistic["unknown"], 0)
cases = [json.load(open(f"html/data/test-cases/{name}")) for name in os.listdir("html/data/test-cases")]
shown = {case["fullName"]: case for case in cases if not case["hidden"]}
for test in report["tests"]:
    case = shown.get(test["id"])
    if case is None:
        problems.append(f"{test['id']} is not shown")
        continue
    expect(f"{test['id']}: retries", case["retriesCount"], max(0, len(test["attempts"]) - 1))
    expect(f"{test['id']}: flaky", case["flaky"], test["outcome"] == "flaky")
    if test["outcome"] == "failed":
        expect(f"{test['id']}: says why", bool(case["statusMessage"]) and bool(case["statusTrace"]), True)
for problem in problems:
    print("allure_by_others:", problem)
print(f"allure_by_others: {len(shown)} tests shown of {len(cases)} results, {run['flaky']} flaky")
raise SystemExit(1 if problems or run["flaky"] == 0 else 0)
END
