#!/usr/bin/env bash
# Packs from a maker to a user: made, signed, looked at, installed, run, taken away. Nothing of a pack's code runs before `run`, and
# an installation that is killed leaves the store as it was, or has installed.
#
#   packs.sh BUILD [KILLS]      KILLS: how many installations are killed, default 20; 200 by hand
. "$(dirname "$0")/installed.sh"
build=$1 kills=${2:-20}
export PATH=$build/bin:/usr/bin:/bin HOME=$work/home
unset XDG_DATA_HOME XDG_CONFIG_HOME
mkdir "$HOME"
cd "$work"
store=$HOME/.local/share/e2e/packs

refused() {  # refused TEXT WORD...: e2e-host WORD... ends with 4 and says TEXT
  local text=$1 code=0
  shift
  e2e-host "$@" >output 2>&1 || code=$?
  [ "$code" -eq 4 ] || { cat output >&2; fail "e2e-host $* ended with $code, not 4"; }
  expect "$text" output
}
json() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# 1. A plugin whose constructor leaves a mark, in a pack that is made without running it.
mkdir marked
cat >marked/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(marked VERSION 1.0.0 LANGUAGES C CXX)
find_package(e2e-sdk REQUIRED)
e2e_add_plugin(marked SERVICE marked SOURCES 01_marked.cpp)
END
cat >marked/01_marked.cpp <<'END'
#include <cstdio>
#include <cstdlib>
#include <e2e/e2e.hpp>
static const int mark = [] {
  if (const char* file = std::getenv("MARK_FILE"))
    if (std::FILE* made = std::fopen(file, "w")) std::fclose(made);
  return 0;
}();
E2E_TEST(runs, e2e::Page& page) { E2E_CHECK(page.service() == "marked"); }
END
install_moved "$build"
quietly cmake -S marked -B marked/build -DCMAKE_PREFIX_PATH="$prefix"
quietly cmake --build marked/build
export MARK_FILE=$work/mark
e2e-host pack keygen shop.key --json >key.json
quietly e2e-host pack build marked/build/plugins/marked.so --id marked --version 1.0.0 --publisher shop --key shop.key --no-tests -o marked.e2epack
refused "which is not trusted" pack install marked.e2epack
quietly e2e-host trust add shop "$(json public_key <key.json)"
for command in "inspect marked.e2epack" "verify marked.e2epack" "install marked.e2epack" "list" "show marked" "verify marked"; do
  # shellcheck disable=SC2086
  quietly e2e-host pack $command
done
[ ! -e mark ] || fail "looking at a pack has run its code"
printf 'services: {marked: {base_url: "http://127.0.0.1:9"}}\n' >e2e.conf
quietly e2e-host run --plugins "$store/$(e2e-host pack list --json | json digest)/lib"
expect "1 test, 1 service" log
[ -e mark ] || fail "the run has not run its code: the mark would be missing whatever happens"

# 2. The same plugins make the same pack, byte for byte; with their tests named.
plugins=("$build/plugins/users.so" "$build/plugins/orders.so")
for copy in one two; do
  quietly e2e-host pack build "${plugins[@]}" --id shop-tests --version 1.0.0 --publisher shop --key shop.key -o "$copy.e2epack"
done
cmp one.e2epack two.e2epack || fail "two packs of the same plugins differ"
e2e-host pack inspect one.e2epack >output
expect "25 of orders, 28 of users" output
expect "signed     by shop" output
e2e-host inspect one.e2epack | cmp - output || fail "inspect and pack inspect differ"

# 3. Changed after it was signed.
e2e-host pack keygen other.key --json >other.json
cp one.e2epack changed.e2epack
quietly e2e-host pack sign changed.e2epack --key other.key
refused "which is not trusted" pack install changed.e2epack
quietly e2e-host trust add other "$(json public_key <other.json)"
refused "says that it is by shop, and is signed with key" pack verify changed.e2epack
printf x >>two.e2epack
refused "two.e2epack: " pack install two.e2epack
chmod 644 other.key
refused "can be read by others" pack sign one.e2epack --key other.key

