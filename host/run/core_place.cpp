#include "run/core_place.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <string_view>

namespace e2e::host {

CoreSettings read_core_settings() {
  CoreSettings settings;
  std::string uses_pid;
  std::getline(std::ifstream("/proc/sys/kernel/core_pattern"), settings.pattern);
  std::getline(std::ifstream("/proc/sys/kernel/core_uses_pid"), uses_pid);
  settings.uses_pid = uses_pid == "1";
  return settings;
}

std::string core_place(const CoreSettings& settings, int64_t pid, int signal_number) {
  const std::string& pattern = settings.pattern;
  if (!pattern.empty() && pattern.front() == '|') {
    const std::string program = pattern.substr(1, pattern.find(' ') - 1);
    if (program.find("systemd-coredump") != std::string::npos) return fmt::format("coredumpctl info {}", pid);
    return fmt::format("handed to {}", program);
  }
  std::string path;
  bool has_pid = false, is_whole = true;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%' || i + 1 == pattern.size()) {
      path += pattern[i];
      continue;
    }
    switch (const char kind = pattern[++i]) {
      case '%':
        path += '%';
        break;
      case 'p':
      case 'P':
        path += fmt::to_string(pid);
        has_pid = true;
        break;
      case 's':
        path += fmt::to_string(signal_number);
        break;
      case 'u':
        path += fmt::to_string(::getuid());
        break;
      case 'g':
        path += fmt::to_string(::getgid());
        break;
      default:
        // A time, a name: known to the kernel alone.
        path += fmt::format("%{}", kind);
        is_whole = false;
    }
  }
  if (settings.uses_pid && !has_pid) path += fmt::format(".{}", pid);
  return is_whole ? path : "named by the pattern " + path;
}

}  // namespace e2e::host
