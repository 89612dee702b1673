#include "page/json_extension.hpp"

#include <new>
#include <string>

#include "page/abi_text.hpp"
#include "page/json_document.hpp"

namespace e2e::host {

namespace {

static_assert(static_cast<uint32_t>(JsonType::null) == E2E_JSON_NULL);
static_assert(static_cast<uint32_t>(JsonType::boolean) == E2E_JSON_BOOL);
static_assert(static_cast<uint32_t>(JsonType::integer) == E2E_JSON_INTEGER);
static_assert(static_cast<uint32_t>(JsonType::number) == E2E_JSON_NUMBER);
static_assert(static_cast<uint32_t>(JsonType::string) == E2E_JSON_STRING);
static_assert(static_cast<uint32_t>(JsonType::array) == E2E_JSON_ARRAY);
static_assert(static_cast<uint32_t>(JsonType::object) == E2E_JSON_OBJECT);

void set_error(e2e_str* error, std::string_view reason) noexcept {
  if (error != nullptr) *error = to_abi(reason);
}

e2e_json* parse(const e2e_host*, e2e_str text, e2e_str* error) noexcept {
  thread_local std::string reason;
  set_error(error, {});
  const auto given = from_abi(text);
  if (!given) {
    set_error(error, "the text has a length but no pointer");
    return nullptr;
  }
  try {
    auto document = JsonDocument::parse(*given, reason);
    if (!document) {
      set_error(error, reason);
      return nullptr;
    }
    document->give_to_plugin();
    return const_cast<e2e_json*>(to_handle(&document.release()->root()));
  } catch (...) {
    set_error(error, "not enough memory to parse it");
    return nullptr;
  }
}

void release(const e2e_host*, e2e_json* root) noexcept {
  if (root == nullptr) return;
  JsonDocument& document = from_handle(root)->document();
  if (document.is_plugins() && to_handle(&document.root()) == root) delete &document;
}

const e2e_json* at(const e2e_host*, const e2e_json* value, e2e_str pointer) noexcept {
  const auto given = from_abi(pointer);
  return value != nullptr && given ? to_handle(from_handle(value)->at(*given)) : nullptr;
}

uint32_t type(const e2e_host*, const e2e_json* value) noexcept {
  return value != nullptr ? static_cast<uint32_t>(from_handle(value)->type()) : E2E_JSON_NULL;
}

uint64_t size(const e2e_host*, const e2e_json* value) noexcept {
  return value != nullptr ? from_handle(value)->size() : 0;
}

const e2e_json* element(const e2e_host*, const e2e_json* value, uint64_t index) noexcept {
  return value != nullptr ? to_handle(from_handle(value)->element(index)) : nullptr;
}

e2e_str key(const e2e_host*, const e2e_json* value, uint64_t index) noexcept {
  if (value == nullptr || from_handle(value)->type() != JsonType::object) return {};
  const JsonValue* const member = from_handle(value)->element(index);
  return member != nullptr ? to_abi(member->name()) : e2e_str{};
}

e2e_str as_string(const e2e_host*, const e2e_json* value) noexcept {
  return value != nullptr ? to_abi(from_handle(value)->as_string()) : e2e_str{};
}

int64_t as_integer(const e2e_host*, const e2e_json* value) noexcept {
  return value != nullptr ? from_handle(value)->as_integer() : 0;
}

double as_number(const e2e_host*, const e2e_json* value) noexcept {
  return value != nullptr ? from_handle(value)->as_number() : 0;
}

uint32_t as_bool(const e2e_host*, const e2e_json* value) noexcept {
  return value != nullptr && from_handle(value)->as_boolean() ? 1 : 0;
}

e2e_str dump(const e2e_host*, const e2e_json* value) noexcept {
  if (value == nullptr) return {};
  try {
    return to_abi(from_handle(value)->document().dump(*from_handle(value)));
  } catch (...) {
    return {};
  }
}

constexpr e2e_json_v1 json_functions = {
    sizeof(e2e_json_v1), 0,          parse,     release, at,   type, size, element, key,
    as_string,           as_integer, as_number, as_bool, dump,
};

}  // namespace

const e2e_json_v1& json_extension() noexcept { return json_functions; }

const JsonValue* from_handle(const e2e_json* value) noexcept {
  return reinterpret_cast<const JsonValue*>(value);
}

const e2e_json* to_handle(const JsonValue* value) noexcept {
  return reinterpret_cast<const e2e_json*>(value);
}

}  // namespace e2e::host
