#include <charconv>

#include "e2e/context.hpp"
#include "e2e/json.hpp"
#include "pointer_token.hpp"

namespace e2e {

namespace {

/// One step of a path: a member, an element, or all of them.
struct Step {
  std::string key;
  std::int64_t index = -1;  // -1: `key` counts
  bool is_all = false;
};

/// Reads "items[0].name", "$.items[*]", "['a.b'].c".
class PathReader {
 public:
  PathReader(std::string_view path, Location where) : path_(path), rest_(path), where_(where) {}

  std::vector<Step> read() {
    std::vector<Step> steps;
    if (rest_.substr(0, 1) == "$") rest_.remove_prefix(1);
    while (!rest_.empty()) {
      if (rest_.front() == '[') {
        steps.push_back(read_bracket());
      } else {
        if (rest_.front() == '.') {
          rest_.remove_prefix(1);
        } else if (!steps.empty()) {
          refuse();
        }
        steps.push_back(read_name());
      }
    }
    return steps;
  }

 private:
  Step read_name() {
    const std::string_view name = rest_.substr(0, rest_.find_first_of(".["));
    if (name.empty()) refuse();
    rest_.remove_prefix(name.size());
    Step step;
    step.is_all = name == "*";
    step.key = name;
    return step;
  }

  Step read_bracket() {
    rest_.remove_prefix(1);
    Step step;
    if (const char quote = rest_.empty() ? '\0' : rest_.front(); quote == '\'' || quote == '"') {
      const std::size_t end = rest_.find(quote, 1);
      if (end == rest_.npos) refuse();
      step.key = rest_.substr(1, end - 1);
      rest_.remove_prefix(end + 1);
      close();
      return step;
    }
    const std::string_view inside = rest_.substr(0, rest_.find(']'));
    rest_.remove_prefix(inside.size());
    close();
    step.is_all = inside == "*";
    if (step.is_all) return step;
    const auto [stop, code] = std::from_chars(inside.data(), inside.data() + inside.size(), step.index);
    if (code != std::errc() || stop != inside.data() + inside.size() || step.index < 0) refuse();
    return step;
  }

  void close() {
    if (rest_.empty() || rest_.front() != ']') refuse();
    rest_.remove_prefix(1);
  }

  [[noreturn]] void refuse() const {
    fail(detail::text_of_string(path_) +
             " is no path: it has names with dots between, [0] for an element, "
             "['a.b'] for any name, and [*] for all",
         where_);
  }

  std::string_view path_, rest_;
  Location where_;
};

std::string pointer_of(const Step& step) {
  return step.index >= 0 ? "/" + std::to_string(step.index) : detail::pointer_token(step.key);
}

void collect(const Json& from, const std::vector<Step>& steps, std::size_t at, std::vector<Json>& found) {
  if (at == steps.size()) {
    found.push_back(from);
    return;
  }
  const Step& step = steps[at];
  if (step.is_all) {
    for (const Json& child : from) collect(child, steps, at + 1, found);
  } else if (step.index >= 0) {
    if (from.is_array() && static_cast<std::size_t>(step.index) < from.size())
      collect(from[step.index], steps, at + 1, found);
  } else if (from.contains(step.key)) {
    collect(from[step.key], steps, at + 1, found);
  }
}

}  // namespace

Json Json::path(std::string_view path, Location where) const {
  std::string pointer;
  for (const Step& step : PathReader(path, where).read()) {
    if (step.is_all) fail(detail::text_of_string(path) + " may be several values: use all()", where);
    pointer += pointer_of(step);
  }
  return at(pointer, where);
}

std::vector<Json> Json::all(std::string_view path, Location where) const {
  std::vector<Json> found;
  collect(*this, PathReader(path, where).read(), 0, found);
  return found;
}

}  // namespace e2e
