#!/usr/bin/env bash
# Makes packages of the release build, in build/packages: three .deb and a tarball that runs from where it is unpacked.
# Installs and builds what is missing first.
#
#   tools/package.sh [FOLDER]      FOLDER, from the working folder, gets a copy
set -euo pipefail
target=${1:+$(realpath -m "$1")}
cd "$(dirname "$0")/.."
tools/install-deps.sh package
tools/build.sh
rm -rf build/packages
for generator in DEB TGZ; do
  (cd build && cpack -G "$generator" >packages.log 2>&1) || { cat build/packages.log >&2; exit 1; }
done
rm -rf build/packages/_CPack_Packages
[ -z "$target" ] || { mkdir -p "$target" && cp build/packages/* "$target/"; }
(cd "${target:-build/packages}" && ls -1 ./*.deb ./*.tar.gz)
