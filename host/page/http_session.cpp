#include "page/http_session.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <new>

#include "base/clock.hpp"
#include "page/cookie_jar.hpp"
#include "page/page_environment.hpp"
#include "page/transfer_failure.hpp"
#include "page/transfer_progress.hpp"
#include "page/url.hpp"

namespace e2e::host {

namespace {

/// So long a wait may last before the environment is asked again whether it is cancelled.
constexpr int64_t wait_slice_ms = 50;
constexpr int64_t ns_per_ms = 1'000'000;

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (curl().easy_setopt(easy, option, value) != CURLE_OK) throw std::bad_alloc();
}

TryResult::Kind kind_of(CURLcode code) noexcept {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return TryResult::Kind::no_connection;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return TryResult::Kind::broken;
    default:
      return TryResult::Kind::other;
  }
}

/// Holds a handle in a multi handle, so that no way out of a transfer leaves it there.
class Added {
 public:
  Added(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
    if (curl().multi_add_handle(multi, easy) != CURLM_OK) throw std::bad_alloc();
  }
  ~Added() { curl().multi_remove_handle(multi_, easy_); }
  Added(const Added&) = delete;
  Added& operator=(const Added&) = delete;

 private:
  CURLM* multi_;
  CURL* easy_;
};

/// Lends a page's cookies to the handle for one transfer.
class LentCookies {
 public:
  LentCookies(CURL* easy, const CookieJar* jar) : easy_(jar != nullptr ? easy : nullptr) {
    if (jar == nullptr) return;
    set(easy, CURLOPT_COOKIEFILE, "");  // turns cookies on, reads no file
    set(easy, CURLOPT_SHARE, jar->share());
  }
  ~LentCookies() {
    if (easy_ == nullptr) return;
    // In this order: the first would empty a jar that is not shared. curl_easy_reset() loses its memory
    // (7.88).
    curl().easy_setopt(easy_, CURLOPT_COOKIEFILE, static_cast<char*>(nullptr));
    curl().easy_setopt(easy_, CURLOPT_SHARE, static_cast<CURLSH*>(nullptr));
  }
  LentCookies(const LentCookies&) = delete;
  LentCookies& operator=(const LentCookies&) = delete;

 private:
  CURL* easy_;
};

}  // namespace

/// The answer as it arrives, and why it was broken off.
struct HttpSession::Incoming {
  enum class Refusal { none, body_too_large, headers_too_large, out_of_memory };

  CURL* easy;
  size_t max_body_bytes;
  Answer answer;
  Refusal refusal = Refusal::none;
  int64_t start_ns = 0;
  ObservedTransfer observed = {};
  curl_socket_t socket = CURL_SOCKET_BAD;  // the last that was made for this transfer

  static int note_socket(void* incoming, curl_socket_t made, curlsocktype) noexcept {
    static_cast<Incoming*>(incoming)->socket = made;
    return CURL_SOCKOPT_OK;
  }

  bool is_socket_connected() const noexcept {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    return socket != CURL_SOCKET_BAD && ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
  }

  size_t refuse(Refusal why) noexcept {
    refusal = why;
    return CURL_WRITEFUNC_ERROR;
  }

  static size_t take_header(char* data, size_t, size_t size, void* incoming) noexcept {
    auto& self = *static_cast<Incoming*>(incoming);
    if (self.observed.first_byte_ns == 0) self.observed.first_byte_ns = monotonic_ns() - self.start_ns;
    try {
      return self.answer.headers.add_line({data, size}) ? size : self.refuse(Refusal::headers_too_large);
    } catch (...) {
      return self.refuse(Refusal::out_of_memory);
    }
  }

  static size_t take_body(char* data, size_t, size_t size, void* incoming) noexcept {
    auto& self = *static_cast<Incoming*>(incoming);
    std::string& body = self.answer.body;
    if (size > self.max_body_bytes - body.size()) return self.refuse(Refusal::body_too_large);
    try {
      if (body.empty()) {
        curl_off_t announced = -1;
        curl().easy_getinfo(self.easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
        if (announced > 0) body.reserve(std::min(static_cast<size_t>(announced), self.max_body_bytes));
      }
      body.append(data, size);
      return size;
    } catch (...) {
      return self.refuse(Refusal::out_of_memory);
    }
  }
};

/// How the loop of a transfer ended.
struct HttpSession::Drive {
  enum class End { done, out_of_time, cancelled };

