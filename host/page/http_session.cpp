#include "page/http_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "base/clock.hpp"
#include "page/curl_option.hpp"
#include "page/incoming.hpp"
#include "page/page_environment.hpp"
#include "page/transfer_failure.hpp"
#include "page/transfer_limits.hpp"
#include "page/transfer_options.hpp"
#include "page/transfer_progress.hpp"

namespace e2e::host {

namespace {

/// So long a wait may last before the environment is asked again whether it is cancelled.
constexpr int64_t wait_slice_ms = 50;
constexpr int64_t ns_per_ms = 1'000'000;

TryResult::Kind kind_of_failure(CURLcode code) noexcept {
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

}  // namespace

/// How the loop of a transfer ended.
struct HttpSession::Drive {
  enum class End { done, out_of_time, cancelled };

  End end = End::done;
  CURLcode code = CURLE_OK;
  TransferLimit limit = {};  // that it ran into, if out of time
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

namespace {

const RequestOptions& options_of(const Transfer& transfer) {
  static const RequestOptions defaults;
  return transfer.options != nullptr ? *transfer.options : defaults;
}

/// Sets a flag while it lives.
class Busy {
 public:
  explicit Busy(bool& flag) : flag_(flag) { flag_ = true; }
  ~Busy() { flag_ = false; }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  bool& flag_;
};

}  // namespace

Answer HttpSession::perform(const Transfer& transfer, const PageEnvironment& environment) {
  // Several may be kept, and each may have ended.
  constexpr int max_stale_connections = 5;
  for (int tries = 0;; ++tries) {
    Answer answer = perform_once(transfer, environment);
    if (!was_connection_stale_ || tries == max_stale_connections) return answer;
  }
}

Answer HttpSession::perform_once(const Transfer& transfer, const PageEnvironment& environment) {
  was_connection_stale_ = false;
  Incoming incoming(transfer);
  Answer& answer = incoming.answer;
  if (is_busy_) {
    answer.error = "not sent: a function that gives or takes a body can't send requests itself";
    return std::move(answer);
  }
  if (environment.is_cancelled()) {
    answer.ending = Answer::Ending::cancelled;
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

  const Busy busy(is_busy_);
  open();
  CURL* const easy = easy_.get();
  detail_[0] = '\0';
  set_options(transfer, incoming);

  using Of = TransferLimit::Of;
  const TransferDeadlines deadlines({is_attempts_limit ? Of::attempt : Of::whole, limit_ms},
                                    options_of(transfer).limits);
  const Drive driven = drive(transfer, incoming, environment, deadlines);
  answer.timings =
      timings_of(easy, incoming.observed, transfer.has_body(), monotonic_ns() - incoming.start_ns);
  conclude(transfer, incoming, driven);
  was_connection_stale_ = is_stale(transfer, incoming, driven);
  // What a transfer leaves behind that did not go well is libcurl's affair.
  if (answer.ending != Answer::Ending::answered) shape_.reset();
  if (!incoming.body.empty())
    answer.shared_body = std::make_shared<const std::string>(std::move(incoming.body));
  return std::move(answer);
}

bool HttpSession::is_stale(const Transfer& transfer, const Incoming& incoming, const Drive& driven) const {
  const bool is_lost =
      driven.code == CURLE_RECV_ERROR || driven.code == CURLE_SEND_ERROR || driven.code == CURLE_GOT_NOTHING;
  if (driven.end != Drive::End::done || !is_lost || incoming.last_byte_ns != 0 ||
      incoming.refusal != Incoming::Refusal::none || transfer.source != nullptr)
    return false;
  long made = 1;
  curl().easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &made);
  return made == 0;
}

void HttpSession::conclude(const Transfer& transfer, Incoming& incoming, const Drive& driven) const {
  CURL* const easy = easy_.get();
  Answer& answer = incoming.answer;
  long status = 0;
  curl().easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  if (answer.status != 0) answer.http_version = http_version_of(easy);

  // Only a failure tells of it.
  const auto progress = [&] {
    return progress_of(easy, incoming.observed, transfer.body_bytes(), answer.body_bytes);
  };
  const bool is_done = driven.end == Drive::End::done && driven.code == CURLE_OK;
  if (is_done && answer.headers.is_complete()) {
    incoming.finish_sink();
    if (incoming.refusal != Incoming::Refusal::none) {
      answer.error = error_of(transfer, incoming, driven.code, progress());
    } else if (options_of(transfer).http_version == HttpVersion::http_2 && answer.http_version != "2") {
      answer.error =
          fmt::format("the service speaks HTTP/{}, not the HTTP/2 that was asked for", answer.http_version);
    } else {
      answer.ending = Answer::Ending::answered;
      answer.kind = TryResult::Kind::answered;
    }
    return;
  }
  if (is_done) {
    answer.kind = TryResult::Kind::broken;
    answer.error =
        "the connection closed before the answer's headers were complete";  // libcurl takes what it got
  } else if (driven.end == Drive::End::cancelled) {
    answer.ending = Answer::Ending::cancelled;
    answer.error = fmt::format("cancelled ({})", describe(progress()));
  } else if (driven.end == Drive::End::out_of_time) {
    answer.kind = kind_of(driven.limit);
    answer.error = timeout_sentence(driven.limit, progress());
  } else {
    if (incoming.refusal == Incoming::Refusal::none) answer.kind = kind_of_failure(driven.code);
    answer.error = error_of(transfer, incoming, driven.code, progress());
  }
}

void HttpSession::set_options(const Transfer& transfer, Incoming& incoming) {
  CURL* const easy = easy_.get();
  request_headers_.assign(transfer.headers, transfer.body_bytes());
  auto shape = HandleShape::of(transfer, options_of(transfer), request_headers_.has_false_length());
  const bool is_known = shape && shape == shape_;
  // Until all is set: whatever throws meanwhile, the next transfer begins anew.
  shape_.reset();
  if (!is_known) set_lasting_options(transfer);
  const bool has_own_cookies =
      std::any_of(transfer.headers.begin(), transfer.headers.end(),
                  [](const auto& header) { return is_same_header_name(header.name, "cookie"); });
  lend(has_own_cookies ? nullptr : transfer.cookies);
  set_option(easy, CURLOPT_URL, transfer.url.c_str());
  // drive() keeps the time; libcurl's own limit for connecting, 300 s if left alone, must not come first.
  set_option(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(transfer.timeout_ms + 60'000));
  incoming.attach(easy);
  set_option(easy, CURLOPT_HTTPHEADER, request_headers_.list());
  set_body(transfer);
  shape_ = std::move(shape);
}

void HttpSession::set_lasting_options(const Transfer& transfer) {
  CURL* const easy = easy_.get();
  cookies_.reset();  // what it has set curl_easy_reset() would lose
  curl().easy_reset(easy);
  set_option(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(easy, CURLOPT_PATH_AS_IS, 1L);
  set_option(easy, CURLOPT_NOSIGNAL, 1L);
  set_option(easy, CURLOPT_QUICK_EXIT,
             1L);  // a name server that does not answer must not hold up a cancelled request
  set_option(easy, CURLOPT_ERRORBUFFER, detail_.data());
  set_option(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set_connection_options(easy, options_of(transfer), transfer.url);
  Incoming::set_callbacks(easy);
  if (request_headers_.has_false_length()) set_option(easy, CURLOPT_FORBID_REUSE, 1L);
  set_method(transfer);
}

void HttpSession::lend(const CookieJar* jar) {
  if (jar != nullptr && cookies_ && cookies_->are_of(*jar)) return;
  cookies_.reset();
  if (jar != nullptr) cookies_.emplace(easy_.get(), *jar);
}

void HttpSession::set_method(const Transfer& transfer) {
  CURL* const easy = easy_.get();
  const bool is_head = transfer.method == "HEAD";
  if (is_head) set_option(easy, CURLOPT_NOBODY, 1L);
  if (transfer.source != nullptr && !is_head) set_option(easy, CURLOPT_UPLOAD, 1L);
  method_ = transfer.method;
  set_option(easy, CURLOPT_CUSTOMREQUEST, method_.c_str());
}

void HttpSession::set_body(const Transfer& transfer) {
  CURL* const easy = easy_.get();
  if (transfer.source != nullptr && transfer.method != "HEAD") {
    set_option(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(transfer.source->size()));
  } else if (transfer.has_memory_body()) {
    set_option(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.body.size()));
    set_option(easy, CURLOPT_POSTFIELDS, transfer.body.empty() ? "" : transfer.body.data());
  }
}

HttpSession::Drive HttpSession::drive(const Transfer& transfer, Incoming& incoming,
                                      const PageEnvironment& environment,
                                      const TransferDeadlines& deadlines) {
  CURLM* const multi = multi_.get();
  CURL* const easy = easy_.get();
  ObservedTransfer& observed = incoming.observed;
  incoming.start_ns = monotonic_ns();
  const bool has_body = transfer.has_body();
  Drive driven;
  const Added added(multi, easy);
  for (;;) {
    int running = 0;
    if (curl().multi_perform(multi, &running) != CURLM_OK) throw std::bad_alloc();
    if (has_body && observed.sent_ns == 0) {
      curl_off_t sent = 0;
      curl().easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &sent);
      const int64_t size = transfer.body_bytes();
      if (size >= 0 ? sent >= size : incoming.is_source_at_end())
        observed.sent_ns = monotonic_ns() - incoming.start_ns;
    }
    if (running == 0) break;
    if (environment.is_cancelled()) {
      driven.end = Drive::End::cancelled;
      break;
    }
    const auto [limit, left_ns] = deadlines.next(easy, incoming, has_body, monotonic_ns());
    if (left_ns <= 0) {
      driven.end = Drive::End::out_of_time;
      driven.limit = limit;
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
  if (incoming.refusal == Refusal::source) return transfer.source->problem();
  if (incoming.refusal == Refusal::sink) return transfer.sink->problem();
  if (incoming.refusal == Refusal::body_too_large || code == CURLE_FILESIZE_EXCEEDED) {
    const uint64_t limit = incoming.max_body_bytes();
    return limit % (1u << 20) == 0 ? fmt::format("answer larger than {} MiB", limit >> 20)
                                   : fmt::format("answer larger than {} bytes", limit);
  }
  if (incoming.refusal == Refusal::out_of_memory) throw std::bad_alloc();
  long os_error = 0;
  curl().easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &os_error);
  return failure_sentence(code, detail_.data(), transfer.url, static_cast<int>(os_error), progress);
}

}  // namespace e2e::host
