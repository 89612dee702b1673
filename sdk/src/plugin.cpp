#include "e2e/plugin.hpp"

#include "e2e/ext/log.h"
#include "instance.hpp"
#include "scope.hpp"

namespace e2e::detail {

namespace {

void report_plugin_error(const e2e_host* host, const std::string& message, Location where) {
  if (!host || !E2E_HAS(host, e2e_host, get_extension)) return;
  const auto* log = static_cast<const e2e_log_v1*>(host->get_extension(host, E2E_EXT_LOG));
  if (E2E_HAS(log, e2e_log_v1, write)) log->write(host, E2E_LOG_ERROR, to_str(message));
  const auto* report = static_cast<const e2e_report_v1*>(host->get_extension(host, E2E_EXT_REPORT));
  if (!E2E_HAS(report, e2e_report_v1, failure)) return;
  const std::string file = clean_path(where.file);
  e2e_failure failure{};
  failure.struct_size = sizeof(failure);
  failure.flags = E2E_FAILURE_ERROR;
  failure.file = to_str(file);
  failure.line = where.line;
  failure.message = to_str(message);
  report->failure(host, &failure);
}

// All that these can throw themselves is std::bad_alloc, which ends the process here.

e2e_rc plugin_init(const e2e_host* host, void** ctx) noexcept {
  HostApi api;
  if (const std::string lack = api.connect(host); !lack.empty()) {
    report_plugin_error(host, lack, Location());
    return E2E_ERROR;
  }
  if (const auto error = Registry::global().error()) {
    report_plugin_error(host, error->message, error->where);
    return E2E_ERROR;
  }
  auto instance = std::make_unique<Instance>(api, Registry::global());
  if (!instance->make_tests(Registry::global())) return E2E_ERROR;
  *ctx = instance.release();
  return E2E_PASS;
}

void plugin_deinit(void* ctx) noexcept { delete static_cast<Instance*>(ctx); }

std::uint32_t plugin_test_count(void* ctx) noexcept {
  return static_cast<const Instance*>(ctx)->test_count();
}

const e2e_test_desc* plugin_test_at(void* ctx, std::uint32_t index) noexcept {
  return static_cast<const Instance*>(ctx)->test_at(index);
}

e2e_rc plugin_scope_open(void* ctx, e2e_page* page, void** scope) noexcept {
  auto opened = std::make_unique<Scope>(*static_cast<Instance*>(ctx), page);
  const e2e_rc rc = opened->open();
  if (rc == E2E_PASS) *scope = opened.release();
  return rc;
}

e2e_rc plugin_scope_close(void*, void* scope) noexcept {
  const std::unique_ptr<Scope> closing(static_cast<Scope*>(scope));
  return closing->close();
}

e2e_rc plugin_run(void* ctx, void* scope, e2e_str test_id, e2e_page* page) noexcept {
  Instance& instance = *static_cast<Instance*>(ctx);
  if (const TestEntry* test = instance.find(to_view(test_id)))
    return static_cast<Scope*>(scope)->run(*test, page);
  report_plugin_error(instance.api().host, "the plugin has no test " + to_string(test_id), Location());
  return E2E_ERROR;
}

const void* plugin_get_extension(void*, const char*) noexcept { return nullptr; }

const char* const required_extensions[] = {E2E_EXT_PAGE, E2E_EXT_REPORT, E2E_EXT_STATE, E2E_EXT_JSON,
                                           nullptr};
const char* const required_by_dynamic[] = {E2E_EXT_PAGE, E2E_EXT_REPORT, E2E_EXT_STATE,
                                           E2E_EXT_JSON, E2E_EXT_CONFIG, nullptr};

e2e_plugin make_plugin() {
  const bool is_dynamic = !Registry::global().dynamic_sources().empty();
  e2e_plugin plugin{};
  plugin.magic = E2E_PLUGIN_MAGIC;
  plugin.struct_size = sizeof(plugin);
  plugin.abi_major = E2E_ABI_MAJOR;
  plugin.abi_minor = 0;
  plugin.id = to_str(plugin_info.id);
  plugin.version = to_str(plugin_info.version);
  plugin.service = to_str(plugin_info.service);
  plugin.init = &plugin_init;
  plugin.deinit = &plugin_deinit;
  plugin.test_count = &plugin_test_count;
  plugin.test_at = &plugin_test_at;
  plugin.scope_open = &plugin_scope_open;
  plugin.scope_close = &plugin_scope_close;
  plugin.run = &plugin_run;
  plugin.get_extension = &plugin_get_extension;
  plugin.flags = is_dynamic ? E2E_PLUGIN_DYNAMIC : 0;
  plugin.requires_extensions = is_dynamic ? required_by_dynamic : required_extensions;
  return plugin;
}

}  // namespace

const e2e_plugin* plugin() noexcept {
  static const e2e_plugin made = make_plugin();
  return &made;
}

}  // namespace e2e::detail
