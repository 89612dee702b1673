#include "ports_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

namespace demo {

PortsFile::PortsFile(std::filesystem::path path, const std::map<std::string, int>& ports)
    : path_(std::move(path)) {
  auto unfinished = path_;
  unfinished += fmt::format(".{}.tmp", ::getpid());
  std::ofstream file(unfinished);
  file << nlohmann::json(ports).dump() << '\n';
  file.close();
  std::error_code error;
  if (file) {
    std::filesystem::rename(unfinished, path_, error);
    if (!error) return;
  } else {
    error.assign(errno, std::generic_category());
  }
  std::error_code ignored;
  std::filesystem::remove(unfinished, ignored);
  throw std::runtime_error(fmt::format("cannot write {}: {}", path_.string(), error.message()));
}

PortsFile::~PortsFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace demo
