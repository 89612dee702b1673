#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/priority.hpp"
#include "discovery/described_plugin.hpp"

namespace e2e::host {

/// Something that a test needs for itself, or a share of.
struct NamedResource {
  std::string name;
  bool is_shared = false;
};

/// What a test's annotations come to.
struct TestAnnotations {
  std::vector<std::string> tags;
  std::vector<std::string> depends_on;  ///< as written
  std::vector<NamedResource> resources;
  Priority priority = Priority::normal;
  int64_t timeout_ms = 0;     ///< 0: it names none
  uint32_t max_attempts = 0;  ///< 0: it names none
};

/// Reads the known annotations of a test; others are passed over. Problems are added as sentences.
TestAnnotations read_annotations(const DescribedTest& test, std::vector<std::string>& problems);

}  // namespace e2e::host
