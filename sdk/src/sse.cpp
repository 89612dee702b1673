#include "e2e/sse.hpp"

#include "e2e/body.hpp"
#include "e2e/error.hpp"
#include "frame.hpp"

namespace e2e {

namespace {

/// Thrown through the request, which it breaks off.
struct Enough {};

constexpr std::size_t max_event_bytes = 1u << 20;

[[noreturn]] void fail_with(const std::vector<ServerEvent>& events, std::size_t count,
                            const std::string& reason, Location where) {
  std::string message =
      std::to_string(events.size()) + " of " + std::to_string(count) + " events came; " + reason;
  for (const ServerEvent& event : events) message += "\n" + event.type + ": " + event.data.substr(0, 200);
  const std::string expression = "server_events(page, " + std::to_string(count) + ")";
  detail::Failure failure;
  failure.where = where;
  failure.expression = expression;
  failure.message = message;
  detail::report_hard(failure);
}

}  // namespace

namespace detail {

bool EventParser::feed(std::string_view bytes, std::vector<ServerEvent>& events) {
  if (is_at_start_ && bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  if (!bytes.empty()) is_at_start_ = false;
  for (const char c : bytes) {
    const bool ends_return = was_return_ && c == '\n';
    was_return_ = c == '\r';
    if (ends_return) continue;
    if (c == '\r' || c == '\n') {
      take_line(line_, events);
      line_.clear();
    } else {
      line_ += c;
    }
    if (line_.size() + data_.size() > max_event_bytes) return false;
  }
  return true;
}

void EventParser::take_line(std::string_view line, std::vector<ServerEvent>& events) {
  if (line.empty()) {
    if (has_data_) events.push_back({type_.empty() ? "message" : type_, data_, id_});
    type_.clear();
    data_.clear();
    has_data_ = false;
    return;
  }
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  if (field == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (field == "event") {
    type_ = value;
  } else if (field == "id" && value.find('\0') == std::string_view::npos) {
    id_ = value;
  }
}

}  // namespace detail

std::vector<ServerEvent> server_events(Page& page, const Target& target, std::size_t count,
                                       std::int64_t deadline_ms) {
  detail::EventParser parser;
  std::vector<ServerEvent> events;
  bool is_too_large = false;
  const auto take = [&](std::string_view piece) {
    is_too_large = !parser.feed(piece, events);
    if (is_too_large || events.size() >= count) throw Enough();
  };
  try {
    const Response response =
        page.get(target, header("accept", "text/event-stream"), stream_to(take), timeout_ms(deadline_ms));
    Page::assert_ok(response, target.where());
    Page::assert_header_matches(response, "content-type", "^text/event-stream", target.where());
    fail_with(events, count, "the stream ended", target.where());
  } catch (const Enough&) {
    if (is_too_large) fail_with(events, count, "the next one has more than 1 MiB", target.where());
  } catch (const RequestError& error) {
    fail_with(events, count, error.reason(), target.where());
  }
  events.resize(count);
  return events;
}

}  // namespace e2e
