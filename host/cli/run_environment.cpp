#include "cli/run_environment.hpp"

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <utility>

namespace e2e::host {
namespace {

/// PRETTY_NAME of https://www.freedesktop.org/software/systemd/man/os-release.html
std::string system_name() {
  constexpr std::string_view key = "PRETTY_NAME=";
  for (const char* file : {"/etc/os-release", "/usr/lib/os-release"}) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      if (!line.starts_with(key)) continue;
      std::string name = line.substr(key.size());
      std::erase_if(name, [](char c) { return c == '"' || c == '\''; });
      return name;
    }
  }
  return {};
}

uint32_t usable_cpus() {
  cpu_set_t usable;
  CPU_ZERO(&usable);
  if (::sched_getaffinity(0, sizeof usable, &usable) == 0) return static_cast<uint32_t>(CPU_COUNT(&usable));
  return static_cast<uint32_t>(std::max(::sysconf(_SC_NPROCESSORS_ONLN), 0L));
}

}  // namespace

RunEnvironment run_environment(std::string name) {
  RunEnvironment environment;
  environment.name = std::move(name);
  environment.system = system_name();
  utsname kernel{};
  if (::uname(&kernel) == 0) {
    environment.kernel = kernel.release;
    environment.machine = kernel.machine;
  }
  environment.cpus = usable_cpus();
  const int64_t pages = ::sysconf(_SC_PHYS_PAGES), page_bytes = ::sysconf(_SC_PAGESIZE);
  environment.memory_kib = std::max<int64_t>(0, pages) * page_bytes / 1024;
  return environment;
}

}  // namespace e2e::host