# 4. Killed at any moment of an installation: as it was, or installed, and the next one is none the worse.
quietly e2e-host pack build "${plugins[@]}" "$build/plugins/auth.so" "$build/plugins/payments.so" --id large --version 1.0.0 \
  --publisher shop --key shop.key --no-tests -o large.e2epack
# Moments from an installation's start to a little behind its end, however fast the machine is.
begun=${EPOCHREALTIME/[.,]/}
quietly e2e-host pack install large.e2epack
lasts_us=$((${EPOCHREALTIME/[.,]/} - begun))
quietly e2e-host pack remove large
whole=0 none=0
for ((i = 0; i < kills; ++i)); do
  e2e-host pack install large.e2epack >/dev/null 2>&1 &
  installing=$!
  moment_us=$((lasts_us * 12 / 10 * (RANDOM % 1000) / 1000))
  sleep "$((moment_us / 1000000)).$(printf '%06d' $((moment_us % 1000000)))"
  kill -KILL "$installing" 2>/dev/null || true
  wait "$installing" 2>/dev/null || true
  if e2e-host pack verify large >output 2>&1; then
    whole=$((whole + 1))
    quietly e2e-host pack remove large
  else
    none=$((none + 1))
    expect "there is no pack 'large'" output
  fi
  e2e-host pack list >output 2>&1 || { cat output >&2; fail "a killed installation has broken the store"; }
done
quietly e2e-host pack install large.e2epack
quietly e2e-host pack verify large
[ -z "$(find "$store" -maxdepth 1 -name '.new-*' -o -maxdepth 1 -name '.old-*')" ] || fail "something of a killed installation is left"
[ "$kills" -lt 20 ] || [ "$none" -gt 0 ] || fail "no installation was killed before its end: the kills came too late"

# 5. Two at once: one result.
quietly e2e-host pack remove large
for i in 1 2 3 4; do e2e-host pack install large.e2epack >"output.$i" 2>&1 & done
wait
cat output.1 output.2 output.3 output.4 >output
[ "$(grep -c ': installed, signed by shop' output)" -eq 1 ] && [ "$(grep -c 'is installed already' output)" -eq 3 ] || { cat output >&2; fail "four at once did not come to one"; }
quietly e2e-host pack verify large
# 6. A project that lists packs: the newest, or those of e2e.lock; nothing that was changed, and nothing that can't be run.
export MARK_FILE=$work/mark2
mkdir project
printf 'services: {marked: {base_url: "http://127.0.0.1:9"}}\nplugins: {packs: [marked]}\n' >project/e2e.conf
in_project() { (cd project && e2e-host "$@"); }
quietly in_project run
expect "1 test, 1 service" log
[ -e mark2 ] || fail "the pack was not run"
refused "e2e.lock does not name it, and --frozen takes nothing else" run --frozen -c project/e2e.conf
quietly in_project pack lock
quietly e2e-host pack build marked/build/plugins/marked.so --id marked --version 2.0.0 --publisher shop --key shop.key --no-tests \
  --variable MARK_TOKEN -o newer.e2epack
quietly e2e-host pack install newer.e2epack
quietly in_project run --frozen # 1.0.0: the newer one would want a variable
mv project/e2e.lock kept.lock
code=0
in_project run >output 2>&1 || code=$?
[ "$code" -eq 2 ] || { cat output >&2; fail "a missing variable ended with $code, not 2"; }
expect "e2e.conf:2: pack marked needs the environment variable 'MARK_TOKEN', which is not set" output
expect "hint: export MARK_TOKEN=VALUE" output
MARK_TOKEN=1 quietly in_project run
mv kept.lock project/e2e.lock
quietly e2e-host pack remove marked@1.0.0
refused "e2e.lock wants 1.0.0 (sha256:" run -c project/e2e.conf
refused "e2e.lock does not name marked 2.0.0" pack install --frozen -c project/e2e.conf newer.e2epack
quietly e2e-host pack install --allow-older marked.e2epack
refused "e2e.lock does not name shop-tests 1.0.0" pack install --frozen -c project/e2e.conf one.e2epack
library=$(find "$store" -name marked.so -path "*$(sed -n 's/.*digest: "\(.*\)"/\1/p' project/e2e.lock)*")
chmod u+w "$(dirname "$library")" "$library"
printf x >>"$library"
rm mark2
refused "marked.so: was changed" run -c project/e2e.conf
[ ! -e mark2 ] || fail "a plugin that was changed has run"

