#include "cli/installed_plugins.hpp"

#include <system_error>

namespace e2e::host {

std::filesystem::path installed_plugin_folder() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  return (program.parent_path() / E2E_PLUGINS_FROM_PROGRAM).lexically_normal();
}

}  // namespace e2e::host
