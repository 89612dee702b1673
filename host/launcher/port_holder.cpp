#include "launcher/port_holder.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "worker/processes.hpp"

namespace e2e::host {
namespace {

/// "socket:[INODE]" of each socket that listens on the port.
/// https://docs.kernel.org/networking/proc_net_tcp.html
std::set<std::string> listening_sockets(uint16_t port) {
  const std::string ending = fmt::format(":{:04X}", port);
  std::set<std::string> sockets;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream lines(table);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
      words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >>
          inode;
      constexpr const char* listening = "0A";
      if (state == listening && local.ends_with(ending)) sockets.insert("socket:[" + inode + "]");
    }
  }
  return sockets;
}

bool holds_one_of(const std::filesystem::path& process, const std::set<std::string>& sockets) {
  std::error_code error;
  for (std::filesystem::directory_iterator fd(process / "fd", error), end; !error && fd != end;
       fd.increment(error)) {
    std::error_code gone;
    if (sockets.count(std::filesystem::read_symlink(fd->path(), gone).string()) > 0) return true;
  }
  return false;
}

}  // namespace

std::string describe_port_holder(uint16_t port) {
  const std::set<std::string> sockets = listening_sockets(port);
  if (sockets.empty()) return {};
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    pid_t pid = 0;
    const auto [at, problem] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (problem != std::errc() || at != name.data() + name.size()) continue;
    if (holds_one_of(entry->path(), sockets)) return describe_process(pid);
  }
  return {};
}

}  // namespace e2e::host
