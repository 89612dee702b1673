#include "doctor/machine_checks.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <string_view>
#include <vector>

#include "base/pids_cgroup.hpp"
#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "base/worker_memory.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

// Estimates, on the safe side: a worker has its socket and two pipes, the host its journal, reports and
// channels.
constexpr uint64_t descriptors_of_host = 64;
constexpr uint64_t descriptors_of_worker = 8;

/// The number behind "NAME:" in a file of /proc, in KiB; 0: there is none.
uint64_t kib_of(const char* file, std::string_view name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(name)) continue;
    const size_t digit = line.find_first_of("0123456789");
    uint64_t value = 0;
    if (digit != line.npos) std::from_chars(line.data() + digit, line.data() + line.size(), value);
    return value;
  }
  return 0;
}

/// What the control group leaves of its memory; UINT64_MAX: it sets no limit.
uint64_t cgroup_memory_left() {
  std::string folder = "/sys/fs/cgroup";
  std::ifstream membership("/proc/self/cgroup");
  for (std::string line; std::getline(membership, line);)
    if (line.starts_with("0::")) folder += line.substr(3);
  uint64_t limit = 0, used = 0;
  if (!(std::ifstream(folder + "/memory.max") >> limit)) return UINT64_MAX;
  std::ifstream(folder + "/memory.current") >> used;
  return limit > used ? limit - used : 0;
}

/// Where a program is on the path; empty: nowhere.
fs::path find_program(std::string_view path_variable, const std::vector<std::string>& names) {
  for (const auto& name : names)
    for (std::string_view rest = path_variable; !rest.empty();) {
      const size_t colon = rest.find(':');
      const fs::path candidate = fs::path(rest.substr(0, colon)) / name;
      if (::access(candidate.c_str(), X_OK) == 0) return candidate;
      rest = colon == rest.npos ? std::string_view() : rest.substr(colon + 1);
    }
  return {};
}

}  // namespace

void check_kernel(Findings& findings) {
  std::string missing;
  const auto need = [&](bool is_there, const char* name) {
    if (!is_there)
      missing += fmt::format("{}{}: {}", missing.empty() ? "" : ", ", name, std::strerror(errno));
  };
  const UniqueFd memory(static_cast<int>(::syscall(SYS_memfd_create, "e2e-doctor", MFD_CLOEXEC)));
  void* mapped = MAP_FAILED;
  need(
      memory.get() >= 0 && ::ftruncate(memory.get(), 4096) == 0 &&
          (mapped = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory.get(), 0)) != MAP_FAILED,
      "shared memory (memfd_create)");
  if (mapped != MAP_FAILED) ::munmap(mapped, 4096);
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  need(process.get() >= 0, "pidfd_open");
  // A range that nothing is open in.
  need(::syscall(SYS_close_range, ~0U - 1, ~0U, 0) == 0, "close_range");
  std::string status;
  need(static_cast<bool>(std::getline(std::ifstream("/proc/self/stat"), status)), "/proc");
  if (missing.empty())
    findings.push_back(
        {Health::ok, "kernel", "memfd_create, pidfd_open, close_range and /proc are there", {}});
  else
    findings.push_back({Health::failure, "kernel", "not usable: " + missing,
                        "Linux 5.9 or later is needed, with /proc mounted; a container's seccomp profile may "
                        "have to allow these calls"});
}