  End end = End::done;
  CURLcode code = CURLE_OK;
};

void HttpSession::open() {
  if (easy_) return;
  // A multi handle costs what curl_easy_perform() makes for itself (measured: 61 us either way on a warm
  // connection), and its wait can be cut short.
  multi_.reset(curl().multi_init());
  easy_.reset(curl().easy_init());
  if (!multi_ || !easy_) {
    easy_.reset();
    throw std::bad_alloc();
  }
}

Answer HttpSession::perform(const Transfer& transfer, const PageEnvironment& environment) {
  using Ending = Answer::Ending;
  Incoming incoming{nullptr, transfer.max_body_bytes, {}};
  Answer& answer = incoming.answer;
  if (environment.is_cancelled()) {
    answer.ending = Ending::cancelled;
    answer.error = "cancelled before it was sent";
    return std::move(answer);
  }
  const std::optional<int64_t> left_ms = environment.remaining_ms();
  const bool is_attempts_limit = left_ms && *left_ms < transfer.timeout_ms;
  const int64_t limit_ms = is_attempts_limit ? *left_ms : transfer.timeout_ms;
  if (limit_ms <= 0) {
    answer.error = "not sent: nothing is left of the attempt's time";
    return std::move(answer);
  }

  open();
  CURL* const easy = easy_.get();
  curl().easy_reset(easy);
  detail_[0] = '\0';
  incoming.easy = easy;
  const bool has_own_cookies =
      std::any_of(transfer.headers.begin(), transfer.headers.end(),
                  [](const auto& header) { return is_same_header_name(header.name, "cookie"); });
  const LentCookies cookies(easy, has_own_cookies ? nullptr : transfer.cookies);
  set_options(transfer, incoming);

  const Drive driven = drive(transfer, incoming, environment, limit_ms);
  answer.timings =
      timings_of(easy, incoming.observed, !transfer.body.empty(), monotonic_ns() - incoming.start_ns);
  long status = 0;
  curl().easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);

  const bool is_done = driven.end == Drive::End::done && driven.code == CURLE_OK;
  if (is_done && answer.headers.is_complete()) {
    answer.ending = Ending::answered;
    answer.kind = TryResult::Kind::answered;
    return std::move(answer);
  }
  const TransferProgress progress =
      progress_of(easy, incoming.observed, transfer.body.size(), answer.body.size());
  if (is_done) {
    answer.kind = TryResult::Kind::broken;
    answer.error =
        "the connection closed before the answer's headers were complete";  // libcurl takes what it got
  } else if (driven.end == Drive::End::cancelled) {
    answer.ending = Ending::cancelled;
    answer.error = fmt::format("cancelled ({})", describe(progress));
  } else if (driven.end == Drive::End::out_of_time) {
    if (!is_attempts_limit) answer.kind = TryResult::Kind::timed_out;
    answer.error = timeout_sentence(limit_ms, is_attempts_limit, progress);
  } else {
    if (incoming.refusal == Incoming::Refusal::none) answer.kind = kind_of(driven.code);
    answer.error = error_of(transfer, incoming, driven.code, progress);
  }
  return std::move(answer);
}

void HttpSession::set_options(const Transfer& transfer, Incoming& incoming) {
  CURL* const easy = easy_.get();
  set(easy, CURLOPT_URL, transfer.url.c_str());
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_PATH_AS_IS, 1L);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_QUICK_EXIT,
      1L);  // a name server that does not answer must not hold up a cancelled request
  set(easy, CURLOPT_ERRORBUFFER, detail_.data());
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  // drive() keeps the time; libcurl's own limit for connecting, 300 s if left alone, must not come first.
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(transfer.timeout_ms + 60'000));
  if (is_loopback_host(host_of(transfer.url))) set(easy, CURLOPT_PROXY, "");

  set(easy, CURLOPT_WRITEFUNCTION, &Incoming::take_body);
  set(easy, CURLOPT_WRITEDATA, &incoming);
  set(easy, CURLOPT_HEADERFUNCTION, &Incoming::take_header);
  set(easy, CURLOPT_HEADERDATA, &incoming);
  set(easy, CURLOPT_SOCKOPTFUNCTION, &Incoming::note_socket);
  set(easy, CURLOPT_SOCKOPTDATA, &incoming);
  set(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(transfer.max_body_bytes));

  request_headers_.assign(transfer.headers, transfer.body.size());
  set(easy, CURLOPT_HTTPHEADER, request_headers_.list());
  if (request_headers_.has_false_length()) set(easy, CURLOPT_FORBID_REUSE, 1L);
  set_method_and_body(transfer.method, transfer.body);
}

