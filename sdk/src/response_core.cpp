#include "response_core.hpp"

#include <algorithm>

#include "e2e/context.hpp"
#include "verify.hpp"

namespace e2e::detail {

ResponseCore* ResponseStore::adopt(e2e_response* handle) {
  auto* core = new ResponseCore(*this, handle);
  const std::lock_guard lock(mutex_);
  live_.push_back(core);
  return core;
}

void ResponseStore::forget(ResponseCore& core) {
  {
    const std::lock_guard lock(mutex_);
    live_.erase(std::find(live_.begin(), live_.end(), &core));
    if (!pthread_equal(core.thread_, pthread_self())) {
      orphans_.push_back(core.handle_);
      return;
    }
  }
  api_.page->release(api_.host, core.handle_);
}

void ResponseStore::end_attempt() {
  const std::lock_guard lock(mutex_);
  for (ResponseCore* core : live_) core->take_over();
  live_.clear();
  for (e2e_response* handle : orphans_) api_.page->release(api_.host, handle);
  orphans_.clear();
}

ResponseCore::ResponseCore(ResponseStore& store, e2e_response* handle)
    : status(store.api().page->status(store.api().host, handle)),
      method(to_string(store.api().page->method(store.api().host, handle))),
      url(to_string(store.api().page->url(store.api().host, handle))),
      api_(store.api()),
      store_(&store),
      handle_(handle),
      thread_(pthread_self()) {}

ResponseCore::~ResponseCore() {
  if (document_) document_->release();
  if (store_) store_->forget(*this);
}

void ResponseCore::take_over() {
  own_body_ = std::string(body());
  own_headers_ = headers();
  own_timings_ = timings();
  for (const char* name : {"retries", "redirects", "http_version", "body_bytes", "body_sha256"})
    own_facts_.emplace_back(name, std::string_view(fact(name)));
  api_.page->release(api_.host, handle_);
  handle_ = nullptr;
  store_ = nullptr;
}

std::string_view ResponseCore::body() const {
  return handle_ ? to_view(api_.page->body(api_.host, handle_)) : std::string_view(own_body_);
}

std::vector<Field> ResponseCore::headers() const {
  if (!handle_) return own_headers_;
  std::vector<Field> fields;
  const std::uint64_t count = api_.page->header_count(api_.host, handle_);
  for (std::uint64_t i = 0; i < count; ++i) {
    const e2e_kv header = api_.page->header_at(api_.host, handle_, i);
    fields.emplace_back(to_view(header.key), to_view(header.value));
  }
  return fields;
}

Timings ResponseCore::timings() const {
  if (!handle_) return own_timings_;
  e2e_timings raw{};
  raw.struct_size = sizeof(raw);
  api_.page->timings(api_.host, handle_, &raw);
  const auto ms = [](std::int64_t ns) { return static_cast<double>(ns) / 1e6; };
  Timings timings;
  timings.blocked_ms = ms(raw.blocked_ns);
  timings.dns_ms = ms(raw.dns_ns);
  timings.connect_ms = ms(raw.connect_ns);
  timings.tls_ms = ms(raw.tls_ns);
  timings.send_ms = ms(raw.send_ns);
  timings.wait_ms = ms(raw.wait_ns);
  timings.receive_ms = ms(raw.receive_ns);
  timings.total_ms = ms(raw.total_ns);
  return timings;
}

std::string ResponseCore::fact(const char* name) const {
  if (handle_) return api_.http ? to_string(api_.http->fact(api_.host, handle_, to_str(name))) : "";
  for (const Field& own : own_facts_) {
    if (own.name == name) return own.value;
  }
  return "";
}

std::string ResponseCore::sha256(Location where) const {
  if (const std::string known = fact("body_sha256"); !known.empty()) return known;
  const e2e_verify_v1& verify = required_verify(api_, "response.sha256()", where);
  return to_string(verify.sha256(api_.host, to_str(body())));
}

std::string ResponseCore::exchange() const { return method + " " + url + " -> " + std::to_string(status); }

Json ResponseCore::json(std::string_view pointer, Location where) {
  const std::string expression =
      pointer.empty() ? "response.json()" : "response.json(" + text_of_string(pointer) + ")";
  // Parsed apart from the host's response, so that values outlive the attempt as the response does.
  std::string error;
  if (!document_) document_ = Document::parse(api_, body(), exchange(), error);
  if (document_) return document_->at(document_->root(), "", pointer, expression, where);

  const std::string message =
      exchange() + ": " +
      (body().empty() ? "no JSON: the body is empty"
                      : "the body is not JSON: " + error + "; it begins with " + excerpt(body()));
  Failure failure;
  failure.where = where;
  failure.expression = expression;
  failure.message = message;
  report_hard(failure);
}

}  // namespace e2e::detail
