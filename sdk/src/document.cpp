#include "document.hpp"

#include "e2e/context.hpp"

namespace e2e::detail {

namespace {

/// "an object with the members "id", "email"", "an array of 3", "the string "x""
std::string description(const HostApi& api, const e2e_json* node) {
  constexpr std::uint64_t max_members = 12;
  const std::uint64_t size = api.json->size(api.host, node);
  switch (api.json->type(api.host, node)) {
    case E2E_JSON_OBJECT: {
      if (size == 0) return "an empty object";
      std::string text = size == 1 ? "an object with the member " : "an object with the members ";
      for (std::uint64_t i = 0; i < size && i < max_members; ++i) {
        if (i > 0) text += ", ";
        text += text_of_string(to_view(api.json->key(api.host, node, i)));
      }
      return size > max_members ? text + " and " + std::to_string(size - max_members) + " more" : text;
    }
    case E2E_JSON_ARRAY:
      return size == 1 ? "an array of 1 element" : "an array of " + std::to_string(size) + " elements";
    case E2E_JSON_NULL:
      return "null";
    default:
      return to_string(api.json->dump(api.host, node));
  }
}

}  // namespace

Document* Document::parse(const HostApi& api, std::string_view text, std::string origin, std::string& error) {
  e2e_str reason{};
  e2e_json* root = api.json->parse(api.host, to_str(text), &reason);
  if (!root) {
    error = to_string(reason);
    return nullptr;
  }
  return new Document(api, root, std::move(origin));
}

Document::~Document() { api_.json->release(api_.host, root_); }

Json Document::at(const e2e_json* from, const std::string& from_pointer, std::string_view pointer,
                  const std::string& expression, Location where) {
  if (const e2e_json* node = api_.json->at(api_.host, from, to_str(pointer))) {
    return wrap(node, from_pointer + std::string(pointer), where);
  }
  std::string message = origin_ + ": ";
  if (!pointer.empty() && pointer.front() != '/') {
    message += text_of_string(pointer) + " is no JSON pointer: it has to begin with '/'";
  } else {
    const e2e_json* deepest = nullptr;
    std::string_view prefix = pointer;
    do {
      prefix = prefix.substr(0, prefix.rfind('/'));
      deepest = api_.json->at(api_.host, from, to_str(prefix));
    } while (!deepest && !prefix.empty());
    const std::string place = from_pointer + std::string(prefix);
    message += "no value at " + from_pointer + std::string(pointer) + "; " +
               (place.empty() ? "the document" : place) + " is " +
               description(api_, deepest ? deepest : from);
  }
  Failure failure;
  failure.where = where;
  failure.expression = expression;
  failure.message = message;
  report_hard(failure);
}

Json parse_for_test(const HostApi& api, std::string_view text, const std::string& origin, Location where) {
  std::string error;
  const DocumentHold document(Document::parse(api, text, origin, error));
  if (document) return document->wrap(document->root(), "", where);
  const std::string message = origin + " is not JSON: " + error + "; it begins with " + excerpt(text);
  Failure failure;
  failure.where = where;
  failure.message = message;
  report_hard(failure);
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t max_bytes = 60;
  if (text.size() <= max_bytes) return text_of_string(text);
  std::size_t end = max_bytes;
  // Not in the middle of a UTF-8 sequence.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text_of_string(text.substr(0, end)) + "...";
}

}  // namespace e2e::detail
