#pragma once

#include <filesystem>

namespace e2e::host {

/// Where the plugins are that were installed with this program: found from where the program itself is, so
/// that an installation can be moved. Empty if that can't be told.
std::filesystem::path installed_plugin_folder();

}  // namespace e2e::host
