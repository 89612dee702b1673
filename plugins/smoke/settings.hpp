#pragma once

#include <cstdint>
#include <e2e/e2e.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What services.SERVICE.plugins.smoke of e2e.conf says: docs/smoke.md.
namespace smoke {

/// A header that an answer has to have: of that value, or any.
struct ExpectedHeader {
  std::string name;
  std::optional<std::string> value;
};

/// A request and what is expected of its answer.
struct Endpoint {
  std::string setting;  ///< "endpoints[1]": where it is configured
  std::string name;     ///< of its test
  std::string method = "GET";
  std::string path;
  std::optional<e2e::Json> body;
  std::vector<e2e::Field> request_headers;
  std::vector<int> statuses;  ///< any of these; empty: any 2xx
  std::vector<ExpectedHeader> headers;
  std::vector<std::pair<std::string, e2e::Json>> json;  ///< JSON pointer, value
  std::optional<std::int64_t> latency_ms;
};

/// How a latency is measured.
struct Measuring {
  std::int64_t requests = 10;
  std::int64_t percentile = 0;  ///< 0: the best of them
};

struct Settings {
  bool has_health = true;
  std::optional<std::int64_t> latency_ms;  ///< of the health endpoint
  Measuring measuring;
  std::vector<Endpoint> endpoints;
};

/// Reads the settings; what is wrong with them is told to `registrar`, all of it.
Settings read_settings(const e2e::Json& settings, e2e::TestRegistrar& registrar);

}  // namespace smoke
