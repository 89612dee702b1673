# Sourced by the benchmarks: their options, what is needed, and how it gets into a folder of the benchmark's own.

fail() {
  echo "${0##*/}: $*" >&2
  exit 2
}

# read_options "NAME..." ARGUMENT...: sets each variable NAME to what --NAME says, is_check to 1 by --check, and `format` to json by
# --json where the benchmark has set it before. usage() is the benchmark's.
read_options() {
  local names=" $1 "
  shift
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --check) is_check=1; shift ;;
      --json) [[ -v format ]] || { usage >&2; fail "unknown argument '$1'"; }; format=json; shift ;;
      *)
        [[ $1 == --* && $names == *" ${1#--} "* ]] || { usage >&2; fail "unknown argument '$1'"; }
        [[ $# -ge 2 ]] || fail "$1 needs a value"
        printf -v "${1#--}" %s "$2"
        shift 2
        ;;
    esac
  done
  [[ ! -v rounds || $rounds =~ ^[1-9][0-9]{0,3}$ ]] || fail "--rounds must be 1 to 9999, not '$rounds'"
}

# need COMMAND PACKAGE: COMMAND is there afterwards. Root gets PACKAGE installed, others are told its name.
need() {
  command -v "$1" >/dev/null && return
  [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null || fail "$1 is missing: apt-get install $2"
  apt-get install -y --no-install-recommends "$2" >&2 || fail "$2 could not be installed"
}

# run_quietly LOG COMMAND...: its output is shown only where it fails.
run_quietly() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 || { cat "$log" >&2; fail "failed: $*"; }
}

# install_release SOURCE BUILD PREFIX LOG: the release preset, built in BUILD, installed in PREFIX.
install_release() {
  echo "building e2e-host in $2" >&2
  run_quietly "$4" cmake --preset release -S "$1" -B "$2"
  run_quietly "$4" cmake --build "$2" --target e2e-host
  run_quietly "$4" cmake --install "$2" --prefix "$3"
}

machine_cpu() { awk -F': *' '/^(model name|Model)/ { print $2; exit }' /proc/cpuinfo; }

# How many processes wanted a CPU of late: figures of a machine with other work are no good.
machine_load() { cut -d ' ' -f 1 /proc/loadavg; }

# ratio A B: A / B, with two decimals.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", a / b }'; }

# is_above A B: whether A > B.
is_above() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a > b) }'; }
