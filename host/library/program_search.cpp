#include "program_search.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "e2e-host/run_tests.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

bool is_program(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
}

/// Where this library is, as it was loaded; empty if that can't be told.
fs::path own_file() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&own_file), &info) == 0 || info.dli_fname == nullptr) return {};
  std::error_code error;
  return fs::absolute(info.dli_fname, error);
}

/// E2E_HOST_BIN_FROM_LIB is the installed program's folder, from that of the library.
fs::path beside(const fs::path& library) {
  return (library.parent_path() / E2E_HOST_BIN_FROM_LIB / "e2e-host").lexically_normal();
}

fs::path in_search_path() {
  const char* const path = std::getenv("PATH");
  std::string_view left = path == nullptr ? std::string_view() : std::string_view(path);
  while (!left.empty()) {
    const std::string_view folder = left.substr(0, left.find(':'));
    left.remove_prefix(std::min(left.size(), folder.size() + 1));
    if (fs::path file = fs::path(folder) / "e2e-host"; !folder.empty() && is_program(file))
      return fs::absolute(file);
  }
  return {};
}

std::string checked(const std::string& file, const char* who) {
  // The program is started in another working folder.
  if (is_program(file)) return fs::absolute(file).string();
  throw RunError("error: " + file + ", which " + who + " names, is no program that can be run", -1);
}

}  // namespace

std::string find_program(const std::string& wished) {
  if (!wished.empty()) return checked(wished, "RunOptions::program");
  if (const char* const named = std::getenv("E2E_HOST_PROGRAM"); named != nullptr && *named != '\0')
    return checked(named, "$E2E_HOST_PROGRAM");

  const fs::path library = own_file();
  if (!library.empty()) {
    if (const fs::path file = beside(library); is_program(file)) return file.string();
    std::error_code error;
    if (const fs::path file = beside(fs::canonical(library, error)); !error && is_program(file))
      return file.string();
  }
  if (const fs::path file = in_search_path(); !file.empty()) return file.string();
  throw RunError("error: the program e2e-host was not found: it is neither " + beside(library).string() +
                     " nor in $PATH\nhint: install it, or set $E2E_HOST_PROGRAM or RunOptions::program",
                 -1);
}

}  // namespace e2e::host
