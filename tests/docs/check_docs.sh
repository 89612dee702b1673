#!/usr/bin/env bash
# Holds README.md and docs/*.md to the program: runs their commands, compares what these print, compiles and runs
# their snippets, follows their links, and compares the options with --help. Which blocks, and how: blocks.awk.
#
#   tests/docs/check_docs.sh SOURCE_FOLDER BUILD_FOLDER [DOCUMENT...]      # without: all of them
#
# Each document starts in a copy of the checkout with the build in build/, and keeps its working folder from block to
# block. In ~/e2e host and SDK are installed. The demo services get ports of their own: 8081 to 8084 are replaced.
set -euo pipefail
source_folder=$(cd "$1" && pwd)
build_folder=$(cd "$2" && pwd)
shift 2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
services=
clean_up() {
  [ -z "$services" ] || kill "$services" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
failed=0
complain() { printf '%s\n' "$*" >&2; failed=1; }

# 1. An environment that is the same everywhere.
for variable in $(compgen -v E2E_ || true); do unset "$variable"; done
unset NO_COLOR FORCE_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS
export HOME=$work/home CMAKE_BUILD_PARALLEL_LEVEL=2
export PATH=$HOME/e2e/bin:$PATH
mkdir "$HOME"
cmake --install "$build_folder" --prefix "$HOME/e2e" >"$work/install.log" || { cat "$work/install.log" >&2; exit 1; }

# 2. The demo services. They print a line each once all of them listen.
exec {announcements}< <(exec setpriv --pdeathsig TERM "$build_folder/bin/demo-backend" \
  --auth-port 0 --users-port 0 --orders-port 0 --payments-port 0)
services=$!
to_real= to_documented=
for documented in 8081 8082 8083 8084; do
  read -r _ url <&"$announcements" || { echo "the demo services did not start" >&2; exit 1; }
  to_real+="s/127\.0\.0\.1:$documented\b/${url#http://}/g;"
  to_documented+="s/${url#http://}/127.0.0.1:$documented/g;"
done

# What differs from run to run: times, and the numbers of what the services make.
normalise() { sed -E "$to_documented s/[0-9]+(\.[0-9]+)? (ms|s)\b/TIME/g; s/\busr_[0-9]+/usr_N/g; s/127\.0\.0\.1:[0-9]{5}\b/127.0.0.1:PORT/g"; }

# missing_line EXPECTED ACTUAL: the first of EXPECTED's lines that ACTUAL does not have behind the one before.
missing_line() {
  awk 'NR == FNR { expected[++count] = $0; next }
       at < count { while (at < count && expected[at + 1] == "...") ++at
                    if ($0 == expected[at + 1]) ++at }
       END { while (at < count && (expected[at + 1] == "..." || expected[at + 1] == "")) ++at
             if (at < count) print expected[at + 1] }' "$1" "$2"
}

# Nothing in it leads back to the checkout or its build: whatever a document says stays in the copy.
copy_checkout() {
  local entry
  mkdir -p "$1/build/bin" "$1/build/plugins"
  for entry in "$source_folder"/*; do
    case ${entry##*/} in build*) ;; *) cp -rL "$entry" "$1/" ;; esac
  done
  sed -i "$to_real" "$1/e2e.conf"
  cp "$build_folder/cmake_install.cmake" "$1/build/"
  cp "$build_folder/bin/e2e-host" "$build_folder/bin/demo-backend" "$1/build/bin/"
  cp "$build_folder"/plugins/{auth,users,orders,payments,smoke}.so "$1/build/plugins/"
}

