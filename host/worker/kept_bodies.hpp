#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "page/exchange.hpp"

namespace e2e::host {

/// Whole bodies of the running attempt's exchanges, of which records have only the beginning, or not every
/// byte. Held until it is known whether the attempt went wrong: where it did not, nobody wants them. Not
/// thread-safe.
class KeptBodies {
 public:
  static constexpr size_t max_body_bytes = 4u << 20;
  /// Of all together; the oldest give way.
  static constexpr size_t max_attempt_bytes = 16u << 20;

  struct Body {
    uint32_t exchange = 0;    ///< 0, 1, ... in the attempt
    bool is_request = false;  ///< false: the answer's
    std::shared_ptr<const std::string> bytes;
  };

  /// Forgets what it has: exchanges count from 0 again.
  void begin_attempt();
  /// Of the next exchange. Shares the answer's, copies the request's.
  void add(const WholeBodies& bodies);
  /// All that is held, in the order of exchanges, the request's before the answer's. Forgets them.
  std::vector<Body> take();

 private:
  void hold(bool is_request, std::shared_ptr<const std::string> bytes);

  uint32_t next_exchange_ = 0;
  std::deque<Body> bodies_;
  size_t bytes_ = 0;
};

/// Whether a record does not have all of a body: it is larger, or not all of it is UTF-8.
[[nodiscard]] bool is_recorded_in_part(std::string_view body) noexcept;

}  // namespace e2e::host
