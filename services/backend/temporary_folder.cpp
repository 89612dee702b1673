#include "temporary_folder.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace demo {

TemporaryFolder::TemporaryFolder() {
  std::error_code no_tmpdir;
  auto parent = std::filesystem::temp_directory_path(no_tmpdir);
  if (no_tmpdir) parent = "/tmp";
  std::string pattern = parent / "demo-backend-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw std::runtime_error(
        fmt::format("cannot make a folder like {}: {}", pattern, std::generic_category().message(errno)));
  }
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace demo
