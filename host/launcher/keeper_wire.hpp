#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_codec.hpp"

/// What host and keeper say to each other about managed services, as frames (base/frame.hpp).
namespace e2e::host {

/// Host to keeper.
enum class KeeperRequest : uint16_t {
  start = 1,   ///< ServiceStart
  stop = 2,    ///< end all: each by its stop signal, after its stop timeout by SIGKILL; stopped follows
  kill = 3,    ///< the same by SIGKILL at once
  secret = 4,  ///< a text that no log shows from now on
};

/// Keeper to host.
enum class KeeperReport : uint16_t {
  ready = 1,    ///< ServiceReady
  failed = 2,   ///< ServiceFailure
  exited = 3,   ///< ServiceExit, of one that was ready
  stopped = 4,  ///< all are ended, and whatever they left running
};

/// What to start, and how. Texts named "late" go through expand_late_names().
struct ServiceStart {
  uint32_t instance = 0;  ///< names it in reports
  std::string service;
  uint32_t slot = 0;                                                          ///< ${worker.index}
  std::vector<std::string> command;                                           ///< late
  std::vector<std::pair<std::string, std::optional<std::string>>> variables;  ///< values late
  std::string folder;                                                         ///< absolute, late
  std::string base_url;                                                       ///< late
  std::string ready_path;  ///< late; empty: it accepts connections
  std::string log;         ///< absolute, late
  int64_t ready_timeout_ms = 0, stop_timeout_ms = 0;
  int32_t stop_signal = 0;
  bool reuse = false;
};
void encode(ByteWriter& out, const ServiceStart& value);
ServiceStart decode_service_start(ByteReader& in);

struct ServiceReady {
  uint32_t instance = 0;
  int64_t pid = 0;    ///< 0: it was found running
  uint16_t port = 0;  ///< leased; 0: none
  std::string base_url, command, log;
  int64_t duration_ns = 0;
};
void encode(ByteWriter& out, const ServiceReady& value);
ServiceReady decode_service_ready(ByteReader& in);

/// One that did not come up; whatever was started of it is ended.
struct ServiceFailure {
  uint32_t instance = 0;
  std::string why;           ///< "exited with code 3 before it was ready"
  std::string command, log;  ///< log is empty where nothing was started
  std::string last_lines;    ///< of its output, bounded
  int64_t duration_ns = 0;
};
void encode(ByteWriter& out, const ServiceFailure& value);
ServiceFailure decode_service_failure(ByteReader& in);

struct ServiceExit {
  uint32_t instance = 0;
  int32_t wait_status = 0;  ///< as of wait(2)
  bool was_asked = false;   ///< by stop or kill
  int64_t end_ns = 0;       ///< monotonic_ns()
  int64_t after_ns = 0;     ///< since it was started
  std::string last_lines;   ///< of its output, bounded
};
void encode(ByteWriter& out, const ServiceExit& value);
ServiceExit decode_service_exit(ByteReader& in);

}  // namespace e2e::host
