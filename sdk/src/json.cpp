#include "e2e/json.hpp"

#include "document.hpp"
#include "e2e/check.hpp"
#include "e2e/context.hpp"
#include "frame.hpp"
#include "pattern.hpp"
#include "pointer_token.hpp"

namespace e2e {

namespace {

const char* type_label(JsonType type) {
  switch (type) {
    case JsonType::null:
      return "null";
    case JsonType::boolean:
      return "a bool";
    case JsonType::integer:
      return "an integer";
    case JsonType::number:
      return "a number";
    case JsonType::string:
      return "a string";
    case JsonType::array:
      return "an array";
    case JsonType::object:
      return "an object";
  }
  return "of an unknown type";
}

bool are_equal(const detail::HostApi& api, const e2e_json* lhs, const e2e_json* rhs);

bool are_objects_equal(const detail::HostApi& api, const e2e_json* lhs, const e2e_json* rhs) {
  const auto size = api.json->size(api.host, lhs);
  if (size != api.json->size(api.host, rhs)) return false;
  for (std::uint64_t i = 0; i < size; ++i) {
    const std::string pointer = detail::pointer_token(detail::to_view(api.json->key(api.host, lhs, i)));
    const e2e_json* other = api.json->at(api.host, rhs, detail::to_str(pointer));
    if (!other || !are_equal(api, api.json->element(api.host, lhs, i), other)) return false;
  }
  return true;
}

bool are_arrays_equal(const detail::HostApi& api, const e2e_json* lhs, const e2e_json* rhs) {
  const auto size = api.json->size(api.host, lhs);
  if (size != api.json->size(api.host, rhs)) return false;
  for (std::uint64_t i = 0; i < size; ++i) {
    if (!are_equal(api, api.json->element(api.host, lhs, i), api.json->element(api.host, rhs, i)))
      return false;
  }
  return true;
}

bool are_equal(const detail::HostApi& api, const e2e_json* lhs, const e2e_json* rhs) {
  const e2e_json_v1& json = *api.json;
  const auto left = json.type(api.host, lhs);
  const auto right = json.type(api.host, rhs);
  const auto is_number = [](std::uint32_t type) {
    return type == E2E_JSON_INTEGER || type == E2E_JSON_NUMBER;
  };
  if (left != right) {
    return is_number(left) && is_number(right) &&
           json.as_number(api.host, lhs) == json.as_number(api.host, rhs);
  }
  switch (left) {
    case E2E_JSON_NULL:
      return true;
    case E2E_JSON_BOOL:
      return json.as_bool(api.host, lhs) == json.as_bool(api.host, rhs);
    case E2E_JSON_INTEGER:
      return json.as_integer(api.host, lhs) == json.as_integer(api.host, rhs);
    case E2E_JSON_NUMBER:
      return json.as_number(api.host, lhs) == json.as_number(api.host, rhs);
    case E2E_JSON_STRING:
      return detail::to_view(json.as_string(api.host, lhs)) == detail::to_view(json.as_string(api.host, rhs));
    case E2E_JSON_ARRAY:
      return are_arrays_equal(api, lhs, rhs);
    case E2E_JSON_OBJECT:
      return are_objects_equal(api, lhs, rhs);
    default:
      return false;
  }
}

/// Long ones only begin: the difference says what matters.
detail::Outcome with_difference(const Json& actual, const Json& expected) {
  constexpr std::size_t max_side_bytes = 400;
  detail::Outcome outcome = detail::did_not_hold(detail::cut(actual.dump(), max_side_bytes),
                                                 detail::cut(expected.dump(), max_side_bytes));
  if ((!actual.is_object() && !actual.is_array()) || actual.type() != expected.type()) return outcome;
  detail::Differences differences;
  detail::compare(actual, expected, differences);
  for (const std::string& line : differences.take())
    outcome.sides->difference += (outcome.sides->difference.empty() ? "" : "\n") + line;
  return outcome;
}

}  // namespace

std::string detail::pointer_token(std::string_view key) {
  std::string token = "/";
  for (const char c : key) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

detail::Outcome json_did_not_hold(const Json& actual, const Json& expected) {
  return with_difference(actual, expected);
}
detail::Outcome json_did_not_hold(const Json& actual, const JsonValue& expected) {
  return with_difference(actual, parse_json(expected.text()));
}

Json::Json(detail::Document* document, const e2e_json* node, std::string pointer, Location where)
    : document_(document), node_(node), pointer_(std::move(pointer)), where_(where) {
  document_->retain();
}
Json::Json(const Json& other) : Json(other.document_, other.node_, other.pointer_, other.where_) {}
Json::Json(Json&& other) noexcept
    : document_(other.document_),
      node_(other.node_),
      pointer_(std::move(other.pointer_)),
      where_(other.where_) {
  document_->retain();  // what was moved from stays a valid value
}
Json& Json::operator=(const Json& other) {
  other.document_->retain();
  document_->release();
  document_ = other.document_;
  node_ = other.node_;
  pointer_ = other.pointer_;
  where_ = other.where_;
  return *this;
}
Json& Json::operator=(Json&& other) noexcept { return *this = static_cast<const Json&>(other); }
Json::~Json() { document_->release(); }

JsonType Json::type() const {
  const detail::HostApi& api = document_->api();
  switch (api.json->type(api.host, node_)) {
    case E2E_JSON_BOOL:
      return JsonType::boolean;
    case E2E_JSON_INTEGER:
      return JsonType::integer;
    case E2E_JSON_NUMBER:
      return JsonType::number;
    case E2E_JSON_STRING:
      return JsonType::string;
    case E2E_JSON_ARRAY:
      return JsonType::array;
    case E2E_JSON_OBJECT:
      return JsonType::object;
    default:
      return JsonType::null;
  }
}

void Json::fail_type(const char* wanted, Location where) const {
  const std::string message = document_->origin() + ": " +
                              (pointer_.empty() ? "the document" : "the value at " + pointer_) + " is " +
                              type_label(type()) + ", not " + wanted;
  const std::string text = dump();
  detail::Failure failure;
  failure.where = where;
  failure.message = message;
  failure.expected = wanted;
  failure.actual = text;
  detail::report_hard(failure);
}

std::string Json::as_string(Location where) const {
  if (type() != JsonType::string) fail_type("a string", where);
  const detail::HostApi& api = document_->api();
  return detail::to_string(api.json->as_string(api.host, node_));
}

std::int64_t Json::as_int(Location where) const {
  if (type() != JsonType::integer) fail_type("an integer", where);
  const detail::HostApi& api = document_->api();
  return api.json->as_integer(api.host, node_);
}

double Json::as_double(Location where) const {
  if (type() != JsonType::integer && type() != JsonType::number) fail_type("a number", where);
  const detail::HostApi& api = document_->api();
  return api.json->as_number(api.host, node_);
}

bool Json::as_bool(Location where) const {
  if (type() != JsonType::boolean) fail_type("a bool", where);
  const detail::HostApi& api = document_->api();
  return api.json->as_bool(api.host, node_) != 0;
}

std::size_t Json::size() const {
  const detail::HostApi& api = document_->api();
  return static_cast<std::size_t>(api.json->size(api.host, node_));
}

std::vector<std::string> Json::keys() const {
  std::vector<std::string> names;
  if (!is_object()) return names;
  const detail::HostApi& api = document_->api();
  for (std::size_t i = 0; i < size(); ++i)
    names.push_back(detail::to_string(api.json->key(api.host, node_, i)));
  return names;
}

Json Json::operator[](std::string_view key) const {
  return document_->at(node_, pointer_, detail::pointer_token(key), "[" + detail::text_of_string(key) + "]",
                       where_);
}

Json Json::element(std::int64_t index) const {
  if (!is_array()) fail_type("an array", where_);
  return document_->at(node_, pointer_, "/" + std::to_string(index), "[" + std::to_string(index) + "]",
                       where_);
}

Json Json::at(std::string_view pointer, Location where) const {
  return document_->at(node_, pointer_, pointer, "at(" + detail::text_of_string(pointer) + ")", where);
}

Json Json::child(std::size_t index) const {
  const detail::HostApi& api = document_->api();
  const e2e_json* node = api.json->element(api.host, node_, index);
  if (!node) return element(static_cast<std::int64_t>(index));
  const std::string token =
      is_object() ? detail::pointer_token(detail::to_view(api.json->key(api.host, node_, index)))
                  : "/" + std::to_string(index);
  return document_->wrap(node, pointer_ + token, where_);
}

bool Json::contains(std::string_view key) const {
  const detail::HostApi& api = document_->api();
  return is_object() && api.json->at(api.host, node_, detail::to_str(detail::pointer_token(key))) != nullptr;
}

std::string Json::dump() const {
  const detail::HostApi& api = document_->api();
  return detail::to_string(api.json->dump(api.host, node_));
}

bool Json::equals(const Json& other) const { return are_equal(document_->api(), node_, other.node_); }

bool Json::equals(const JsonValue& other) const {
  return equals(detail::parse_for_test(document_->api(), other.text(), "the value to compare with", where_));
}

Json parse_json(std::string_view text, Location where) {
  const detail::Frame& frame = detail::required_frame("e2e::parse_json()");
  return detail::parse_for_test(detail::api_of(frame.instance), text, "the text given to parse_json()",
                                where);
}

}  // namespace e2e
