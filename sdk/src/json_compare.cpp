#include "e2e/context.hpp"
#include "frame.hpp"
#include "pattern.hpp"
#include "pointer_token.hpp"
#include "text_forms.hpp"
#include "verify.hpp"

namespace e2e::detail {

namespace {

using Kind = PatternNode::Kind;

constexpr std::size_t max_shown_bytes = 120;

bool is_number(JsonType type) { return type == JsonType::integer || type == JsonType::number; }

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string expected_got(const std::string& expected, const Json& actual) {
  return "expected " + cut(expected, max_shown_bytes) + ", got " + shown(actual);
}

void compare_objects(const Json& actual, const Json& expected, Differences& differences) {
  for (const std::string& key : expected.keys()) {
    if (actual.contains(key)) {
      compare(actual[key], expected[key], differences);
    } else {
      differences.add(actual.pointer() + pointer_token(key),
                      "expected " + shown(expected[key]) + ", but it is missing");
    }
  }
  for (const std::string& key : actual.keys()) {
    if (!expected.contains(key)) differences.add(actual[key], "not expected, got " + shown(actual[key]));
  }
}

void compare_arrays(const Json& actual, const Json& expected, Differences& differences) {
  const std::size_t size = expected.size();
  if (actual.size() != size)
    differences.add(actual,
                    "expected " + counted(size, "element") + ", got " + std::to_string(actual.size()));
  for (std::size_t i = 0; i < size && i < actual.size(); ++i) compare(actual[i], expected[i], differences);
  for (std::size_t i = actual.size(); i < size; ++i)
    differences.add(actual.pointer() + "/" + std::to_string(i),
                    "expected " + shown(expected[i]) + ", but it is missing");
  for (std::size_t i = size; i < actual.size(); ++i)
    differences.add(actual[i], "not expected, got " + shown(actual[i]));
}

bool is_any(const Json& actual, AnyKind kind) {
  const JsonType type = actual.type();
  switch (kind) {
    case AnyKind::value:
      return true;
    case AnyKind::string:
      return type == JsonType::string;
    case AnyKind::integer:
      return type == JsonType::integer;
    case AnyKind::number:
      return is_number(type);
    case AnyKind::boolean:
      return type == JsonType::boolean;
    case AnyKind::array:
      return type == JsonType::array;
    case AnyKind::object:
      return type == JsonType::object;
    default:
      break;
  }
  if (type != JsonType::string) return false;
  const std::string text = actual.as_string();
  switch (kind) {
    case AnyKind::non_empty:
      return !text.empty();
    case AnyKind::uuid:
      return is_uuid(text);
    case AnyKind::date:
      return is_date(text);
    case AnyKind::date_time:
      return is_date_time(text);
    default:
      return is_http_url(text);
  }
}

bool looks_like(const Json& actual, const Pattern& pattern) {
  Differences differences;
  compare(actual, pattern, differences);
  return differences.empty();
}

void compare_members(const Json& actual, const PatternNode& node, Differences& differences) {
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const std::string& key = node.keys[i];
    if (actual.contains(key)) {
      compare(actual[key], node.children[i], differences);
    } else if (node.children[i].node().kind != Kind::optional) {
      differences.add(actual.pointer() + pointer_token(key),
                      "expected " + cut(node.children[i].text(), max_shown_bytes) + ", but it is missing");
    }
  }
  if (node.kind != Kind::exactly) return;
  for (const std::string& key : actual.keys()) {
    bool is_expected = false;
    for (const std::string& one : node.keys) is_expected = is_expected || one == key;
    if (!is_expected) differences.add(actual[key], "not expected, got " + shown(actual[key]));
  }
}

/// Gives each pattern an element of its own, whichever suits (Kuhn's augmenting paths).
class Assignment {
 public:
  Assignment(const Json& actual, const std::vector<Pattern>& patterns) : owner_(actual.size(), none) {
    for (const Pattern& pattern : patterns) {
      std::vector<bool> suits;
      for (const Json& element : actual) suits.push_back(looks_like(element, pattern));
      suits_.push_back(std::move(suits));
    }
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      std::vector<bool> is_tried(owner_.size());
      if (!place(i, is_tried)) unplaced.push_back(i);
    }
  }

