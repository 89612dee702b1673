#include <e2e/abi.h>
#include <e2e/ext/json.h>
#include <e2e/ext/log.h>
#include <e2e/ext/page.h>
#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "base/json_text.hpp"
#include "base/version.hpp"
#include "cli/commands.hpp"

namespace e2e::host {
namespace {

std::string as_json(const std::string& abi) {
  JsonText json;
  json.begin_object().member("version", host_version).member("abi", abi).key("extensions").begin_array();
  for (const char* extension : {E2E_EXT_JSON, E2E_EXT_LOG, E2E_EXT_PAGE}) json.value(extension);
  return json.end_array().end_object().take() + "\n";
}

}  // namespace

ExitCode version_command(const Options& options) {
  const std::string abi = fmt::format("{}.{}", E2E_ABI_MAJOR, E2E_ABI_MINOR);
  const std::string text = options.json ? as_json(abi) : fmt::format("e2e-host {}\n", host_version);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return ExitCode::ok;
}

}  // namespace e2e::host
