#include "page/json_schema.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/utf8.hpp"
#include "page/json_document.hpp"

namespace e2e::host {

namespace {

using nlohmann::json;

/// valijson matches by std::regex, which takes 1 KiB of stack for each byte of a text (measured: 8 MiB end
/// between 4 and 16 KiB of text). So it gets a stack of its own, and longer texts are refused.
constexpr size_t max_matched_bytes = 64u << 10;
constexpr size_t stack_bytes = 256u << 20;

json copy_of(const JsonValue& value) {
  switch (value.type()) {
    case JsonType::null:
      return nullptr;
    case JsonType::boolean:
      return value.as_boolean();
    case JsonType::integer:
      return value.as_integer();
    case JsonType::number:
      return value.as_number();
    case JsonType::string:
      return value.as_string();
    case JsonType::array: {
      json array = json::array();
      for (uint64_t i = 0; i < value.size(); ++i) array.push_back(copy_of(*value.element(i)));
      return array;
    }
    case JsonType::object: {
      json object = json::object();
      for (uint64_t i = 0; i < value.size(); ++i)
        object[std::string(value.element(i)->name())] = copy_of(*value.element(i));
      return object;
    }
  }
  return nullptr;
}

bool has_long_text(const JsonValue& value) {
  if (value.as_string().size() > max_matched_bytes || value.name().size() > max_matched_bytes) return true;
  for (uint64_t i = 0; i < value.size(); ++i)
    if (has_long_text(*value.element(i))) return true;
  return false;
}

bool has_member(const JsonValue& value, std::initializer_list<std::string_view> names) {
  if (std::find(names.begin(), names.end(), value.name()) != names.end()) return true;
  for (uint64_t i = 0; i < value.size(); ++i)
    if (has_member(*value.element(i), names)) return true;
  return false;
}

std::string pointer_of(const std::vector<std::string>& context) {
  // "<root>", "[items]", "[0]": quoted names of members, indices of elements.
  std::string pointer;
  for (size_t i = 1; i < context.size(); ++i) {
    std::string_view step = context[i];
    if (step.starts_with('[') && step.ends_with(']')) step = step.substr(1, step.size() - 2);
    pointer += '/';
    for (const char c : step) pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  return pointer.empty() ? "the document" : pointer;
}

void validate(const json& schema_document, const json& value, SchemaVerdict& verdict) {
  using Adapter = valijson::adapters::NlohmannJsonAdapter;
  valijson::Schema schema;
  try {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(Adapter(schema_document), schema);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& wrong) {
    verdict.error = fmt::format("the schema can't be used: {}", printable(wrong.what()));
    return;
  }
  try {
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    if (validator.validate(schema, Adapter(value), &results)) return;
    valijson::ValidationResults::Error error;
    while (verdict.problems.size() < SchemaVerdict::max_problems && results.popError(error)) {
      // Of each member and element that is wrong valijson says it again for what has it.
      if (error.description.starts_with("Failed to validate against schema associated with property name") ||
          error.description.starts_with("Failed to validate item #")) {
        continue;
      }
      verdict.problems.push_back(
          fmt::format("{}: {}", pointer_of(error.context), printable(error.description)));
    }
    if (verdict.problems.empty()) verdict.problems.emplace_back("the document: not valid");
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& wrong) {
    verdict.error = fmt::format("the document can't be held against the schema: {}", printable(wrong.what()));
  }
}

struct Task {
  const JsonValue& schema;
  const JsonValue& value;
  SchemaVerdict verdict = {};
  std::exception_ptr thrown = {};
};

void* run(void* argument) noexcept {
  auto& task = *static_cast<Task*>(argument);
  try {
    validate(copy_of(task.schema), copy_of(task.value), task.verdict);
  } catch (...) {
    task.thrown = std::current_exception();
  }
  return nullptr;
}

}  // namespace

SchemaVerdict check_schema(const JsonValue& schema, const JsonValue& value) {
  if (schema.type() != JsonType::object && schema.type() != JsonType::boolean)
    return {"the schema can't be used: it is neither an object nor true or false", {}};
  if (has_member(schema, {"pattern", "patternProperties", "format"}) && has_long_text(value)) {
    return {
        fmt::format("the document has a text longer than {} KiB, which no pattern or format is held against",
                    max_matched_bytes >> 10),
        {}};
  }
  Task task{schema, value};
  // Signals are for the test's own thread.
  sigset_t all, before;
  sigfillset(&all);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread{};
  const int failure = pthread_create(&thread, &attributes, run, &task);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  if (failure != 0) return {"there is no memory for a stack to validate on", {}};
  pthread_join(thread, nullptr);
  if (task.thrown) std::rethrow_exception(task.thrown);
  return std::move(task.verdict);
}

}  // namespace e2e::host
