#pragma once

#include <atomic>
#include <string>

#include "e2e/json.hpp"
#include "host_api.hpp"

namespace e2e::detail {

/// A parsed JSON document, shared by the Json values that point into it.
class Document {
 public:
  /// Null, and why, if `text` is not JSON. The caller has one reference. `origin` says in messages what was
  /// parsed.
  static Document* parse(const HostApi& api, std::string_view text, std::string origin, std::string& error);

  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  void retain() noexcept { ++references_; }
  void release() noexcept {
    if (--references_ == 0) delete this;
  }

  /// The value at a pointer below `from`; the test fails if there is none. `expression` is how the test
  /// asked.
  Json at(const e2e_json* from, const std::string& from_pointer, std::string_view pointer,
          const std::string& expression, Location where);
  Json wrap(const e2e_json* node, std::string pointer, Location where) {
    return Json(this, node, std::move(pointer), where);
  }

  static const e2e_json* node_of(const Json& json) { return json.node_; }

  const HostApi& api() const { return api_; }
  const e2e_json* root() const { return root_; }
  const std::string& origin() const { return origin_; }

 private:
  Document(const HostApi& api, e2e_json* root, std::string origin)
      : api_(api), root_(root), origin_(std::move(origin)) {}
  ~Document();

  const HostApi& api_;
  e2e_json* root_;
  std::string origin_;
  std::atomic<unsigned> references_{1};
};

/// One reference, given back at the end.
class DocumentHold {
 public:
  explicit DocumentHold(Document* document) : document_(document) {}
  DocumentHold(const DocumentHold&) = delete;
  DocumentHold& operator=(const DocumentHold&) = delete;
  ~DocumentHold() {
    if (document_) document_->release();
  }
  Document* operator->() const { return document_; }
  Document* get() const { return document_; }
  explicit operator bool() const { return document_ != nullptr; }

 private:
  Document* document_;
};

/// Parses what is known to be JSON, or fails the test saying what `origin` is.
Json parse_for_test(const HostApi& api, std::string_view text, const std::string& origin, Location where);

/// The start of a text, for messages: at most 60 bytes, quoted.
std::string excerpt(std::string_view text);

}  // namespace e2e::detail
