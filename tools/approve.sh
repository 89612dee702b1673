#!/usr/bin/env bash
# Makes what the reports are now the approved ones in tests/golden/. Look at the difference before you commit it.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/build.sh release e2e_reports_test
E2E_APPROVE=1 build/bin/e2e_reports_test ReportsAreTheSameAtAnyWorkerCount >/dev/null || true
git --no-pager diff --stat -- tests/golden
