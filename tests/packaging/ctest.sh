#!/usr/bin/env bash
# e2e_discover_tests in a project out of tree, from an installed and moved prefix: what ctest lists, and how it takes
# tests that pass, fail and are skipped.
#
#   ctest.sh BUILD
. "$(dirname "$0")/installed.sh"
install_moved "$1"
export PATH=/usr/bin:/bin
project=$work/project
mkdir "$project"
cd "$project"

cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(with_ctest LANGUAGES CXX)
enable_testing()
find_package(e2e-sdk REQUIRED)
e2e_add_plugin(users SERVICE users SOURCES 01_kinds.cpp)
e2e_discover_tests(users TEST_PREFIX e2e. LABELS services TIMEOUT 60)
e2e_discover_tests(users BY SERVICE TEST_PREFIX whole. ARGUMENTS --parallel 2 --parallel-mode test)
e2e_discover_tests(users BY MODULE TEST_PREFIX part. ARGUMENTS --set services.users.base_url=http://127.0.0.1:9)
END
cat >e2e.conf <<'END'
services:
  users:
    base_url: http://127.0.0.1:9
END
cat >01_kinds.cpp <<'END'
#include <e2e/e2e.hpp>

E2E_TEST(passes, e2e::Page& page, e2e::tag("smoke", "quick")) { E2E_CHECK(page.service() == "users"); }
E2E_TEST(fails, e2e::Page& page) { E2E_CHECK(page.service() == "orders"); }
E2E_TEST(is_skipped, e2e::Page&) { e2e::skip("not today"); }
END
quietly cmake -S . -B build -DCMAKE_PREFIX_PATH="$prefix"

# 1. Not built yet: that is a failure, not an empty list.
code=0
ctest --test-dir build -R '^e2e\.' >"$work/output" 2>&1 || code=$?
[ "$code" -ne 0 ] || fail "what is not built is no failure for ctest"
expect "e2e.users_NOT_BUILT" "$work/output"
quietly cmake --build build

# 2. Each test by its id, with its tags as labels.
ctest --test-dir build -N >"$work/output" 2>&1
for name in e2e.users::01_kinds::{passes,fails,is_skipped} whole.users part.users::01_kinds; do
  grep -qE ": $name\$" "$work/output" || { cat "$work/output" >&2; fail "there is no $name"; }
done
expect "Total Tests: 5" "$work/output"
ctest --test-dir build -N -L '^smoke$' >"$work/output" 2>&1
expect "Total Tests: 1" "$work/output"
ctest --test-dir build -N -L services >"$work/output" 2>&1
expect "Total Tests: 3" "$work/output"
ctest --test-dir build --show-only=json-v1 >"$work/output"
expect '"value" : 60' "$work/output"

# 3. Passed, failed and skipped are so for ctest.
code=0
ctest --test-dir build -R '^e2e\.' --output-on-failure >"$work/output" 2>&1 || code=$?
[ "$code" -eq 8 ] || { cat "$work/output" >&2; fail "ctest ended with $code, not 8"; }
grep -qE 'e2e\.users::01_kinds::passes \.+ +Passed' "$work/output" || { cat "$work/output" >&2; fail "passes is not Passed"; }
grep -qE 'e2e\.users::01_kinds::fails \.+\*+Failed' "$work/output" || { cat "$work/output" >&2; fail "fails is not Failed"; }
grep -qE 'e2e\.users::01_kinds::is_skipped \.+\*+Skipped' "$work/output" || { cat "$work/output" >&2; fail "is_skipped is not Skipped"; }
expect 'page.service() == "orders"' "$work/output"
! ctest --test-dir build -R '^(whole|part)\.' >"$work/output" 2>&1 || fail "whole.users is green"
expect "0% tests passed, 2 tests failed out of 2" "$work/output"

# 4. Tests that can't be listed: a failure that says why.
echo 'paralel: 1' >>e2e.conf
! ctest --test-dir build -R '^e2e\.' --output-on-failure >"$work/output" 2>&1 || fail "a broken e2e.conf is no failure"
expect "e2e.users_DISCOVERY" "$work/output"
expect "error: unknown key 'paralel'" "$work/output"
echo "ctest: all well"
