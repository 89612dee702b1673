/* The layouts of ABI 1.0 as they were released. Compiled as C11 and as C++20; nothing of it runs.
 * It is the judge: a line of it is never changed or removed, only added when a struct grows at its end. A
 * size is a lower bound, as a struct may grow; what has been frozen whole (e2e_str, e2e_kv) says so. */
#ifndef E2E_FROZEN_LAYOUT_H
#define E2E_FROZEN_LAYOUT_H

#include <e2e/abi.h>
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
#include <e2e/ext/verify.h>
#include <e2e/ext/websocket.h>
#include <e2e/ext/yaml.h>

#ifdef __cplusplus
#include <string_view>
#include <type_traits>
#define FROZEN(condition, text) static_assert(condition, text)
#define FROZEN_TYPE(T, field, ...) \
  static_assert(std::is_same_v<decltype(T::field), __VA_ARGS__>, #T "." #field " has another type")
#define FROZEN_EXPRESSION(expression, ...) \
  static_assert(std::is_same_v<decltype(expression), __VA_ARGS__>, #expression " has another type")
#define FROZEN_ID(name, text) static_assert(std::string_view(name) == text, #name)
#else
#define FROZEN(condition, text) _Static_assert(condition, text)
#define FROZEN_TYPE(T, field, ...) \
  _Static_assert(_Generic(((T*)0)->field, __VA_ARGS__ : 1, default : 0), #T "." #field " has another type")
#define FROZEN_EXPRESSION(expression, ...) \
  _Static_assert(_Generic((expression), __VA_ARGS__ : 1, default : 0), #expression " has another type")
/* C has no constant comparison of strings: C++ looks at the text. */
#define FROZEN_ID(name, text) FROZEN(sizeof(name) == sizeof(text), #name)
#endif

#define FROZEN_SIZE(T, size) FROZEN(sizeof(T) == (size), "sizeof " #T)
#define FROZEN_LEAST_SIZE(T, size) FROZEN(sizeof(T) >= (size), "sizeof " #T)
#define FROZEN_FIELD(T, field, offset, ...)                           \
  FROZEN(offsetof(T, field) == (offset), #T "." #field " has moved"); \
  FROZEN_TYPE(T, field, __VA_ARGS__)
#define FROZEN_VALUE(name, value) FROZEN((name) == (value), #name)

/* clang-format off */
FROZEN(sizeof(void *) == 8, "layouts are of 64-bit platforms");
FROZEN_SIZE(e2e_rc, 4);

/* e2e/abi.h */
FROZEN_VALUE(E2E_ABI_MAJOR, 1);
FROZEN(E2E_ABI_MINOR >= 0, "E2E_ABI_MINOR");
FROZEN_VALUE(E2E_PLUGIN_MAGIC, 0x50453245u);
FROZEN_VALUE(E2E_PASS, 0);
FROZEN_VALUE(E2E_FAIL, 1);
FROZEN_VALUE(E2E_SKIP, 2);
FROZEN_VALUE(E2E_ERROR, 3);
FROZEN_VALUE(E2E_CANCELLED, 4);
FROZEN_VALUE(E2E_PLUGIN_DYNAMIC, 0x1u);
FROZEN_ID(E2E_PLUGIN_ENTRY, "e2e_plugin_v1");
FROZEN_ID(E2E_NOTE_NAME, "e2e");
FROZEN_VALUE(E2E_NOTE_TYPE, 1);
FROZEN_ID(E2E_NOTE_SECTION, ".note.e2e");
FROZEN_SIZE(e2e_str, 16);
FROZEN_FIELD(e2e_str, ptr, 0, const char *);
FROZEN_FIELD(e2e_str, len, 8, uint64_t);
FROZEN_SIZE(e2e_kv, 32);
FROZEN_FIELD(e2e_kv, key, 0, e2e_str);
FROZEN_FIELD(e2e_kv, value, 16, e2e_str);
FROZEN_LEAST_SIZE(e2e_host, 72);
FROZEN_FIELD(e2e_host, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_host, abi_major, 4, uint16_t);
FROZEN_FIELD(e2e_host, abi_minor, 6, uint16_t);
FROZEN_FIELD(e2e_host, impl, 8, void *);
FROZEN_FIELD(e2e_host, get_extension, 16, const void * (*)(const e2e_host *, const char *));
FROZEN_FIELD(e2e_host, name, 24, e2e_str);
FROZEN_FIELD(e2e_host, version, 40, e2e_str);
FROZEN_FIELD(e2e_host, service, 56, e2e_str);
FROZEN_LEAST_SIZE(e2e_test_desc, 72);
FROZEN_FIELD(e2e_test_desc, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_test_desc, line, 4, uint32_t);
FROZEN_FIELD(e2e_test_desc, module, 8, e2e_str);
FROZEN_FIELD(e2e_test_desc, name, 24, e2e_str);
FROZEN_FIELD(e2e_test_desc, file, 40, e2e_str);
FROZEN_FIELD(e2e_test_desc, annotations, 56, const e2e_kv *);
FROZEN_FIELD(e2e_test_desc, annotation_count, 64, uint32_t);
FROZEN_FIELD(e2e_test_desc, reserved, 68, uint32_t);
FROZEN_LEAST_SIZE(e2e_plugin, 136);
FROZEN_FIELD(e2e_plugin, magic, 0, uint32_t);
FROZEN_FIELD(e2e_plugin, struct_size, 4, uint32_t);
FROZEN_FIELD(e2e_plugin, abi_major, 8, uint16_t);
FROZEN_FIELD(e2e_plugin, abi_minor, 10, uint16_t);
FROZEN_FIELD(e2e_plugin, flags, 12, uint32_t);
FROZEN_FIELD(e2e_plugin, id, 16, e2e_str);
FROZEN_FIELD(e2e_plugin, version, 32, e2e_str);
FROZEN_FIELD(e2e_plugin, service, 48, e2e_str);
FROZEN_FIELD(e2e_plugin, init, 64, e2e_rc (*)(const e2e_host *, void **));
FROZEN_FIELD(e2e_plugin, deinit, 72, void (*)(void *));
FROZEN_FIELD(e2e_plugin, test_count, 80, uint32_t (*)(void *));
FROZEN_FIELD(e2e_plugin, test_at, 88, const e2e_test_desc * (*)(void *, uint32_t));
FROZEN_FIELD(e2e_plugin, scope_open, 96, e2e_rc (*)(void *, e2e_page *, void **));
FROZEN_FIELD(e2e_plugin, scope_close, 104, e2e_rc (*)(void *, void *));
FROZEN_FIELD(e2e_plugin, run, 112, e2e_rc (*)(void *, void *, e2e_str, e2e_page *));
FROZEN_FIELD(e2e_plugin, get_extension, 120, const void * (*)(void *, const char *));
FROZEN_FIELD(e2e_plugin, requires_extensions, 128, const char *const *);

/* e2e/ext/http.h */
FROZEN_ID(E2E_EXT_HTTP, "e2e.http/1");
FROZEN_LEAST_SIZE(e2e_http_request, 104);
FROZEN_FIELD(e2e_http_request, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_http_request, flags, 4, uint32_t);
FROZEN_FIELD(e2e_http_request, request, 8, const e2e_request *);
FROZEN_FIELD(e2e_http_request, options, 16, const e2e_kv *);
FROZEN_FIELD(e2e_http_request, option_count, 24, uint64_t);
FROZEN_FIELD(e2e_http_request, parts, 32, const e2e_part *const *);
FROZEN_FIELD(e2e_http_request, part_count, 40, uint64_t);
FROZEN_FIELD(e2e_http_request, body_file, 48, e2e_str);
FROZEN_FIELD(e2e_http_request, read, 64, int64_t (*)(void *, char *, uint64_t));
FROZEN_FIELD(e2e_http_request, read_context, 72, void *);
FROZEN_FIELD(e2e_http_request, read_size, 80, int64_t);
FROZEN_FIELD(e2e_http_request, write, 88, e2e_rc (*)(void *, e2e_str));
FROZEN_FIELD(e2e_http_request, write_context, 96, void *);
FROZEN_LEAST_SIZE(e2e_part, 88);
FROZEN_FIELD(e2e_part, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_part, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_part, name, 8, e2e_str);
FROZEN_FIELD(e2e_part, file_name, 24, e2e_str);
FROZEN_FIELD(e2e_part, content_type, 40, e2e_str);
FROZEN_FIELD(e2e_part, bytes, 56, e2e_str);
FROZEN_FIELD(e2e_part, path, 72, e2e_str);
FROZEN_LEAST_SIZE(e2e_http_v1, 56);
FROZEN_FIELD(e2e_http_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_http_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_http_v1, request, 8, e2e_rc (*)(const e2e_host *, e2e_page *, const e2e_http_request *, e2e_response **));
FROZEN_FIELD(e2e_http_v1, set_option, 16, e2e_rc (*)(const e2e_host *, e2e_page *, e2e_str, e2e_str, e2e_str *));
FROZEN_FIELD(e2e_http_v1, fact, 24, e2e_str (*)(const e2e_host *, const e2e_response *, e2e_str));
FROZEN_FIELD(e2e_http_v1, cookies, 32, e2e_str (*)(const e2e_host *, e2e_page *));
FROZEN_FIELD(e2e_http_v1, add_cookies, 40, e2e_rc (*)(const e2e_host *, e2e_page *, e2e_str));
FROZEN_FIELD(e2e_http_v1, clear_cookies, 48, void (*)(const e2e_host *, e2e_page *));

/* e2e/ext/json.h */
FROZEN_ID(E2E_EXT_JSON, "e2e.json/1");
FROZEN_VALUE(E2E_JSON_NULL, 0);
FROZEN_VALUE(E2E_JSON_BOOL, 1);
FROZEN_VALUE(E2E_JSON_INTEGER, 2);
FROZEN_VALUE(E2E_JSON_NUMBER, 3);
FROZEN_VALUE(E2E_JSON_STRING, 4);
FROZEN_VALUE(E2E_JSON_ARRAY, 5);
FROZEN_VALUE(E2E_JSON_OBJECT, 6);
FROZEN_LEAST_SIZE(e2e_json_v1, 104);
FROZEN_FIELD(e2e_json_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_json_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_json_v1, parse, 8, e2e_json * (*)(const e2e_host *, e2e_str, e2e_str *));
FROZEN_FIELD(e2e_json_v1, release, 16, void (*)(const e2e_host *, e2e_json *));
FROZEN_FIELD(e2e_json_v1, at, 24, const e2e_json * (*)(const e2e_host *, const e2e_json *, e2e_str));
FROZEN_FIELD(e2e_json_v1, type, 32, uint32_t (*)(const e2e_host *, const e2e_json *));
FROZEN_FIELD(e2e_json_v1, size, 40, uint64_t (*)(const e2e_host *, const e2e_json *));
FROZEN_FIELD(e2e_json_v1, element, 48, const e2e_json * (*)(const e2e_host *, const e2e_json *, uint64_t));
FROZEN_FIELD(e2e_json_v1, key, 56, e2e_str (*)(const e2e_host *, const e2e_json *, uint64_t));
FROZEN_FIELD(e2e_json_v1, as_string, 64, e2e_str (*)(const e2e_host *, const e2e_json *));
FROZEN_FIELD(e2e_json_v1, as_integer, 72, int64_t (*)(const e2e_host *, const e2e_json *));
FROZEN_FIELD(e2e_json_v1, as_number, 80, double (*)(const e2e_host *, const e2e_json *));
FROZEN_FIELD(e2e_json_v1, as_bool, 88, uint32_t (*)(const e2e_host *, const e2e_json *));
FROZEN_FIELD(e2e_json_v1, dump, 96, e2e_str (*)(const e2e_host *, const e2e_json *));

/* e2e/ext/log.h */
FROZEN_ID(E2E_EXT_LOG, "e2e.log/1");
FROZEN_VALUE(E2E_LOG_DEBUG, 0);
FROZEN_VALUE(E2E_LOG_INFO, 1);
FROZEN_VALUE(E2E_LOG_WARN, 2);
FROZEN_VALUE(E2E_LOG_ERROR, 3);
FROZEN_LEAST_SIZE(e2e_log_v1, 16);
FROZEN_FIELD(e2e_log_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_log_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_log_v1, write, 8, void (*)(const e2e_host *, uint32_t, e2e_str));

/* e2e/ext/page.h */
FROZEN_ID(E2E_EXT_PAGE, "e2e.page/1");
FROZEN_LEAST_SIZE(e2e_request, 96);
FROZEN_FIELD(e2e_request, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_request, flags, 4, uint32_t);
FROZEN_FIELD(e2e_request, method, 8, e2e_str);
FROZEN_FIELD(e2e_request, target, 24, e2e_str);
FROZEN_FIELD(e2e_request, headers, 40, const e2e_kv *);
FROZEN_FIELD(e2e_request, header_count, 48, uint64_t);
FROZEN_FIELD(e2e_request, query, 56, const e2e_kv *);
FROZEN_FIELD(e2e_request, query_count, 64, uint64_t);
FROZEN_FIELD(e2e_request, body, 72, e2e_str);
FROZEN_FIELD(e2e_request, timeout_ms, 88, int64_t);
FROZEN_LEAST_SIZE(e2e_timings, 72);
FROZEN_FIELD(e2e_timings, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_timings, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_timings, blocked_ns, 8, int64_t);
FROZEN_FIELD(e2e_timings, dns_ns, 16, int64_t);
FROZEN_FIELD(e2e_timings, connect_ns, 24, int64_t);
FROZEN_FIELD(e2e_timings, tls_ns, 32, int64_t);
FROZEN_FIELD(e2e_timings, send_ns, 40, int64_t);
FROZEN_FIELD(e2e_timings, wait_ns, 48, int64_t);
FROZEN_FIELD(e2e_timings, receive_ns, 56, int64_t);
FROZEN_FIELD(e2e_timings, total_ns, 64, int64_t);
FROZEN_LEAST_SIZE(e2e_page_v1, 144);
FROZEN_FIELD(e2e_page_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_page_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_page_v1, request, 8, e2e_rc (*)(const e2e_host *, e2e_page *, const e2e_request *, e2e_response **));
FROZEN_FIELD(e2e_page_v1, release, 16, void (*)(const e2e_host *, e2e_response *));
FROZEN_FIELD(e2e_page_v1, status, 24, int32_t (*)(const e2e_host *, const e2e_response *));
FROZEN_FIELD(e2e_page_v1, error, 32, e2e_str (*)(const e2e_host *, const e2e_response *));
FROZEN_FIELD(e2e_page_v1, method, 40, e2e_str (*)(const e2e_host *, const e2e_response *));
FROZEN_FIELD(e2e_page_v1, url, 48, e2e_str (*)(const e2e_host *, const e2e_response *));
FROZEN_FIELD(e2e_page_v1, body, 56, e2e_str (*)(const e2e_host *, const e2e_response *));
FROZEN_FIELD(e2e_page_v1, header_count, 64, uint64_t (*)(const e2e_host *, const e2e_response *));
FROZEN_FIELD(e2e_page_v1, header_at, 72, e2e_kv (*)(const e2e_host *, const e2e_response *, uint64_t));
FROZEN_FIELD(e2e_page_v1, timings, 80, void (*)(const e2e_host *, const e2e_response *, e2e_timings *));
FROZEN_FIELD(e2e_page_v1, json, 88, const e2e_json * (*)(const e2e_host *, e2e_response *, e2e_str *));
FROZEN_FIELD(e2e_page_v1, service, 96, e2e_str (*)(const e2e_host *, const e2e_page *));
FROZEN_FIELD(e2e_page_v1, base_url, 104, e2e_str (*)(const e2e_host *, const e2e_page *));
FROZEN_FIELD(e2e_page_v1, health_endpoint, 112, e2e_str (*)(const e2e_host *, const e2e_page *));
FROZEN_FIELD(e2e_page_v1, serial, 120, uint64_t (*)(const e2e_host *, const e2e_page *));
FROZEN_FIELD(e2e_page_v1, set_default_header, 128, void (*)(const e2e_host *, e2e_page *, e2e_str, e2e_str));
FROZEN_FIELD(e2e_page_v1, set_default_timeout, 136, void (*)(const e2e_host *, e2e_page *, int64_t));

/* e2e/ext/rate.h */
FROZEN_ID(E2E_EXT_RATE, "e2e.rate/1");
FROZEN_VALUE(E2E_RATE_MIN_INTERVAL_NS, 1000);
FROZEN_VALUE(E2E_RATE_MAX_INTERVAL_NS, 1000000000000);
FROZEN_VALUE(E2E_RATE_MAX_BURST, 10000);
FROZEN_LEAST_SIZE(e2e_rate_limit, 16);
FROZEN_FIELD(e2e_rate_limit, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_rate_limit, burst, 4, uint32_t);
FROZEN_FIELD(e2e_rate_limit, interval_ns, 8, int64_t);
FROZEN_LEAST_SIZE(e2e_rate_v1, 16);
FROZEN_FIELD(e2e_rate_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_rate_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_rate_v1, set_limit, 8, e2e_rc (*)(const e2e_host *, const e2e_rate_limit *));

/* e2e/ext/report.h */
FROZEN_ID(E2E_EXT_REPORT, "e2e.report/1");
FROZEN_VALUE(E2E_PHASE_ONCE_PER_RUN, 1);
FROZEN_VALUE(E2E_PHASE_BEFORE_ALL, 2);
FROZEN_VALUE(E2E_PHASE_BEFORE_EACH, 3);
FROZEN_VALUE(E2E_PHASE_BODY, 4);
FROZEN_VALUE(E2E_PHASE_AFTER_EACH, 5);
FROZEN_VALUE(E2E_PHASE_CLEANUP, 6);
FROZEN_VALUE(E2E_PHASE_AFTER_ALL, 7);
FROZEN_VALUE(E2E_FAILURE_SOFT, 0x1u);
FROZEN_VALUE(E2E_FAILURE_ERROR, 0x2u);
FROZEN_LEAST_SIZE(e2e_failure, 96);
FROZEN_FIELD(e2e_failure, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_failure, flags, 4, uint32_t);
FROZEN_FIELD(e2e_failure, file, 8, e2e_str);
FROZEN_FIELD(e2e_failure, line, 24, uint32_t);
FROZEN_FIELD(e2e_failure, reserved, 28, uint32_t);
FROZEN_FIELD(e2e_failure, expression, 32, e2e_str);
FROZEN_FIELD(e2e_failure, message, 48, e2e_str);
FROZEN_FIELD(e2e_failure, expected, 64, e2e_str);
FROZEN_FIELD(e2e_failure, actual, 80, e2e_str);
FROZEN_LEAST_SIZE(e2e_report_v1, 56);
FROZEN_FIELD(e2e_report_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_report_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_report_v1, phase, 8, void (*)(const e2e_host *, uint32_t, e2e_str));
FROZEN_FIELD(e2e_report_v1, failure, 16, void (*)(const e2e_host *, const e2e_failure *));
FROZEN_FIELD(e2e_report_v1, skip, 24, void (*)(const e2e_host *, e2e_str, e2e_str, uint32_t));
FROZEN_FIELD(e2e_report_v1, step_begin, 32, void (*)(const e2e_host *, e2e_str, e2e_str, uint32_t));
FROZEN_FIELD(e2e_report_v1, step_end, 40, void (*)(const e2e_host *));
FROZEN_FIELD(e2e_report_v1, note, 48, void (*)(const e2e_host *, e2e_str));
FROZEN_LEAST_SIZE(e2e_report_v1, 64);
FROZEN_FIELD(e2e_report_v1, attach, 56, e2e_rc (*)(const e2e_host *, e2e_str, e2e_str, e2e_str));
FROZEN_VALUE(E2E_ATTACHMENT_MAX_BYTES, 16777216);

/* e2e/ext/secret.h */
FROZEN_ID(E2E_EXT_SECRET, "e2e.secret/1");
FROZEN_LEAST_SIZE(e2e_secret_v1, 16);
FROZEN_FIELD(e2e_secret_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_secret_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_secret_v1, add, 8, e2e_rc (*)(const e2e_host *, e2e_str));

/* e2e/ext/state.h */
FROZEN_ID(E2E_EXT_STATE, "e2e.state/1");
FROZEN_LEAST_SIZE(e2e_state_v1, 80);
FROZEN_FIELD(e2e_state_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_state_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_state_v1, test_id, 8, e2e_str (*)(const e2e_host *));
FROZEN_FIELD(e2e_state_v1, worker_index, 16, uint32_t (*)(const e2e_host *));
FROZEN_FIELD(e2e_state_v1, run_id, 24, e2e_str (*)(const e2e_host *));
FROZEN_FIELD(e2e_state_v1, attempt, 32, uint32_t (*)(const e2e_host *));
FROZEN_FIELD(e2e_state_v1, next_unique, 40, uint64_t (*)(const e2e_host *));
FROZEN_FIELD(e2e_state_v1, set_metadata, 48, e2e_rc (*)(const e2e_host *, e2e_str, e2e_str));
FROZEN_FIELD(e2e_state_v1, get_metadata, 56, e2e_rc (*)(const e2e_host *, e2e_str, e2e_str *));
FROZEN_FIELD(e2e_state_v1, once_begin, 64, e2e_rc (*)(const e2e_host *, e2e_str, e2e_str *));
FROZEN_FIELD(e2e_state_v1, once_end, 72, void (*)(const e2e_host *, e2e_str, e2e_rc, e2e_str));

/* e2e/ext/config.h */
FROZEN_ID(E2E_EXT_CONFIG, "e2e.config/1");
FROZEN_LEAST_SIZE(e2e_config_v1, 56);
FROZEN_FIELD(e2e_config_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_config_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_config_v1, settings, 8, e2e_str (*)(const e2e_host *));
FROZEN_FIELD(e2e_config_v1, service, 16, e2e_str (*)(const e2e_host *));
FROZEN_FIELD(e2e_config_v1, base_url, 24, e2e_str (*)(const e2e_host *));
FROZEN_FIELD(e2e_config_v1, health_endpoint, 32, e2e_str (*)(const e2e_host *));
FROZEN_FIELD(e2e_config_v1, environment, 40, e2e_str (*)(const e2e_host *));
FROZEN_FIELD(e2e_config_v1, reject, 48, void (*)(const e2e_host *, e2e_str, e2e_str));

/* e2e/ext/verify.h */
FROZEN_ID(E2E_EXT_VERIFY, "e2e.verify/1");
FROZEN_LEAST_SIZE(e2e_verify_v1, 32);
FROZEN_FIELD(e2e_verify_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_verify_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_verify_v1, schema, 8, e2e_rc (*)(const e2e_host *, const e2e_json *, const e2e_json *, e2e_str *));
FROZEN_FIELD(e2e_verify_v1, regex, 16, e2e_rc (*)(const e2e_host *, e2e_str, e2e_str, e2e_str *));
FROZEN_FIELD(e2e_verify_v1, sha256, 24, e2e_str (*)(const e2e_host *, e2e_str));

/* e2e/ext/websocket.h */
FROZEN_ID(E2E_EXT_WEBSOCKET, "e2e.websocket/1");
FROZEN_VALUE(E2E_WEBSOCKET_TEXT, 1);
FROZEN_VALUE(E2E_WEBSOCKET_BINARY, 2);
FROZEN_VALUE(E2E_WEBSOCKET_CLOSE, 3);
FROZEN_LEAST_SIZE(e2e_message, 32);
FROZEN_FIELD(e2e_message, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_message, kind, 4, uint32_t);
FROZEN_FIELD(e2e_message, bytes, 8, e2e_str);
FROZEN_FIELD(e2e_message, close_code, 24, uint32_t);
FROZEN_FIELD(e2e_message, reserved, 28, uint32_t);
FROZEN_LEAST_SIZE(e2e_websocket_v1, 48);
FROZEN_FIELD(e2e_websocket_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_websocket_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_websocket_v1, open, 8, e2e_rc (*)(const e2e_host *, e2e_page *, const e2e_http_request *, e2e_websocket **, e2e_str *));
FROZEN_FIELD(e2e_websocket_v1, send, 16, e2e_rc (*)(const e2e_host *, e2e_websocket *, uint32_t, e2e_str, int64_t, e2e_str *));
FROZEN_FIELD(e2e_websocket_v1, receive, 24, e2e_rc (*)(const e2e_host *, e2e_websocket *, int64_t, e2e_message *, e2e_str *));
FROZEN_FIELD(e2e_websocket_v1, close, 32, e2e_rc (*)(const e2e_host *, e2e_websocket *, uint32_t, e2e_str, int64_t, e2e_str *));
FROZEN_FIELD(e2e_websocket_v1, release, 40, void (*)(const e2e_host *, e2e_websocket *));

/* e2e/ext/lease.h */
FROZEN_ID(E2E_EXT_LEASE, "e2e.lease/1");
FROZEN_LEAST_SIZE(e2e_lease_v1, 16);
FROZEN_FIELD(e2e_lease_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_lease_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_lease_v1, port, 8, uint32_t (*)(const e2e_host *));

/* e2e/ext/yaml.h */
FROZEN_ID(E2E_EXT_YAML, "e2e.yaml/1");
FROZEN_LEAST_SIZE(e2e_yaml_v1, 16);
FROZEN_FIELD(e2e_yaml_v1, struct_size, 0, uint32_t);
FROZEN_FIELD(e2e_yaml_v1, reserved, 4, uint32_t);
FROZEN_FIELD(e2e_yaml_v1, to_json, 8, e2e_rc (*)(const e2e_host *, e2e_str, e2e_str, e2e_str *));

/* the export */
FROZEN_EXPRESSION(&e2e_plugin_v1, const e2e_plugin *(*)(void));
/* clang-format on */

#endif
