#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "location.hpp"
#include "page.hpp"

/// Server-Sent Events: https://html.spec.whatwg.org/multipage/server-sent-events.html. Not part of e2e.hpp.
namespace e2e {

/// An event of a stream.
struct ServerEvent {
  std::string type = "message";
  std::string data;  ///< Its lines, with '\n' between.
  std::string id;    ///< The last one that was said.
};

namespace detail {

/// Makes events of the bytes of a stream, however these are cut.
class EventParser {
 public:
  /// Appends the events that are whole now. False: an event of more than 1 MiB.
  bool feed(std::string_view bytes, std::vector<ServerEvent>& events);

 private:
  void take_line(std::string_view line, std::vector<ServerEvent>& events);
  std::string line_, type_, data_, id_;
  bool has_data_ = false, was_return_ = false, is_at_start_ = true;
};

}  // namespace detail

/// Asks for a stream and returns its first `count` events, then breaks it off. Ends the test if the answer is
/// no 2xx with the type text/event-stream, or if the stream ends, or `deadline_ms` is over, before there are
/// so many; the failure says what came.
std::vector<ServerEvent> server_events(Page& page, const Target& target, std::size_t count,
                                       std::int64_t deadline_ms = 5000);

}  // namespace e2e
