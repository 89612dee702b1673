#include "cli/machine_limits.hpp"

#include <sched.h>
#include <stdlib.h>

#include <e2e_catch.hpp>
#include <fstream>
#include <string>
#include <thread>

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

constexpr uint64_t mebibyte = 1 << 20;

/// A folder that stands for "/".
class FakeMachine {
 public:
  FakeMachine() {
    std::string name = (fs::temp_directory_path() / "e2e-machine-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    root_ = name;
  }
  ~FakeMachine() { fs::remove_all(root_); }
  FakeMachine& write(const std::string& file, const std::string& text) {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
    return *this;
  }
  [[nodiscard]] MachineLimits limits() const { return read_machine_limits(root_); }

 private:
  fs::path root_;
};

MachineLimits with_cpus(uint32_t cpus) {
  MachineLimits limits;
  limits.cpus = cpus;
  return limits;
}

}  // namespace

TEST_CASE("MachineThatSaysNothingLimitsNothing", "[machine_limits]") {
  const MachineLimits limits = FakeMachine().limits();
  CHECK(limits.cpus >= 1);
  CHECK_FALSE(limits.cpu_quota);
  CHECK_FALSE(limits.available_memory);
  CHECK_FALSE(limits.memory_left_in_cgroup);
}

TEST_CASE("TheLowestLimitOfAllGroupsAboveCounts", "[machine_limits]") {
  FakeMachine machine;
  machine.write("proc/self/cgroup", "0::/ci/job\n")
      .write("sys/fs/cgroup/ci/cpu.max", "150000 100000\n")
      .write("sys/fs/cgroup/ci/job/cpu.max", "max 100000\n")
      .write("sys/fs/cgroup/ci/job/memory.max", "1073741824\n")
      .write("sys/fs/cgroup/ci/job/memory.current", "805306368\n")
      .write("sys/fs/cgroup/ci/job/memory.stat", "anon 1\nactive_file 9\ninactive_file 268435456\n")
      .write("sys/fs/cgroup/ci/memory.max", "max\n");
  const MachineLimits limits = machine.limits();
  CHECK(limits.cpu_quota == 1.5);
  CHECK(limits.memory_left_in_cgroup == 512 * mebibyte);
}

TEST_CASE("GroupOutsideOfWhatIsMountedLeavesTheRoots", "[machine_limits]") {
  FakeMachine machine;
  machine.write("proc/self/cgroup", "0::/../../docker/x\n").write("sys/fs/cgroup/cpu.max", "200000 100000\n");
  CHECK(machine.limits().cpu_quota == 2.0);
}

TEST_CASE("FirstVersionOfCgroupsIsReadToo", "[machine_limits]") {
  FakeMachine machine;
  machine.write("proc/self/cgroup", "4:memory:/job\n3:cpu,cpuacct:/job\n1:name=systemd:/x\n")
      .write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "300000\n")
      .write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n")
      .write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n")
      .write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n")
      .write("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "268435456\n")
      .write("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "134217728\n")
      .write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
      .write("sys/fs/cgroup/memory/memory.usage_in_bytes", "134217728\n");
  const MachineLimits limits = machine.limits();
  CHECK(limits.cpu_quota == 3.0);
  CHECK(limits.memory_left_in_cgroup == 128 * mebibyte);
}

TEST_CASE("FreeMemoryIsWhatTheKernelCallsAvailable", "[machine_limits]") {
  FakeMachine machine;
  machine.write("proc/meminfo", "MemTotal:       16000000 kB\nMemFree:  1 kB\nMemAvailable:    2048 kB\n");
  CHECK(machine.limits().available_memory == 2 * mebibyte);
}

TEST_CASE("AutoIsOneForEachCpuWhereNothingElseLimits", "[machine_limits]") {
  CHECK(auto_workers(with_cpus(8)).count == 8);
  CHECK(auto_workers(with_cpus(8)).reason.empty());
  CHECK(auto_workers(with_cpus(5000)).count == 1024);
}

TEST_CASE("AutoSaysWhatItsNumberIsFor", "[machine_limits]") {
  MachineLimits limits = with_cpus(8);
  limits.cpu_quota = 2.5;
  CHECK(auto_workers(limits).count == 3);
  CHECK(auto_workers(limits).reason == "3 for 8 CPUs: the cgroup's quota is 2.5 CPUs");
  limits.available_memory = 70 * mebibyte;
  CHECK(auto_workers(limits).count == 2);
  CHECK(auto_workers(limits).reason ==
        "2 for 8 CPUs: 70 MiB of memory are free, and a worker is taken to need 32 MiB");
  limits.memory_left_in_cgroup = 10 * mebibyte;
  CHECK(auto_workers(limits).count == 1);
  CHECK(
      auto_workers(limits).reason ==
      "1 for 8 CPUs: 10 MiB are left below the cgroup's memory limit, and a worker is taken to need 32 MiB");
  limits = with_cpus(4);
  limits.cpu_quota = 16;
  limits.available_memory = 1024 * mebibyte;
  CHECK(auto_workers(limits).reason.empty());
}

TEST_CASE("CpusAreThoseThatThisThreadMayUse", "[machine_limits]") {
  cpu_set_t all;
  REQUIRE(::sched_getaffinity(0, sizeof all, &all) == 0);
  CHECK(read_machine_limits().cpus == static_cast<uint32_t>(CPU_COUNT(&all)));
  uint32_t with_one = 0;
  std::thread bound([&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu)
      if (CPU_ISSET(cpu, &all)) CPU_SET(cpu, &one);
    if (::sched_setaffinity(0, sizeof one, &one) == 0) with_one = read_machine_limits().cpus;
  });
  bound.join();
  CHECK(with_one == 1);
}
