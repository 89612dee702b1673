#pragma once

#include <pthread.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "document.hpp"
#include "e2e/response.hpp"
#include "host_api.hpp"

namespace e2e::detail {

class ResponseCore;

/// The responses of an instance whose memory is still the host's. An attempt's end takes it from all of them.
class ResponseStore {
 public:
  explicit ResponseStore(const HostApi& api) : api_(api) {}
  ResponseStore(const ResponseStore&) = delete;
  ResponseStore& operator=(const ResponseStore&) = delete;

  /// Takes `handle` over; the caller has one reference.
  ResponseCore* adopt(e2e_response* handle);
  /// Makes each response that is still held keep its own copy, and frees the host's memory. On the test's own
  /// thread, when no other thread of the test runs any more.
  void end_attempt();

  const HostApi& api() const { return api_; }

 private:
  friend class ResponseCore;
  void forget(ResponseCore& core);

  const HostApi& api_;
  std::mutex mutex_;
  std::vector<ResponseCore*> live_;
  std::vector<e2e_response*> orphans_;  // let go on a thread that may not call the host's page
};

/// What the copies of a Response share.
class ResponseCore {
 public:
  ResponseCore(ResponseStore& store, e2e_response* handle);
  ResponseCore(const ResponseCore&) = delete;
  ResponseCore& operator=(const ResponseCore&) = delete;

  void retain() noexcept { ++references_; }
  void release() noexcept {
    if (--references_ == 0) delete this;
  }

  const int status;
  const std::string method, url;

  std::string_view body() const;
  std::vector<Field> headers() const;
  Timings timings() const;
  std::string sha256(Location where) const;
  Json json(std::string_view pointer, Location where);
  std::string exchange() const;
  /// As fact() of e2e.http/1; "" too if the host has none.
  std::string fact(const char* name) const;

 private:
  friend class ResponseStore;
  ~ResponseCore();
  void take_over();

  const HostApi& api_;
  ResponseStore* store_;    // null once taken over
  e2e_response* handle_;    // likewise
  const pthread_t thread_;  // the test's own
  std::atomic<unsigned> references_{1};
  Document* document_ = nullptr;  // the body, once it was asked for as JSON
  std::string own_body_;
  std::vector<Field> own_headers_;
  Timings own_timings_;
  std::vector<Field> own_facts_;
};

}  // namespace e2e::detail
