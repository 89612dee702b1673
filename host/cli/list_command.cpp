#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <string>

#include "base/json_text.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/plan_run.hpp"
#include "cli/prepare.hpp"

namespace e2e::host {
namespace {

std::string as_json(const Prepared& prepared) {
  JsonText json;
  json.begin_array();
  for (const uint32_t index : prepared.selected) {
    const CatalogTest& test = prepared.catalog.tests[index];
    json.begin_object()
        .member("id", test.info.id)
        .member("service", test.info.service)
        .member("module", test.info.module);
    json.member("name", test.info.name).member("file", test.info.file).member("line", test.info.line);
    json.member("priority", test.info.priority).key("tags").begin_array();
    for (const auto& tag : test.info.tags) json.value(tag);
    json.end_array().key("depends_on").begin_array();
    for (const auto& id : test.info.depends_on) json.value(id);
    json.end_array().key("timeout_ms");
    if (test.info.timeout_ms > 0)
      json.value(test.info.timeout_ms);
    else
      json.null();
    json.key("retries");
    if (test.info.max_attempts > 0)
      json.value(test.info.max_attempts - 1);
    else
      json.null();
    json.member("plugin", prepared.catalog.plugins[test.plugin].file.path.string()).end_object();
  }
  return json.end_array().take() + "\n";
}

}  // namespace

std::string tests_text(const Prepared& prepared) {
  std::string text;
  for (const uint32_t index : prepared.selected) {
    const TestInfo& info = prepared.catalog.tests[index].info;
    text += info.id;
    if (info.priority != "normal") text += fmt::format("  {}", info.priority);
    for (const auto& tag : info.tags) text += fmt::format("  #{}", printable(tag));
    for (const auto& id : info.depends_on) text += fmt::format("  after {}", id);
    if (!info.file.empty()) text += fmt::format("  {}:{}", info.file, info.line);
    text += '\n';
  }
  return text +
         fmt::format("{} test{}\n", prepared.selected.size(), prepared.selected.size() == 1 ? "" : "s");
}

ExitCode list_command(const Options& options, LauncherBirth birth) {
  boost::asio::io_context loop(1);
  Launcher launcher(loop, std::move(birth));
  const Prepared prepared = prepare(options, loop, launcher);
  const std::string text = options.json ? as_json(prepared) : tests_text(prepared);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return ExitCode::ok;
}

}  // namespace e2e::host
