// A request's JSON body, checked field by field.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace demo {

/// The fields of a JSON object. Each getter checks its field and notes what is wrong with it; check() then
/// throws for all of them together. A field that was rejected reads as absent, or as an empty value.
class JsonBody {
 public:
  /// Parses an object. Throws HttpError: 400 `invalid_json` if it isn't JSON, 422 if it is no object. Fields
  /// other than `known` are rejected.
  JsonBody(std::string_view text, std::initializer_list<std::string_view> known);
  /// An object inside another; what is wrong with its fields is noted in `parent` as `prefix.field`.
  /// `object` and `parent` must outlive it.
  JsonBody(JsonBody& parent, const nlohmann::json& object, std::string prefix,
           std::initializer_list<std::string_view> known);
  JsonBody(const JsonBody&) = delete;
  JsonBody& operator=(const JsonBody&) = delete;
  ~JsonBody();

  [[nodiscard]] bool has(std::string_view field) const;
  [[nodiscard]] bool is_null(std::string_view field) const;
  /// The whole object.
  [[nodiscard]] const nlohmann::json& object() const { return *object_; }

  /// Text of `min` to `max` characters (bytes of UTF-8) without control characters.
  std::string text(std::string_view field, std::size_t min, std::size_t max);
  std::optional<std::string> optional_text(std::string_view field, std::size_t min, std::size_t max);
  /// An e-mail address of the form local@domain.tld.
  std::string email(std::string_view field);
  std::int64_t integer(std::string_view field, std::int64_t min, std::int64_t max);
  std::optional<std::int64_t> optional_integer(std::string_view field, std::int64_t min, std::int64_t max);
  /// An array of `min` to `max` elements; empty and rejected otherwise. Borrowed from this body.
  const nlohmann::json& array(std::string_view field, std::size_t min, std::size_t max);

  /// Notes what is wrong with a field; the first reason given counts.
  void reject(std::string_view field, std::string_view reason);

  /// Throws HttpError 422 `validation_failed` with `fields` if anything was rejected.
  void check() const;

 private:
  void reject_unknown(std::initializer_list<std::string_view> known);
  [[nodiscard]] const nlohmann::json* find(std::string_view field) const;

  std::unique_ptr<nlohmann::json> owned_;
  const nlohmann::json* object_;
  JsonBody* parent_ = nullptr;
  bool is_rejected_ = false;  // it is no object, which says enough
  std::string prefix_;
  std::map<std::string, std::string> rejected_;
};

/// 422 `validation_failed` for one field.
[[nodiscard]] HttpError validation_error(std::string_view field, std::string_view reason);

}  // namespace demo
