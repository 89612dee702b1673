#include "base/pids_cgroup.hpp"

#include <cerrno>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

std::string shown(std::string_view memberships, std::string_view mounts) {
  std::string text;
  for (const CgroupPlace& place : pids_cgroups(memberships, mounts))
    text += (place.is_unified ? "v2 " : "v1 ") + place.folder + "\n";
  return text;
}

const char* const unified_mount =
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

}  // namespace

TEST_CASE("UnifiedGroupIsBelowItsMount", "[pids_cgroup]") {
  CHECK(shown("0::/user.slice/run-1.scope\n", unified_mount) == "v2 /sys/fs/cgroup/user.slice/run-1.scope\n");
  CHECK(shown("0::/\n", unified_mount) == "v2 /sys/fs/cgroup\n");
}

TEST_CASE("GroupIsLookedForBelowTheRootOfItsMount", "[pids_cgroup]") {
  // As in a container that shares the machine's cgroup namespace: what is mounted is its part.
  const char* const mount = "30 23 0:26 /docker/ab /sys/fs/cgroup ro - cgroup2 cgroup rw\n";
  CHECK(shown("0::/docker/ab/x", mount) == "v2 /sys/fs/cgroup/x\n");
  CHECK(shown("0::/docker/ab", mount) == "v2 /sys/fs/cgroup\n");
  CHECK(shown("0::/docker/abc", mount).empty());
  CHECK(shown("0::/elsewhere", mount).empty());
}

TEST_CASE("UnifiedGroupComesBeforeThatOfTheOldHierarchy", "[pids_cgroup]") {
  const std::string mounts =
      "33 32 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
      "34 32 0:31 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n"
      "35 32 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
  CHECK(shown("8:pids:/a\n4:memory:/m\n1:name=systemd:/\n0::/b\n", mounts) ==
        "v2 /sys/fs/cgroup/unified/b\nv1 /sys/fs/cgroup/pids/a\n");
  CHECK(shown("8:pids:/a\n", mounts) == "v1 /sys/fs/cgroup/pids/a\n");
}

TEST_CASE("WhatIsNoListOfGroupsHasNone", "[pids_cgroup]") {
  for (const char* memberships : {"", ":", "::", "0:", "0::", "garbage", "0::/a", "8:pids"})
    for (const char* mounts : {"", "- ", " - ", "a b c - cgroup2", "1 2 3 / /x rw - ext4 /dev/sda rw"})
      CHECK(shown(memberships, mounts).empty());
}

TEST_CASE("GroupOfARunGoesWithThoseOfItsWorkers", "[pids_cgroup]") {
  const RunCgroup run = make_run_cgroup("unit-test");
  if (run.folder.empty()) {
    // Not on this machine: then it says why.
    CHECK_FALSE(run.why_not.empty());
    return;
  }
  const std::string worker = run.folder + "/w1";
  CHECK(make_worker_cgroup(worker, 5) == 0);
  CHECK(make_worker_cgroup(worker, 5) == EEXIST);
  remove_run_cgroup("unit-test");
  CHECK(make_worker_cgroup(worker, 5) == ENOENT);
}