void HttpSession::set_method_and_body(std::string_view method, std::string_view body) {
  CURL* const easy = easy_.get();
  const bool is_head = method == "HEAD";
  const bool announces_empty_body = method == "POST" || method == "PUT" || method == "PATCH";
  if (is_head) set(easy, CURLOPT_NOBODY, 1L);
  if (!body.empty() || announces_empty_body) {
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(easy, CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());
  }
  method_ = method;
  set(easy, CURLOPT_CUSTOMREQUEST, method_.c_str());
}

HttpSession::Drive HttpSession::drive(const Transfer& transfer, Incoming& incoming,
                                      const PageEnvironment& environment, int64_t limit_ms) {
  CURLM* const multi = multi_.get();
  CURL* const easy = easy_.get();
  ObservedTransfer& observed = incoming.observed;
  incoming.start_ns = monotonic_ns();
  const int64_t deadline_ns = incoming.start_ns + limit_ms * ns_per_ms;
  Drive driven;
  const Added added(multi, easy);
  for (;;) {
    int running = 0;
    if (curl().multi_perform(multi, &running) != CURLM_OK) throw std::bad_alloc();
    if (!transfer.body.empty() && observed.sent_ns == 0) {
      curl_off_t sent = 0;
      curl().easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &sent);
      if (sent >= static_cast<curl_off_t>(transfer.body.size()))
        observed.sent_ns = monotonic_ns() - incoming.start_ns;
    }
    if (running == 0) break;
    if (environment.is_cancelled()) {
      driven.end = Drive::End::cancelled;
      break;
    }
    const int64_t left_ns = deadline_ns - monotonic_ns();
    if (left_ns <= 0) {
      driven.end = Drive::End::out_of_time;
      break;
    }
    // A signal ends the poll at once; one that comes just before it is noticed after a slice.
    const int64_t wait_ms = std::min((left_ns + ns_per_ms - 1) / ns_per_ms, wait_slice_ms);
    curl().multi_poll(multi, nullptr, 0, static_cast<int>(wait_ms), nullptr);
  }
  if (driven.end != Drive::End::done) observed.is_socket_connected = incoming.is_socket_connected();
  int queued = 0;
  while (const CURLMsg* const message = curl().multi_info_read(multi, &queued)) {
    if (message->msg == CURLMSG_DONE) driven.code = message->data.result;
  }
  return driven;
}

std::string HttpSession::error_of(const Transfer& transfer, const Incoming& incoming, CURLcode code,
                                  const TransferProgress& progress) const {
  using Refusal = Incoming::Refusal;
  if (incoming.refusal == Refusal::headers_too_large) {
    return fmt::format("the answer has more than {} headers, or more than {} KiB of them",
                       ResponseHeaders::max_count, ResponseHeaders::max_bytes >> 10);
  }
  if (incoming.refusal == Refusal::body_too_large || code == CURLE_FILESIZE_EXCEEDED) {
    const size_t limit = transfer.max_body_bytes;
    return limit % (1u << 20) == 0 ? fmt::format("answer larger than {} MiB", limit >> 20)
                                   : fmt::format("answer larger than {} bytes", limit);
  }
  if (incoming.refusal == Refusal::out_of_memory) throw std::bad_alloc();
  long os_error = 0;
  curl().easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &os_error);
  return failure_sentence(code, detail_.data(), transfer.url, static_cast<int>(os_error), progress);
}

}  // namespace e2e::host
