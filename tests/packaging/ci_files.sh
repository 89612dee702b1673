#!/usr/bin/env bash
# The CI files of new projects, as written: their commands build and run the project, and leave what the CI service keeps.
# Only apt-get is another: it unpacks packages that are files into a folder, and says that it installed all others.
#
#   ci_files.sh BUILD CI_STEPS
. "$(dirname "$0")/installed.sh"
ci_steps=$2
cd "$work"
quietly cpack --config "$1/CPackConfig.cmake" -G DEB -B "$work/packages"
mkdir bin
cat >bin/apt-get <<END
#!/bin/sh
for word; do case \$word in *.deb) dpkg-deb -x "\$word" "$work/root" || exit 1 ;; esac; done
END
chmod +x bin/apt-get
# Where the packages have to be built, first: the source's script, as far as it makes packages.
mkdir -p source/tools
cat >source/tools/package.sh <<END
#!/bin/sh
mkdir -p "\$1" && cp "$work"/packages/*.deb "\$1/"
END
chmod +x source/tools/package.sh
(cd source && git init -q -b main && git add . &&
  git -c user.name=test -c user.email=test@example.com commit -qm source)
export E2E_HOST_REPOSITORY=file://$work/source
"$1/bin/e2e-host" init project >/dev/null

# One where the packages have to be built first, one where the cache has them.
for run in "github built" "gitlab cached"; do
  read -r kind packages <<<"$run"
  rm -rf root cloned
  cp -r project "$kind"
  [ "$packages" = built ] || cp -r packages "$kind/e2e-packages"
  case $kind in github) file=.github/workflows/e2e.yml ;; gitlab) file=.gitlab-ci.yml ;; esac
  "$ci_steps" "$kind" "$kind/$file" | sed "s#/tmp/e2e-host#$work/cloned#g" >script
  (cd "$kind" && PATH=$work/bin:$work/root/usr/bin:/usr/bin:/bin CMAKE_PREFIX_PATH=$work/root/usr \
    quietly bash "$work/script")
  [ "$packages" = built ] && [ -d cloned ] || { [ "$packages" = cached ] && [ ! -d cloned ]; } || fail "$run: the wrong packages"
  expect "4 tests, 1 service" log
  grep -q '<testsuites' "$kind/e2e-report/junit.xml" || fail "$kind: no JUnit report"
  [ -s "$kind/e2e-report/report.html" ] || fail "$kind: no HTML report"
done
