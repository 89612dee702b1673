// A file that says where the services are.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace demo {

/// Exists, complete, from construction to destruction.
class PortsFile {
 public:
  /// Writes `{"auth": 8081, ...}`; whoever finds the file finds all of it. Throws std::runtime_error.
  PortsFile(std::filesystem::path path, const std::map<std::string, int>& ports);
  PortsFile(const PortsFile&) = delete;
  PortsFile& operator=(const PortsFile&) = delete;
  ~PortsFile();

 private:
  std::filesystem::path path_;
};

}  // namespace demo
