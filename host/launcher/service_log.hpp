#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret_values.hpp"
#include "base/unique_fd.hpp"

namespace e2e::host {

/// A managed service's output in a file of bounded size: all of it, or where that is too much, what came
/// first and, after a line that says how much is missing, what came last. The latter is there once the log is
/// closed.
class ServiceLog {
 public:
  static constexpr uint64_t max_head_bytes = 16 << 20;
  static constexpr size_t max_tail_bytes = 64 << 10;

  /// Makes the file, and the folders it is in; what it held is gone. What `secrets` knows when it comes is
  /// left out; they outlive this. Throws std::runtime_error that says why not.
  ServiceLog(const std::string& path, const SecretValues& secrets);
  ~ServiceLog() { close(); }
  ServiceLog(const ServiceLog&) = delete;
  ServiceLog& operator=(const ServiceLog&) = delete;

  void append(std::string_view bytes);
  /// Writes what is still to be written. Idempotent.
  void close();
  /// The last lines of the output: at most 20, and 4 KiB.
  [[nodiscard]] std::string last_lines() const;

 private:
  void add(std::string_view clean);

  UniqueFd file_;
  const SecretValues& secrets_;
  std::string held_;  ///< the end of what came, which may begin a secret
  uint64_t total_bytes_ = 0, head_bytes_ = 0;
  std::string tail_;  ///< the last bytes of all, in the head or not
};

}  // namespace e2e::host