# 7. Unsigned: said at every run, and never where --frozen is.
quietly e2e-host pack build marked/build/plugins/marked.so --id unsigned --version 1.0.0 --no-tests -o unsigned.e2epack
refused "nobody has signed it" pack install unsigned.e2epack
quietly e2e-host pack install --allow-unsigned unsigned.e2epack
printf 'services: {marked: {base_url: "http://127.0.0.1:9"}}\nplugins: {packs: [unsigned]}\n' >project/e2e.conf
quietly in_project pack lock
rm -rf project/.e2e # so that its only journals are these
for round in 1 2; do quietly in_project run --output html --output json; expect "note: pack unsigned 1.0.0 is not signed" log; done
for file in project/.e2e/reports/report.json project/.e2e/reports/report.html "$(find project/.e2e/runs -name events.ndjson | sort | tail -n 1)"; do
  expect '"packs":[{"id":"unsigned","version":"1.0.0","publisher":"unsigned","trust":"unsigned"' "$file"
done
refused "nobody trusted has signed it, and --frozen takes no such pack" run --frozen -c project/e2e.conf
e2e-host pack list >output
expect "unsigned 1.0.0   by unsigned, UNSIGNED" output

# 8. A service that a pack's tests are for, and the project says nothing of.
printf 'services: {}\nplugins: {packs: [marked]}\n' >project/e2e.conf
rm -f project/e2e.lock
quietly e2e-host pack remove marked@1.0.0
code=0
MARK_TOKEN=1 in_project run >output 2>&1 || code=$?
[ "$code" -eq 2 ] || { cat output >&2; fail "a missing service ended with $code, not 2"; }
expect "e2e.conf:2: pack marked tests the service 'marked', which the configuration does not have" output
expect 'hint: add to e2e.conf: services: {marked: {base_url: "http://127.0.0.1:8080"}}' output

# 9. All of it as JSON, and each name that a shell may be asked for.
as_json() {  # as_json WORD...: e2e-host WORD... --json prints JSON and nothing else
  e2e-host "$@" --json >output 2>"$work/log" || { cat "$work/log" >&2; fail "failed: e2e-host $* --json"; }
  python3 -c 'import json, sys; json.load(open("output"))' || { cat output >&2; fail "no JSON: e2e-host $* --json"; }
}
as_json pack keygen third.key
key=$(json public_key <output)
as_json trust add third "$key"
expect '"publisher":"third"' output
as_json trust list
expect "\"public_key\":\"$key\"" output
as_json pack build marked/build/plugins/marked.so --id third --version 1.0.0 --no-tests -o third.e2epack
expect '"trust":"unsigned"' output
as_json pack sign third.e2epack --key third.key
expect '"path":"third.e2epack"' output
for command in inspect verify install upgrade; do
  as_json pack $command third.e2epack
  expect '"id":"third","version":"1.0.0","publisher":"third","trust":"trusted"' output
done
printf 'services: {marked: {base_url: "http://127.0.0.1:9"}}\nplugins: {packs: [third]}\n' >e2e.conf
for command in list "show third" "verify third" lock "remove third"; do
  # shellcheck disable=SC2086
  as_json pack $command
  expect '"id":"third"' output
done
e2e-host __complete -- pack show '' >output
expect "marked@2.0.0" output
e2e-host __complete -- pack verify '' >output
expect ":files" output
e2e-host __complete -- trust remove thi >output
expect "third" output
as_json trust remove third
expect '"publisher":"third"' output
echo "packs: $whole installed, $none not, of $kills killed"
