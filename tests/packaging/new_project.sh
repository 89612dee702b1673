#!/usr/bin/env bash
# `init`, `new service` and `new test` from an installed and moved prefix: what they make builds and passes at once, and what
# is in their way is left alone.
#
#   new_project.sh BUILD
. "$(dirname "$0")/installed.sh"
install_moved "$1"
export PATH=$prefix/bin:/usr/bin:/bin
cd "$work"

refused() {  # refused TEXT WORD...: e2e-host WORD... ends with 2, says TEXT, and leaves the folder as it is
  local text=$1 before after code=0
  shift
  before=$(find . -type f -not -path './log' -exec cksum {} + | sort)
  e2e-host "$@" >"$work/output" 2>&1 || code=$?
  [ "$code" -eq 2 ] || { cat "$work/output" >&2; fail "e2e-host $* ended with $code, not 2"; }
  expect "$text" "$work/output"
  rm "$work/output"
  after=$(find . -type f -not -path './log' -exec cksum {} + | sort)
  [ "$before" = "$after" ] || fail "e2e-host $* changed something"
}

# 1. A project, built and run by the one command that init names.
e2e-host init shop >"$work/said"
expect "  cd shop" "$work/said"
expect "  e2e-host run --build" "$work/said"
cd shop
quietly e2e-host config check
quietly e2e-host run --build
expect "4 tests, 1 service" "$work/log"
quietly cmake --build build --target all # as editors do

# 2. A second service and tests, all of which pass; those that are new are found without a change to CMakeLists.txt.
quietly e2e-host new service user-accounts
quietly e2e-host new test user-accounts signs_up
expect "e2e-host run --build user-accounts::02_signs_up::signs_up" "$work/log"
quietly e2e-host new test sample stays_up
quietly e2e-host run --build --parallel 2 --parallel-mode test
expect "10 tests, 2 services" "$work/log"
quietly e2e-host run user-accounts::02_signs_up::signs_up
expect "1 test, 1 service" "$work/log"

# 3. One that runs elsewhere.
quietly e2e-host new service billing --url http://127.0.0.1:9/api
expect "http://127.0.0.1:9/api" e2e.conf
code=0
e2e-host run --build billing >"$work/log" 2>&1 || code=$?
[ "$code" -eq 1 ] || fail "a test of a service that is not there ended with $code"
expect "check_health()" "$work/log"

# 4. What can't be.
refused "e2e.conf: there is a service 'billing' already" new service billing
refused "'2fa' must be a letter" new service 2fa
refused "'test' is a target that CMake or the SDK keeps for itself" new service test
refused "'delete' is a word that C++ keeps for itself" new test sample delete
refused "has no service 'sampel'; did you mean 'sample'?" new test sampel more
refused "services/sample/modules/02_stays_up.cpp is there already" new test sample stays_up
refused "CMakeLists.txt is there already" init
refused "'localhost' must start with http:// or https://" new service x --url localhost
mkdir -p services/ledger && echo mine >services/ledger/ledger_page.hpp
refused "services/ledger/ledger_page.hpp is there already" new service ledger
cd "$work"
refused "there is no e2e.conf" new service more

# 5. Beside what is there already.
mkdir mine
echo mine >mine/.gitignore
e2e-host init mine --service users --ci none >"$work/said"
expect "kept     mine/.gitignore" "$work/said"
[ "$(cat mine/.gitignore)" = mine ] || fail ".gitignore was overwritten"
[ ! -e mine/.github ] && [ ! -e mine/.gitlab-ci.yml ] || fail "--ci none made files for CI"
(cd mine && quietly e2e-host run --build)