  std::vector<std::size_t> unplaced;  ///< patterns that got none
  bool is_taken(std::size_t element) const { return owner_[element] != none; }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  bool place(std::size_t pattern, std::vector<bool>& is_tried) {
    for (std::size_t element = 0; element < owner_.size(); ++element) {
      if (is_tried[element] || !suits_[pattern][element]) continue;
      is_tried[element] = true;
      if (owner_[element] == none || place(owner_[element], is_tried)) {
        owner_[element] = pattern;
        return true;
      }
    }
    return false;
  }

  std::vector<std::vector<bool>> suits_;  // by pattern, by element
  std::vector<std::size_t> owner_;        // of each element
};

void compare_unordered(const Json& actual, const PatternNode& node, Differences& differences) {
  const std::size_t count = node.children.size();
  if (node.kind == Kind::any_order && actual.size() != count) {
    differences.add(actual,
                    "expected " + counted(count, "element") + ", got " + std::to_string(actual.size()));
  }
  const Assignment assignment(actual, node.children);
  for (const std::size_t i : assignment.unplaced)
    differences.add(actual, "no element for " + cut(node.children[i].text(), max_shown_bytes));
  if (node.kind == Kind::contains) return;
  for (std::size_t i = 0; i < actual.size(); ++i)
    if (!assignment.is_taken(i)) differences.add(actual[i], "not expected, got " + shown(actual[i]));
}

void compare_array(const Json& actual, const PatternNode& node, Differences& differences) {
  if (node.kind == Kind::each) {
    for (const Json& element : actual) compare(element, node.children[0], differences);
  } else if (node.kind == Kind::elements) {
    const std::size_t count = node.children.size();
    if (actual.size() != count)
      differences.add(actual,
                      "expected " + counted(count, "element") + ", got " + std::to_string(actual.size()));
    for (std::size_t i = 0; i < count && i < actual.size(); ++i)
      compare(actual[i], node.children[i], differences);
  } else {
    compare_unordered(actual, node, differences);
  }
}

bool does_match(const Json& actual, const std::string& expression) {
  if (actual.type() != JsonType::string) return false;
  const Frame& frame = required_frame("e2e::matching()");
  return is_found(api_of(frame.instance), expression, actual.as_string(), frame.last_seen);
}

}  // namespace

std::string cut(std::string text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

std::string shown(const Json& value) { return cut(value.dump(), max_shown_bytes); }

void Differences::add(const std::string& pointer, const std::string& what) {
  ++count_;
  if (count_ <= max_kept) lines_.push_back((pointer.empty() ? "the document" : pointer) + ": " + what);
}

std::vector<std::string> Differences::take() {
  if (count_ > max_kept) lines_.push_back("and " + std::to_string(count_ - max_kept) + " more");
  return std::move(lines_);
}

void compare(const Json& actual, const Json& expected, Differences& differences) {
  if (actual.is_object() && expected.is_object()) {
    compare_objects(actual, expected, differences);
  } else if (actual.is_array() && expected.is_array()) {
    compare_arrays(actual, expected, differences);
  } else if (!actual.equals(expected)) {
    differences.add(actual, expected_got(expected.dump(), actual));
  }
}

void compare(const Json& actual, const Pattern& pattern, Differences& differences) {
  const PatternNode& node = pattern.node();
  bool is_same = true;
  switch (node.kind) {
    case Kind::literal:
      return compare(actual, parse_json(node.text), differences);
    case Kind::optional:
      if (!actual.is_null()) compare(actual, node.children[0], differences);
      return;
    case Kind::object:
    case Kind::exactly:
      if (actual.is_object()) return compare_members(actual, node, differences);
      is_same = false;
      break;
    case Kind::each:
    case Kind::elements:
    case Kind::any_order:
    case Kind::contains:
      if (actual.is_array()) return compare_array(actual, node, differences);
      is_same = false;
      break;
    case Kind::any:
      is_same = is_any(actual, node.any);
      break;
    case Kind::matching:
      is_same = does_match(actual, node.text);
      break;
    case Kind::satisfies:
      is_same = node.predicate->holds(actual);
      break;
  }
  if (!is_same) differences.add(actual, expected_got(pattern.text(), actual));
}

}  // namespace e2e::detail
