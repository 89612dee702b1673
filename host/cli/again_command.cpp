#include "cli/again_command.hpp"

#include "base/utf8.hpp"
#include "report/curl_command.hpp"

namespace e2e::host {

std::string again_command(const Options& options) {
  std::string command = "e2e-host run --last-failed";
  const auto add = [&command](const char* option, const std::string& value) {
    command += std::string(" ") + option + " " + printable(shell_word(value));
  };
  if (options.config_file) add("-c", options.config_file->string());
  if (options.environment) add("-e", *options.environment);
  for (const auto& path : options.plugins) add("--plugins", path.string());
  for (const std::string& setting : options.settings)
    command += " --set " + printable(setting.substr(0, setting.find('='))) + "=…";
  return command;
}

}  // namespace e2e::host
