#include "fake_json.hpp"

#include <atomic>
#include <nlohmann/json.hpp>
#include <string>

namespace e2e_fake {

namespace {

using Node = nlohmann::ordered_json;

std::atomic<std::int64_t> live{0};

const Node& node_of(const e2e_json* value) { return *reinterpret_cast<const Node*>(value); }
const e2e_json* handle_of(const Node& node) { return reinterpret_cast<const e2e_json*>(&node); }

e2e_str kept_text(std::string text) {
  thread_local std::string kept_text;
  kept_text = std::move(text);
  return {kept_text.data(), kept_text.size()};
}

e2e_json* parse(const e2e_host*, e2e_str text, e2e_str* error) noexcept {
  try {
    auto* root = new Node(Node::parse(text.ptr, text.ptr + text.len));
    ++live;
    return reinterpret_cast<e2e_json*>(root);
  } catch (const std::exception&) {
    *error = kept_text("syntax error");
    return nullptr;
  }
}

void release(const e2e_host*, e2e_json* root) noexcept {
  if (!root) return;
  --live;
  delete reinterpret_cast<Node*>(root);
}

const e2e_json* at(const e2e_host*, const e2e_json* value, e2e_str pointer) noexcept {
  try {
    return handle_of(node_of(value).at(Node::json_pointer(std::string(pointer.ptr, pointer.len))));
  } catch (const std::exception&) {
    return nullptr;
  }
}

std::uint32_t type(const e2e_host*, const e2e_json* value) noexcept {
  const Node& node = node_of(value);
  if (node.is_boolean()) return E2E_JSON_BOOL;
  if (node.is_number_integer()) return E2E_JSON_INTEGER;
  if (node.is_number()) return E2E_JSON_NUMBER;
  if (node.is_string()) return E2E_JSON_STRING;
  if (node.is_array()) return E2E_JSON_ARRAY;
  return node.is_object() ? E2E_JSON_OBJECT : E2E_JSON_NULL;
}

std::uint64_t size(const e2e_host*, const e2e_json* value) noexcept {
  return node_of(value).is_structured() ? node_of(value).size() : 0;
}

const e2e_json* element(const e2e_host* host, const e2e_json* value, std::uint64_t index) noexcept {
  if (index >= size(host, value)) return nullptr;
  return handle_of(*std::next(node_of(value).begin(), static_cast<std::ptrdiff_t>(index)));
}

e2e_str key(const e2e_host* host, const e2e_json* value, std::uint64_t index) noexcept {
  if (!node_of(value).is_object() || index >= size(host, value)) return {nullptr, 0};
  const std::string& name = std::next(node_of(value).begin(), static_cast<std::ptrdiff_t>(index)).key();
  return {name.data(), name.size()};
}

e2e_str as_string(const e2e_host*, const e2e_json* value) noexcept {
  if (!node_of(value).is_string()) return {"", 0};
  const auto& text = node_of(value).get_ref<const std::string&>();
  return {text.data(), text.size()};
}

std::int64_t as_integer(const e2e_host*, const e2e_json* value) noexcept {
  return node_of(value).is_number_integer() ? node_of(value).get<std::int64_t>() : 0;
}

double as_number(const e2e_host*, const e2e_json* value) noexcept {
  return node_of(value).is_number() ? node_of(value).get<double>() : 0.0;
}

std::uint32_t as_bool(const e2e_host*, const e2e_json* value) noexcept {
  return node_of(value).is_boolean() && node_of(value).get<bool>() ? 1 : 0;
}

e2e_str dump(const e2e_host*, const e2e_json* value) noexcept { return kept_text(node_of(value).dump()); }

const e2e_json_v1 json_functions{
    sizeof(e2e_json_v1), 0,          parse,     release, at,  type, size, element, key,
    as_string,           as_integer, as_number, as_bool, dump};

}  // namespace

const e2e_json_v1& json_table() { return json_functions; }
std::int64_t live_documents() { return live; }

}  // namespace e2e_fake
