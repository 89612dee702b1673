#include "report/live_lines.hpp"

#include <utility>

#include "report/safe_text.hpp"

namespace e2e::host {

std::string LiveLines::line(const std::string& prefix, std::string_view bytes) {
  if (bytes.ends_with('\r')) bytes.remove_suffix(1);
  std::string text;
  for (const std::string& part : safe_lines(bytes)) text += prefix + part + '\n';
  return text.empty() ? prefix + '\n' : text;
}

std::string LiveLines::release(Held& held) {
  if (held.bytes.empty()) return {};
  return line(held.prefix, std::exchange(held.bytes, {}));
}

std::string LiveLines::take(const LiveOutput& output, std::string_view id, int64_t time_ns) {
  Held& held = held_[{output.slot, output.is_stderr}];
  const std::string who = id.empty() ? "slot " + std::to_string(output.slot) : one_line(id);
  std::string prefix = who + (output.is_stderr ? " ! " : " | ");
  std::string text;
  if (prefix != held.prefix) text = release(held);
  held.prefix = std::move(prefix);
  if (held.bytes.empty()) held.since_ns = time_ns;
  held.bytes.append(output.bytes);
  std::string_view rest = held.bytes;
  for (size_t end = 0; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1)) {
    text += line(held.prefix, rest.substr(0, end));
    held.since_ns = time_ns;
  }
  for (; rest.size() >= longest_line; rest.remove_prefix(longest_line))
    text += line(held.prefix, rest.substr(0, longest_line));
  held.bytes.erase(0, held.bytes.size() - rest.size());
  return text;
}

std::string LiveLines::end_attempt(uint32_t slot) {
  std::string text;
  for (const bool is_stderr : {false, true})
    if (const auto held = held_.find({slot, is_stderr}); held != held_.end()) text += release(held->second);
  return text;
}

std::string LiveLines::tick(int64_t time_ns) {
  std::string text;
  for (auto& [key, held] : held_)
    if (time_ns - held.since_ns >= patience_ns) text += release(held);
  return text;
}

}  // namespace e2e::host
