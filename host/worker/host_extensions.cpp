#include "worker/host_extensions.hpp"

#include <e2e/ext/config.h>
#include <e2e/ext/http.h>
#include <e2e/ext/json.h>
#include <e2e/ext/lease.h>
#include <e2e/ext/log.h>
#include <e2e/ext/page.h>
#include <e2e/ext/rate.h>
#include <e2e/ext/report.h>
#include <e2e/ext/secret.h>
#include <e2e/ext/state.h>
#include <e2e/ext/yaml.h>

#include <string>
#include <string_view>
#include <utility>

#include "config/yaml_json.hpp"
#include "page/abi_text.hpp"
#include "page/http_extension.hpp"
#include "page/json_document.hpp"
#include "page/json_extension.hpp"
#include "page/page_extension.hpp"
#include "page/verify_extension.hpp"
#include "page/websocket_extension.hpp"
#include "worker/instance_context.hpp"
#include "worker/worker_state.hpp"

namespace e2e::host {
namespace {

constexpr size_t max_metadata_bytes = 1 << 20;

bool is_json(std::string_view text) {
  std::string error;
  return JsonDocument::parse(text, error) != nullptr;
}

InstanceContext& instance_of(const e2e_host* host) { return *static_cast<InstanceContext*>(host->impl); }
WorkerState& worker_of(const e2e_host* host) { return instance_of(host).worker; }

std::string_view text_of(const e2e_str& text) {
  return text.ptr == nullptr ? std::string_view() : std::string_view(text.ptr, text.len);
}
// e2e.report/1

void report_phase(const e2e_host* host, uint32_t phase, e2e_str) noexcept {
  if (phase < E2E_PHASE_ONCE_PER_RUN || phase > E2E_PHASE_AFTER_ALL) return;
  worker_of(host).block.enter(phase);
}

void report_failure(const e2e_host* host, const e2e_failure* failure) noexcept {
  if (failure == nullptr || failure->struct_size < sizeof(e2e_failure)) {
    e2e_failure unreadable{};
    unreadable.struct_size = sizeof unreadable;
    unreadable.flags = E2E_FAILURE_ERROR;
    unreadable.message = to_abi("the plugin reported a failure by a null or too small struct");
    worker_of(host).report_failure(unreadable);
    return;
  }
  worker_of(host).report_failure(*failure);
}

void report_skip(const e2e_host* host, e2e_str reason, e2e_str file, uint32_t line) noexcept {
  worker_of(host).report_skip(text_of(reason), text_of(file), line);
}

void report_step_begin(const e2e_host* host, e2e_str title, e2e_str file, uint32_t line) noexcept {
  worker_of(host).report_step_begin(text_of(title), text_of(file), line);
}

void report_step_end(const e2e_host* host) noexcept { worker_of(host).report_step_end(); }

void report_note(const e2e_host* host, e2e_str text) noexcept { worker_of(host).report_note(text_of(text)); }

e2e_rc report_attach(const e2e_host* host, e2e_str name, e2e_str type, e2e_str bytes) noexcept {
  return worker_of(host).report_attachment(text_of(name), text_of(type), text_of(bytes)) ? E2E_PASS
                                                                                         : E2E_SKIP;
}

constexpr e2e_report_v1 report_functions{sizeof(e2e_report_v1), 0,           report_phase,
                                         report_failure,        report_skip, report_step_begin,
                                         report_step_end,       report_note, report_attach};

// e2e.state/1

e2e_str state_test_id(const e2e_host* host) noexcept { return to_abi(worker_of(host).test_id); }
uint32_t state_worker_index(const e2e_host* host) noexcept { return worker_of(host).slot; }
e2e_str state_run_id(const e2e_host* host) noexcept { return to_abi(worker_of(host).run.run_id); }
uint32_t state_attempt(const e2e_host* host) noexcept { return worker_of(host).attempt; }
uint64_t state_next_unique(const e2e_host* host) noexcept { return ++worker_of(host).unique; }

e2e_rc state_set_metadata(const e2e_host* host, e2e_str key, e2e_str json) noexcept {
  const std::string_view text = text_of(json);
  if (key.len == 0 || key.len > 1024 || text.size() > max_metadata_bytes || !is_json(text)) return E2E_ERROR;
  worker_of(host).metadata.set(text_of(key), text);
  return E2E_PASS;
}

e2e_rc state_get_metadata(const e2e_host* host, e2e_str key, e2e_str* json) noexcept {
  const auto value = worker_of(host).metadata.get(text_of(key));
  if (json == nullptr || !value) return E2E_SKIP;
  *json = to_abi(*value);
  return E2E_PASS;
}

/// Another plugin, or this one for another service, may have a fixture of that name.
std::string once_key(const e2e_host* host, const e2e_str& key) {
  const InstanceContext& instance = instance_of(host);
  return instance.service + '\n' + instance.path + '\n' + std::string(text_of(key));
}

e2e_rc state_once_begin(const e2e_host* host, e2e_str key, e2e_str* json) noexcept {
  if (json == nullptr) return E2E_ERROR;
  std::string_view result;
  const e2e_rc rc = worker_of(host).once_begin(once_key(host, key), result);
  *json = to_abi(result);
  return rc;
}

void state_once_end(const e2e_host* host, e2e_str key, e2e_rc rc, e2e_str json) noexcept {
  worker_of(host).once_end(once_key(host, key), rc, text_of(json));
}

constexpr e2e_state_v1 state_functions{sizeof(e2e_state_v1), 0,
                                       state_test_id,        state_worker_index,
                                       state_run_id,         state_attempt,
                                       state_next_unique,    state_set_metadata,
                                       state_get_metadata,   state_once_begin,
                                       state_once_end};

// e2e.rate/1

static_assert(RateLimit::min_interval_ns == E2E_RATE_MIN_INTERVAL_NS &&
              RateLimit::max_interval_ns == E2E_RATE_MAX_INTERVAL_NS &&
              RateLimit::max_burst == E2E_RATE_MAX_BURST);

e2e_rc rate_set_limit(const e2e_host* host, const e2e_rate_limit* asked) noexcept {
  if (asked == nullptr || asked->struct_size < sizeof(e2e_rate_limit)) return E2E_ERROR;
  const RateLimit limit{asked->interval_ns, asked->burst};
  if (!limit.is_within_bounds()) return E2E_ERROR;
  return worker_of(host).ask_for_limit(limit) ? E2E_PASS : E2E_SKIP;
}

constexpr e2e_rate_v1 rate_functions{sizeof(e2e_rate_v1), 0, rate_set_limit};

// e2e.lease/1

uint32_t lease_port(const e2e_host* host) noexcept {
  try {
    return worker_of(host).lease_port();
  } catch (...) {
    return 0;
  }
}

constexpr e2e_lease_v1 lease_functions{sizeof(e2e_lease_v1), 0, lease_port};

// e2e.yaml/1

e2e_rc yaml_to_json_text(const e2e_host*, e2e_str name, e2e_str yaml, e2e_str* json) noexcept {
  if (json == nullptr) return E2E_ERROR;
  thread_local std::string kept;
  *json = {};
  try {
    std::string problem;
    auto text = yaml_to_json(text_of(name), text_of(yaml), problem);
    kept = text ? std::move(*text) : std::move(problem);
    *json = to_abi(kept);
    return text ? E2E_PASS : E2E_ERROR;
  } catch (...) {
    return E2E_ERROR;
  }
}

constexpr e2e_yaml_v1 yaml_functions{sizeof(e2e_yaml_v1), 0, yaml_to_json_text};

// e2e.secret/1

e2e_rc secret_add(const e2e_host* host, e2e_str value) noexcept {
  return worker_of(host).add_secret(text_of(value)) ? E2E_PASS : E2E_SKIP;
}

constexpr e2e_secret_v1 secret_functions{sizeof(e2e_secret_v1), 0, secret_add};

// e2e.log/1

void log_write(const e2e_host* host, uint32_t level, e2e_str text) noexcept {
  worker_of(host).report_log(level, text_of(text));
}

constexpr e2e_log_v1 log_functions{sizeof(e2e_log_v1), 0, log_write};

// e2e.config/1

e2e_str config_settings(const e2e_host* host) noexcept { return to_abi(instance_of(host).settings); }
e2e_str config_service(const e2e_host* host) noexcept { return to_abi(instance_of(host).service); }
e2e_str config_base_url(const e2e_host* host) noexcept { return to_abi(instance_of(host).base_url); }
e2e_str config_health_endpoint(const e2e_host* host) noexcept {
  return to_abi(instance_of(host).health_endpoint);
}
e2e_str config_environment(const e2e_host* host) noexcept { return to_abi(instance_of(host).environment); }

void config_reject(const e2e_host* host, e2e_str pointer, e2e_str message) noexcept {
  constexpr size_t max_refusals = 100, max_refusal_bytes = 4096;
  SettingsRefused& refused = instance_of(host).refused;
  const std::lock_guard lock(worker_of(host).mutex);
  if (refused.size() >= max_refusals) return;
  refused.push_back({std::string(text_of(pointer).substr(0, max_refusal_bytes)),
                     std::string(text_of(message).substr(0, max_refusal_bytes))});
}

constexpr e2e_config_v1 config_functions{sizeof(e2e_config_v1), 0,
                                         config_settings,       config_service,
                                         config_base_url,       config_health_endpoint,
                                         config_environment,    config_reject};

}  // namespace

const void* find_host_extension(const e2e_host*, const char* id) noexcept {
  if (id == nullptr) return nullptr;
  const std::string_view name(id);
  if (name == E2E_EXT_REPORT) return &report_functions;
  if (name == E2E_EXT_PAGE) return &page_extension();
  if (name == E2E_EXT_HTTP) return &http_extension();
  if (name == E2E_EXT_WEBSOCKET) return &websocket_extension();
  if (name == E2E_EXT_JSON) return &json_extension();
  if (name == E2E_EXT_STATE) return &state_functions;
  if (name == E2E_EXT_RATE) return &rate_functions;
  if (name == E2E_EXT_LEASE) return &lease_functions;
  if (name == E2E_EXT_YAML) return &yaml_functions;
  if (name == E2E_EXT_SECRET) return &secret_functions;
  if (name == E2E_EXT_LOG) return &log_functions;
  if (name == E2E_EXT_CONFIG) return &config_functions;
  if (name == E2E_EXT_VERIFY) return &verify_extension();
  return nullptr;
}

}  // namespace e2e::host
