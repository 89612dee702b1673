#include "events/json_members.hpp"

#include <fmt/format.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <optional>

#include "base/utf8.hpp"
#include "events/event_reader.hpp"

namespace e2e::host {
namespace {

constexpr size_t max_depth = 16;
constexpr size_t max_values = 4'000'000;
/// What most lines need, so that they take none from the heap.
constexpr size_t usual_bytes = 256 * 1024;

/// Builds a document of what a reader finds, as long as that is within bounds.
class BoundedBuilder {
 public:
  explicit BoundedBuilder(rapidjson::Document& document) : document_(document) {}
  [[nodiscard]] bool is_out_of_bounds() const noexcept { return is_out_of_bounds_; }

  bool Null() { return count() && document_.Null(); }
  bool Bool(bool value) { return count() && document_.Bool(value); }
  bool Int(int value) { return count() && document_.Int(value); }
  bool Uint(unsigned value) { return count() && document_.Uint(value); }
  bool Int64(int64_t value) { return count() && document_.Int64(value); }
  bool Uint64(uint64_t value) { return count() && document_.Uint64(value); }
  bool Double(double value) { return count() && document_.Double(value); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool copy) {
    return count() && document_.RawNumber(text, size, copy);
  }
  bool String(const char* text, rapidjson::SizeType size, bool copy) {
    return count() && document_.String(text, size, copy);
  }
  bool Key(const char* text, rapidjson::SizeType size, bool copy) { return document_.Key(text, size, copy); }
  bool StartObject() { return enter() && document_.StartObject(); }
  bool StartArray() { return enter() && document_.StartArray(); }
  bool EndObject(rapidjson::SizeType members) {
    --depth_;
    return document_.EndObject(members);
  }
  bool EndArray(rapidjson::SizeType items) {
    --depth_;
    return document_.EndArray(items);
  }

 private:
  bool count() {
    if (++values_ > max_values) is_out_of_bounds_ = true;
    return !is_out_of_bounds_;
  }
  bool enter() {
    if (++depth_ > max_depth) is_out_of_bounds_ = true;
    return count();
  }

  rapidjson::Document& document_;
  size_t depth_ = 0, values_ = 0;
  bool is_out_of_bounds_ = false;
};

/// The reader takes all bytes that the first one of a character announces, also behind the end of the text.
constexpr size_t bytes_behind = 4;
/// Texts are decoded within the line's copy.
constexpr unsigned parse_flags = rapidjson::kParseInsituFlag | rapidjson::kParseValidateEncodingFlag;

}  // namespace

struct JsonLine::Memory {
  std::string line;
  std::vector<char> usual = std::vector<char>(usual_bytes);
  rapidjson::MemoryPoolAllocator<> pool{usual.data(), usual.size()};
  std::optional<rapidjson::Document> document;
};

JsonLine::JsonLine() : memory_(std::make_unique<Memory>()) {}
JsonLine::~JsonLine() = default;

JsonValue& JsonLine::parse(std::string_view line) {
  if (line.size() > EventReader::max_line_bytes) throw BadEvent("it is longer than any event");
  Memory& memory = *memory_;
  memory.document.reset();
  memory.pool.Clear();
  memory.line = line;
  memory.line.append(bytes_behind, '\0');
  memory.document.emplace(&memory.pool);
  rapidjson::Document& document = *memory.document;
  bool is_out_of_bounds = false;
  const auto read = [&](rapidjson::Document& into) {
    BoundedBuilder builder(into);
    rapidjson::InsituStringStream text(memory.line.data());
    rapidjson::Reader reader;
    const bool is_whole = !reader.Parse<parse_flags>(text, builder).IsError();
    is_out_of_bounds = builder.is_out_of_bounds();
    return is_whole;
  };
  // A null byte is the end of a text to the reader.
  const bool is_text = line.find('\0') == std::string_view::npos;
  if (is_text) document.Populate(read);
  if (is_out_of_bounds) throw BadEvent("it has more in it than any event");
  if (!document.IsObject()) throw BadEvent("it is no JSON object");
  return document;
}

JsonMembers::JsonMembers(JsonValue& object) : object_(object) {
  if (!object.IsObject()) throw BadEvent("a list has an item that is no object");
}

std::string text_of(const JsonValue& value) {
  std::string text(value.GetString(), value.GetStringLength());
  // A half of a surrogate pair may be escaped, though it is no character.
  if (text.find('\xED') != std::string::npos) make_utf8(text);
  return text;
}

JsonValue* JsonMembers::find(const char* name) {
  const auto found = object_.FindMember(name);
  // RapidJSON's comparison of iterators is ambiguous in C++20, as Clang says.
  return found - object_.MemberEnd() == 0 ? nullptr : &found->value;
}

bool JsonMembers::has(const char* name) const { return object_.HasMember(name); }

std::string JsonMembers::text(const char* name) {
  const JsonValue* value = find(name);
  if (!value) return {};
  if (!value->IsString()) throw BadEvent(fmt::format("'{}' is no text", name));
  return text_of(*value);
}

std::vector<std::string> JsonMembers::texts(const char* name, size_t max_items) {
  std::vector<std::string> found;
  const JsonValue* items = list(name, max_items);
  if (!items) return found;
  found.reserve(items->Size());
  for (const JsonValue& item : items->GetArray()) {
    if (!item.IsString()) throw BadEvent(fmt::format("'{}' has an item that is no text", name));
    found.push_back(text_of(item));
  }
  return found;
}

bool JsonMembers::truth(const char* name) {
  const JsonValue* value = find(name);
  if (!value) return false;
  if (!value->IsBool()) throw BadEvent(fmt::format("'{}' is neither true nor false", name));
  return value->GetBool();
}

int64_t JsonMembers::integer(const char* name, int64_t low, int64_t high) {
  const JsonValue* value = find(name);
  if (!value) return 0;
  if (!value->IsInt64() || value->GetInt64() < low || value->GetInt64() > high)
    throw BadEvent(fmt::format("'{}' is no number from {} to {}", name, low, high));
  return value->GetInt64();
}

int64_t JsonMembers::time_ns(const char* name) { return integer(name, 0, EventReader::max_time_ns); }

int64_t JsonMembers::told_ns(const char* name) {
  return std::clamp(integer(name, INT64_MIN, INT64_MAX), -EventReader::max_time_ns, EventReader::max_time_ns);
}

JsonValue* JsonMembers::list(const char* name, size_t max_items) {
  JsonValue* value = find(name);
  if (!value) return nullptr;
  if (!value->IsArray()) throw BadEvent(fmt::format("'{}' is no list", name));
  if (value->Size() > max_items) throw BadEvent(fmt::format("'{}' has more than {} items", name, max_items));
  return value;
}

JsonValue* JsonMembers::object(const char* name) {
  JsonValue* value = find(name);
  if (value && !value->IsObject()) throw BadEvent(fmt::format("'{}' is no object", name));
  return value;
}

}  // namespace e2e::host