void check_resources(uint32_t workers, uint32_t cpus, Findings& findings) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const uint64_t needed = descriptors_of_host + descriptors_of_worker * workers;
  // The host raises the soft limit to the hard one.
  if (limit.rlim_max < needed)
    findings.push_back(
        {Health::failure, "descriptors",
         fmt::format("{} workers need {}, and this process may have {}", workers, needed, limit.rlim_max),
         fmt::format("raise the limit (ulimit -Hn {}), or take fewer workers: --parallel {}", needed,
                     limit.rlim_max <= descriptors_of_host + descriptors_of_worker
                         ? 1
                         : (limit.rlim_max - descriptors_of_host) / descriptors_of_worker)});
  else
    findings.push_back({Health::ok,
                        "descriptors",
                        fmt::format("{} are allowed, {} workers need {}",
                                    limit.rlim_max == RLIM_INFINITY ? std::string("any number")
                                                                    : std::to_string(limit.rlim_max),
                                    workers, needed),
                        {}});

  constexpr uint32_t workers_of_cpu = 8;
  if (workers > cpus * workers_of_cpu)
    findings.push_back({Health::warning, "cpus",
                        fmt::format("{} workers share {} CPU{}", workers, cpus, cpus == 1 ? "" : "s"),
                        "take fewer workers where tests time out: parallel.max_workers, or --parallel auto"});
  else
    findings.push_back(
        {Health::ok, "cpus", fmt::format("{} for {} worker{}", cpus, workers, workers == 1 ? "" : "s"), {}});

  const uint64_t available = std::min(kib_of("/proc/meminfo", "MemAvailable:") * 1024, cgroup_memory_left());
  const std::string seen =
      fmt::format("{} MiB are free for {} worker{}", available / mib, workers, workers == 1 ? "" : "s");
  if (available < worker_memory_bytes * workers)
    findings.push_back({Health::warning, "memory", seen, "take fewer workers: parallel.max_workers"});
  else
    findings.push_back({Health::ok, "memory", seen, {}});
}

void check_process_limit(Findings& findings) {
  const std::string run_id = fmt::format("doctor-{}", ::getpid());
  const RunCgroup cgroup = make_run_cgroup(run_id);
  if (cgroup.folder.empty()) {
    findings.push_back({Health::warning, "process limit",
                        fmt::format("limits.processes can't be enforced: {}", printable(cgroup.why_not)),
                        std::string(pids_cgroup_way_out)});
    return;
  }
  remove_run_cgroup(run_id);
  findings.push_back({Health::ok, "process limit", "limits.processes can be enforced", {}});
}

std::string why_not_writable(const fs::path& folder) {
  std::string probe = (folder / ".e2e-doctor-XXXXXX").string();
  const UniqueFd file(::mkstemp(probe.data()));
  if (file.get() < 0) return std::strerror(errno);
  const std::string why = ::write(file.get(), "x", 1) == 1 ? "" : std::strerror(errno);
  ::unlink(probe.c_str());
  return why;
}

void check_temporary_folder(const fs::path& folder, Findings& findings) {
  const std::string shown = printable(folder.string());
  if (const std::string why = why_not_writable(folder); !why.empty()) {
    findings.push_back({Health::failure, "temporary folder",
                        fmt::format("no file can be made in {}: {}", shown, why),
                        "set TMPDIR to a folder that can be written"});
    return;
  }
  struct statvfs filesystem {};
  const bool is_known = ::statvfs(folder.c_str(), &filesystem) == 0;
  if (is_known && (filesystem.f_flag & ST_NOEXEC) != 0)
    findings.push_back({Health::warning, "temporary folder", fmt::format("{} is mounted noexec", shown),
                        "set TMPDIR to another folder if tests start programs that they put there"});
  else
    findings.push_back({Health::ok, "temporary folder", fmt::format("{} can be written", shown), {}});
}

void check_build_tools(const char* path_variable, Findings& findings) {
  const std::string_view path = path_variable ? path_variable : "";
  const fs::path compiler = find_program(path, {"c++", "g++", "clang++"});
  const fs::path cmake = find_program(path, {"cmake"});
  if (compiler.empty() || cmake.empty())
    findings.push_back(
        {Health::info, "build tools",
         fmt::format("there is no {}{}{}", compiler.empty() ? "C++ compiler" : "",
                     compiler.empty() && cmake.empty() ? " and no " : "", cmake.empty() ? "cmake" : ""),
         "needed only to build plugins here: apt-get install g++ cmake"});
  else
    findings.push_back(
        {Health::ok, "build tools", fmt::format("{}, {}", compiler.string(), cmake.string()), {}});
}

}  // namespace e2e::host