# Builds and runs a document's snippets as one plugin, those that are only compiled as another.
run_snippets() {
  local snippets=$1 document=$2 log=$1/log arguments
  [ -e "$snippets/users_page.hpp" ] || cp "$source_folder/sdk/examples/first_plugin/users_page.hpp" "$snippets"
  cat >"$snippets/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.20)
project(snippets LANGUAGES CXX)
find_package(e2e-sdk REQUIRED)
add_compile_options(-Wall -Wextra)
file(GLOB modules run/*.cpp)
file(GLOB compiled compile/*.cpp)
if(modules)
  e2e_add_plugin(users SERVICE users SOURCES ${modules})
endif()
set(E2E_PLUGIN_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/compiled)
if(compiled)
  e2e_add_plugin(compiled SERVICE users SOURCES ${compiled})
endif()
END
  printf 'services:\n  users:\n    base_url: http://127.0.0.1:8082\n' | sed "$to_real" >"$snippets/e2e.conf"
  if ! { CMAKE_PREFIX_PATH=$HOME/e2e cmake -G Ninja -S "$snippets" -B "$snippets/build" && cmake --build "$snippets/build"; } >"$log" 2>&1; then
    complain "$document: its snippets do not compile:"; cat "$log" >&2; return
  fi
  if grep -q 'warning:' "$log"; then complain "$document: its snippets compile with warnings:"; cat "$log" >&2; fi
  [ -e "$snippets/build/plugins" ] || return 0
  for arguments in "" "--parallel 2 --parallel-mode test" "--parallel 2 --parallel-mode test --isolation service"; do
    # shellcheck disable=SC2086
    (cd "$snippets" && e2e-host run $arguments) >"$log" 2>&1 ||
      { complain "$document: its snippets fail with: e2e-host run $arguments"; cat "$log" >&2; }
  done
}

check_document() {
  local document=$1 name blocks snippets folder line action argument code missing
  name=${document//\//-}
  blocks=$work/blocks/$name snippets=$work/snippets/$name
  mkdir -p "$blocks" "$snippets/run" "$snippets/compile"
  (cd "$source_folder" && awk -v into="$blocks" -f "$here/blocks.awk" "$document") >"$blocks/index" || failed=1
  folder=$work/$name/e2e-host
  copy_checkout "$folder"
  while read -r line action argument; do
    sed -i "$to_real" "$blocks/$line"
    case $action in
      exit)
        code=0
        (cd "$folder" && trap 'pwd >"$work/folder"' EXIT && set -e && . "$blocks/$line") >"$work/output" 2>&1 </dev/null || code=$?
        folder=$(<"$work/folder")
        if [ "$code" -ne "$argument" ]; then
          complain "$document:$line: ended with $code, not $argument:"; cat "$blocks/$line" "$work/output" >&2
        fi ;;
      output)
        normalise <"$blocks/$line" >"$work/expected"
        missing=$(missing_line "$work/expected" <(normalise <"$work/output"))
        if [ -n "$missing" ]; then
          complain "$document:$line: not what the block before prints: '$missing'; it prints:"; cat "$work/output" >&2
        fi ;;
      file)
        mkdir -p "$(dirname "$folder/$argument")"
        cp --remove-destination "$blocks/$line" "$folder/$argument"
        [ "$argument" != users_page.hpp ] || cp "$blocks/$line" "$snippets/$argument" ;;
      module | compile)
        [ "$action" = compile ] && into=compile || into=run
        { echo '#include "../users_page.hpp"'; echo "#line $line"; cat "$blocks/$line"; } >"$snippets/$into/line_$line.cpp" ;;
      body)
        { echo '#include "../users_page.hpp"'; echo "E2E_TEST(line_$line, UsersPage& page) {"
          echo "#line $line"; cat "$blocks/$line"; echo '}'; } >"$snippets/run/line_$line.cpp" ;;
    esac
  done <"$blocks/index"
  compgen -G "$snippets/*/*.cpp" >/dev/null && run_snippets "$snippets" "$document"
  return 0
}

# The anchors of a Markdown file, as GitHub makes them of its headings.
anchors_of() {
  sed -nE '/^```/,/^```/d; s/^#+ +//p' "$1" | tr '[:upper:] ' '[:lower:]-' | sed -E 's/[^a-z0-9_-]//g'
}

check_links() {
  local document=$1 target file
  while read -r target; do
    file=$source_folder/$document
    case $target in '#'*) ;; *) file=$(dirname "$file")/${target%%#*} ;; esac
    [ -e "$file" ] || { complain "$document: a link to '$target', which is not there"; continue; }
    case $target in *'#'*) ;; *) continue ;; esac
    anchors_of "$file" | grep -qxF -- "${target#*#}" || complain "$document: a link to '$target', a heading that is not there"
  done < <(grep -oE '\]\([^):]+\)' "$source_folder/$document" | sed -E 's/^\]\(|\)$//g')
}

# docs/command-line.md names every option, and none that there is not.
check_options() {
  local document=docs/command-line.md option
  # shellcheck disable=SC2086
  for command in run list inspect report "config check" "config show" doctor init "new service" "new test" sample-service completion version; do e2e-host $command --help; done | grep -oE -- '--[a-z][a-z-]+' | sort -u >"$work/there"
  grep -oE -- '`[^`]*`' "$source_folder/$document" | grep -oE -- '--[a-z][a-z-]+' | sort -u >"$work/documented"
  while read -r option; do complain "$document: $option is missing"; done < <(comm -23 "$work/there" "$work/documented")
  while read -r option; do complain "$document: there is no $option"; done < <(comm -13 "$work/there" "$work/documented")
}

# docs/dependencies.md names every package that is installed.
check_packages() {
  local document=docs/dependencies.md package
  while read -r package; do
    grep -qF "\`$package\`" "$source_folder/$document" || complain "$document: $package is missing"
  done < <(awk '/^(build|test|check)=[(]/ { open = 1 }
                open { line = $0; gsub(/^[a-z]+=[(]|[)]/, "", line); print line }
                /[)]$/ { open = 0 }' "$source_folder/tools/install-deps.sh" | tr -s " " "\n" | grep .)
}

# 3. Document by document.
[ "$#" -gt 0 ] || mapfile -t all < <(cd "$source_folder" && ls README.md CHANGELOG.md docs/*.md)
for document in "${@:-${all[@]}}"; do
  check_document "$document"
  check_links "$document"
done
check_options
check_packages
[ "$failed" -ne 0 ] || echo "docs: all well"
exit "$failed"
