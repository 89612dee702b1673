#include "events/json_members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "events/event_reader.hpp"

namespace e2e::host {
namespace {

using nlohmann::json;

constexpr size_t max_depth = 16;
constexpr size_t max_values = 4'000'000;

/// Counts what stands outside of texts. Whether it is JSON at all is for the parser to say.
bool is_within_bounds(std::string_view line) {
  size_t depth = 0, values = 1;
  bool is_text = false;
  for (size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '"') {
      is_text = !is_text;
    } else if (is_text) {
      if (c == '\\') ++at;
    } else if (c == '[' || c == '{') {
      if (++depth > max_depth || ++values > max_values) return false;
    } else if (c == ',') {
      if (++values > max_values) return false;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return true;
}

}  // namespace

json parse_bounded(std::string_view line) {
  if (line.size() > EventReader::max_line_bytes) throw BadEvent("it is longer than any event");
  if (!is_within_bounds(line)) throw BadEvent("it has more in it than any event");
  json value = json::parse(line, nullptr, false);
  if (!value.is_object()) throw BadEvent("it is no JSON object");
  return value;
}

JsonMembers::JsonMembers(json& object) : object_(object) {
  if (!object.is_object()) throw BadEvent("a list has an item that is no object");
}

json* JsonMembers::find(const char* name) {
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

bool JsonMembers::has(const char* name) const { return object_.contains(name); }

std::string JsonMembers::text(const char* name) {
  json* value = find(name);
  if (!value) return {};
  if (!value->is_string()) throw BadEvent(fmt::format("'{}' is no text", name));
  return std::move(value->get_ref<std::string&>());
}

std::vector<std::string> JsonMembers::texts(const char* name, size_t max_items) {
  std::vector<std::string> found;
  json* items = list(name, max_items);
  if (!items) return found;
  found.reserve(items->size());
  for (json& item : *items) {
    if (!item.is_string()) throw BadEvent(fmt::format("'{}' has an item that is no text", name));
    found.push_back(std::move(item.get_ref<std::string&>()));
  }
  return found;
}

bool JsonMembers::truth(const char* name) {
  const json* value = find(name);
  if (!value) return false;
  if (!value->is_boolean()) throw BadEvent(fmt::format("'{}' is neither true nor false", name));
  return value->get<bool>();
}

int64_t JsonMembers::integer(const char* name, int64_t low, int64_t high) {
  const json* value = find(name);
  if (!value) return 0;
  const bool is_fit = value->is_number_unsigned() ? value->get<uint64_t>() <= static_cast<uint64_t>(INT64_MAX)
                                                  : value->is_number_integer();
  if (!is_fit || value->get<int64_t>() < low || value->get<int64_t>() > high)
    throw BadEvent(fmt::format("'{}' is no number from {} to {}", name, low, high));
  return value->get<int64_t>();
}

int64_t JsonMembers::time_ns(const char* name) { return integer(name, 0, EventReader::max_time_ns); }

int64_t JsonMembers::told_ns(const char* name) {
  return std::clamp(integer(name, INT64_MIN, INT64_MAX), -EventReader::max_time_ns, EventReader::max_time_ns);
}

json* JsonMembers::list(const char* name, size_t max_items) {
  json* value = find(name);
  if (!value) return nullptr;
  if (!value->is_array()) throw BadEvent(fmt::format("'{}' is no list", name));
  if (value->size() > max_items) throw BadEvent(fmt::format("'{}' has more than {} items", name, max_items));
  return value;
}

json* JsonMembers::object(const char* name) {
  json* value = find(name);
  if (value && !value->is_object()) throw BadEvent(fmt::format("'{}' is no object", name));
  return value;
}

}  // namespace e2e::host
