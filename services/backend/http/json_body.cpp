#include "http/json_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "http/json_response.hpp"

namespace demo {
namespace {

using nlohmann::json;

json parse(std::string_view text) {
  try {
    return json::parse(text);
  } catch (const json::exception& error) {
    throw HttpError(error_response(400, "invalid_json", error.what()));
  }
}

Response validation_failed(const std::map<std::string, std::string>& fields) {
  return json_response(
      422, {{"error", "validation_failed"}, {"message", "some fields are not valid"}, {"fields", fields}});
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (at == 0 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos)
    return false;
  if (text.find_first_of(" \t<>()[],;:\\\"") != std::string_view::npos) return false;
  const std::string_view domain = text.substr(at + 1);
  const auto dot = domain.rfind('.');
  return dot != std::string_view::npos && dot > 0 && dot + 1 < domain.size() && domain.front() != '.' &&
         domain.find("..") == std::string_view::npos;
}

}  // namespace

JsonBody::JsonBody(std::string_view text, std::initializer_list<std::string_view> known)
    : owned_(std::make_unique<json>(parse(text))), object_(owned_.get()) {
  if (!object_->is_object()) throw validation_error("", "must be an object");
  reject_unknown(known);
}

JsonBody::JsonBody(JsonBody& parent, const json& object, std::string prefix,
                   std::initializer_list<std::string_view> known)
    : object_(&object), parent_(&parent), prefix_(std::move(prefix)) {
  if (!object.is_object()) {
    parent.reject(prefix_, "must be an object");
    owned_ = std::make_unique<json>(json::object());
    object_ = owned_.get();
    is_rejected_ = true;
  }
  reject_unknown(known);
}

JsonBody::~JsonBody() = default;

void JsonBody::reject_unknown(std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : object_->items()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) reject(name, "is not a known field");
  }
}

const json* JsonBody::find(std::string_view field) const {
  const auto found = object_->find(field);
  return found == object_->end() ? nullptr : &*found;
}

bool JsonBody::has(std::string_view field) const { return find(field) != nullptr; }

bool JsonBody::is_null(std::string_view field) const {
  const json* const value = find(field);
  return value != nullptr && value->is_null();
}

std::string JsonBody::text(std::string_view field, std::size_t min, std::size_t max) {
  if (!has(field)) reject(field, "is required");
  return optional_text(field, min, max).value_or("");
}

std::optional<std::string> JsonBody::optional_text(std::string_view field, std::size_t min, std::size_t max) {
  const json* const value = find(field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    reject(field, "must be a string");
    return std::nullopt;
  }
  const auto& text = value->get_ref<const std::string&>();
  if (text.size() < min || text.size() > max) {
    reject(field, fmt::format("must have {} to {} characters", min, max));
    return std::nullopt;
  }
  if (has_control_character(text)) {
    reject(field, "must not contain control characters");
    return std::nullopt;
  }
  return text;
}

std::string JsonBody::email(std::string_view field) {
  const std::string address = text(field, 3, 254);
  if (!is_email(address)) reject(field, "must be an e-mail address");
  return address;
}

std::int64_t JsonBody::integer(std::string_view field, std::int64_t min, std::int64_t max) {
  if (!has(field)) reject(field, "is required");
  return optional_integer(field, min, max).value_or(0);
}

std::optional<std::int64_t> JsonBody::optional_integer(std::string_view field, std::int64_t min,
                                                       std::int64_t max) {
  const json* const value = find(field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer()) {
    reject(field, "must be an integer");
    return std::nullopt;
  }
  constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  const bool is_too_large = value->is_number_unsigned() && value->get<std::uint64_t>() > largest;
  const auto number = value->get<std::int64_t>();
  if (is_too_large || number < min || number > max) {
    reject(field, fmt::format("must be between {} and {}", min, max));
    return std::nullopt;
  }
  return number;
}

const json& JsonBody::array(std::string_view field, std::size_t min, std::size_t max) {
  static const json empty = json::array();
  const json* const value = find(field);
  if (value == nullptr) {
    reject(field, "is required");
  } else if (!value->is_array()) {
    reject(field, "must be an array");
  } else if (value->size() < min || value->size() > max) {
    reject(field, fmt::format("must have {} to {} elements", min, max));
  } else {
    return *value;
  }
  return empty;
}

void JsonBody::reject(std::string_view field, std::string_view reason) {
  if (is_rejected_) return;
  if (parent_ != nullptr) return parent_->reject(fmt::format("{}.{}", prefix_, field), reason);
  rejected_.emplace(field, reason);
}

void JsonBody::check() const {
  if (!rejected_.empty()) throw HttpError(validation_failed(rejected_));
}

HttpError validation_error(std::string_view field, std::string_view reason) {
  return HttpError(validation_failed({{std::string(field), std::string(reason)}}));
}

}  // namespace demo
