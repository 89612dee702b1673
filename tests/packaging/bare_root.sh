#!/usr/bin/env bash
# A pack where there is no compiler: built and signed here, installed with the host's .deb in a fresh minimal root of this
# distribution, and run there. Each test must come to what it comes to here.
#
#   bare_root.sh BUILD [ROOT]
#
# ROOT is a minimal root to copy, made by debootstrap from the mirror that this machine's apt is set to; it is made if it is not
# there. Default: one that is made, and removed. Needs root's rights, debootstrap and a mirror; exit code 77 without.
. "$(dirname "$0")/installed.sh"
build=$1 base=${2:-}
[ "$(id -u)" -eq 0 ] || { echo "bare_root: needs root's rights"; exit 77; }
command -v debootstrap >/dev/null || { echo "bare_root: apt-get install debootstrap first"; exit 77; }

# The mirror, as apt has it: the first that has binary packages, in either way to write it.
mirror_of_apt() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /:\//) { print $i; exit } }'
  cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '$1 == "URIs:" { print $2; exit }'
}

# 1. The root.
[ -n "$base" ] || base=$work/base
if [ ! -e "$base/.made" ]; then
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(mirror_of_apt | head -n 1)
  [ -n "$mirror" ] || { echo "bare_root: apt has no mirror"; exit 77; }
  quietly debootstrap --variant=minbase --include=ca-certificates "$suite" "$base" "$mirror"
  rm -f "$base/etc/apt/sources.list"
  for part in sources.list sources.list.d apt.conf.d auth.conf.d keyrings; do
    [ ! -e "/etc/apt/$part" ] || cp -a "/etc/apt/$part" "$base/etc/apt/"
  done
  touch "$base/.made"
fi
root=$work/root
cp -a "$base" "$root"
cp /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
# Nothing is deleted while something is mounted there.
unmount() { ! mountpoint -q "$root/proc" || umount "$root/proc" || umount -l "$root/proc"; }
trap 'unmount && clean_up' EXIT
mount -t proc proc "$root/proc"
there() {
  env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive TERM=dumb \
    chroot "$root" /bin/sh -ec 'cd /root && exec "$@"' sh "$@"
}

# 2. Here: the pack, the package, and what the tests come to.
export PATH=$build/bin:/usr/bin:/bin HOME=$work/home
mkdir "$HOME"
start_backend "$build"
cd "$work"
quietly e2e-host pack keygen shop.key --json
public=$(sed -n 's/.*"public_key":"\([^"]*\)".*/\1/p' log)
services=(auth users orders payments)
plugins=()
for service in "${services[@]}"; do plugins+=("$build/plugins/$service.so"); done
quietly e2e-host pack build "${plugins[@]}" --id shop-tests --version 1.0.0 --publisher shop --key shop.key -o shop.e2epack
quietly cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work/packages"
{
  echo "services:"
  for service in "${services[@]}"; do url=${service}_url; printf '  %s: {base_url: "%s"}\n' "$service" "${!url}"; done
} >services.conf
mkdir project
{ cat services.conf; printf 'plugins: {paths: ["%s/plugins"]}\n' "$build"; } >project/e2e.conf
(cd project && quietly e2e-host run --parallel 2 --output json=here.json)
results_in() { grep -oE '"(id":"[a-z]+::|outcome":"|reason":")([^"\\]|\\.)*"' "$1"; }
results_in project/here.json >here

# 3. There: without a compiler, the package and the pack.
mkdir "$root/root/project"
cp packages/e2e-host_*.deb "$root/root/e2e-host.deb"
cp shop.e2epack "$root/root/"
{ cat services.conf; printf 'plugins: {packs: [shop-tests]}\n'; } >"$root/root/project/e2e.conf"
quietly there apt-get update
quietly there apt-get install -y --no-install-recommends ./e2e-host.deb
for compiler in cc c++ gcc g++ clang clang++ tcc; do
  ! there sh -c "command -v $compiler" >/dev/null || fail "the root has a compiler: $compiler"
done
quietly there e2e-host trust add shop "$public"
quietly there e2e-host pack install shop.e2epack
quietly there sh -c 'cd project && e2e-host run --parallel 2 --output json=there.json'
results_in "$root/root/project/there.json" >there
diff -u here there >&2 || fail "the tests come to something else there"
echo "bare_root: $(grep -c '"outcome":"passed"' there) tests passed in $(. "$root/etc/os-release" && echo "$PRETTY_NAME") without a compiler, as here"
