#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_codec.hpp"
#include "config/rate_limit_settings.hpp"
#include "config/resource_limits.hpp"

/// What host, launcher and workers say to each other, as frames (base/frame.hpp). All are processes of one
/// program, so the two ends always agree; but a worker holds a stranger's code, so the host believes nothing
/// unchecked.
namespace e2e::host {

/// Host to launcher.
enum class LauncherRequest : uint16_t {
  spawn = 1,              ///< worker, slot, kind; with it pass three descriptors: control, stdout, stderr
  signal = 2,             ///< worker, signal number, whole_group
  shutdown = 3,           ///< kill what is left, say farewell, exit
  load_certificates = 5,  ///< the system's, for the workers that are spawned behind it
  start_symboliser = 4,   ///< with it passes one descriptor, its end of the channel to the host
  limit_processes = 6,    ///< the run's control group, how many for each worker that is spawned behind it
  kill_symboliser = 7,    ///< the one that was started last
};

/// Launcher to host.
enum class LauncherReport : uint16_t {
  spawned = 1,       ///< worker, pid
  spawn_failed = 2,  ///< worker, why
  exited = 3,        ///< WorkerExit; the worker's group and what it left behind are gone
};

/// How a worker's process ended.
struct WorkerExit {
  uint32_t worker = 0;
  int32_t wait_status = 0;  ///< as of wait(2)
  int64_t user_cpu_us = 0, system_cpu_us = 0, max_rss_kib = 0;
};
void encode(ByteWriter& out, const WorkerExit& value);
WorkerExit decode_worker_exit(ByteReader& in);

/// Host to worker.
enum class WorkerOrder : uint16_t {
  describe = 1,    ///< DescribeOrder
  run_unit = 2,    ///< UnitOrder
  finish = 3,      ///< nothing more will come: close the scope, say bye, exit
  stop = 4,        ///< end the unit after the running attempt
  once_reply = 5,  ///< key, rc, json: answers once_begin
};

/// Worker to host.
enum class WorkerReport : uint16_t {
  described = 1,          ///< DescribedPlugin
  unusable = 2,           ///< text: the plugin can't be used; bye follows
  attempt_started = 3,    ///< test, attempt, start_ns (monotonic)
  failure = 5,            ///< flags, phase, file, line, expression, message, expected, actual
  skip = 6,               ///< reason, file, line
  step_begin = 7,         ///< title, file, line, ns
  step_end = 8,           ///< ns
  note = 9,               ///< text
  exchange = 10,          ///< an exchange (attempt_record.cpp)
  metadata = 11,          ///< key, json
  leaked = 12,            ///< text
  attempt_finished = 13,  ///< test, attempt, rc, end_ns, waited_ns
  scope_closed = 14,      ///< rc
  once_begin = 15,        ///< key
  once_end = 16,          ///< key, rc, json
  unit_finished = 17,     ///< unit, whether bye follows
  log = 18,               ///< level, text
  bye = 19,               ///< the worker exits now, all is said
  message = 23,           ///< connection, sent, kind, size, ns, body
  attachment = 22,        ///< name, media type, ns, bytes
  body = 24,              ///< number of the attempt's exchange, is_request, bytes: the whole body
  secret = 21,            ///< value: nothing may show it from now on
  settings_refused = 20,  ///< SettingsRefused: the plugin can't be used as it is configured; bye follows
};

/// A service's settings as its page and the plugin's instance need them.
struct ServiceOrder {
  std::string name, base_url, health_endpoint;
  int64_t timeout_ms = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> request_options;  ///< as ServiceConfig has them
  std::vector<std::string> secret_names;   ///< headers and query parameters that records mask
  std::vector<std::string> secret_values;  ///< as the configuration knows them
  RateLimitSettings rate_limit;
  uint32_t limiter = 0;         ///< its own among the run's
  std::string environment;      ///< general.environment
  std::string plugin_settings;  ///< what the service says of this plugin, as JSON text
  /// Of a managed service, for its late names: the port leased for it, or 0, and the services' folder.
  uint16_t port = 0;
  std::string run_folder = {};
};

struct DescribeOrder {
  std::string plugin_path;
  ServiceOrder service;
};
void encode(ByteWriter& out, const DescribeOrder& value);
DescribeOrder decode_describe_order(ByteReader& in);

/// A test of a unit.
struct TestOrder {
  uint32_t test = 0;  ///< its index in the run
  std::string id;     ///< module::name, as the plugin knows it
  uint32_t first_attempt = 1;
  uint32_t last_attempt = 1;         ///< the worker retries in place up to this one
  int64_t timeout_ms = 0;            ///< of its body; 0: none
  std::vector<uint32_t> depends_on;  ///< indices in the run, of tests earlier in this unit
};

struct UnitOrder {
  uint64_t unit = 0;
  std::string plugin_path;
  uint64_t list_fingerprint = 0;
  ServiceOrder service;
  bool has_fresh_pages = false;      ///< mode test: each test gets a page of its own
  bool keeps_scope = false;          ///< the scope stays open for a next unit of the same service
  bool exits_after = false;          ///< finish when the unit is done, without being told
  bool recycles_on_failure = false;  ///< the first attempt that fails is the worker's last
  uint32_t max_failures = 0;         ///< end the unit after so many tests of it have failed; 0: never
  int64_t grace_ms = 0;              ///< for cleanup after a cancellation
  ResourceLimits resources;          ///< from the first order on
  std::vector<std::pair<std::string, std::string>> metadata;  ///< key, json: of tests that finished before
  std::vector<TestOrder> tests;
};
void encode(ByteWriter& out, const UnitOrder& value);
UnitOrder decode_unit_order(ByteReader& in);

}  // namespace e2e::host
