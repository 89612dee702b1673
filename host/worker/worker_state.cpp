#include "worker/worker_state.hpp"

#include <e2e/ext/log.h>
#include <fmt/format.h>
#include <time.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "base/clock.hpp"
#include "page/exchange.hpp"
#include "page/header_field.hpp"
#include "page/retry_after.hpp"
#include "worker/exchange_codec.hpp"

namespace e2e::host {
namespace {

std::string_view text_of(const e2e_str& text) {
  return text.ptr == nullptr ? std::string_view() : std::string_view(text.ptr, text.len);
}

/// Enough for any message a person reads; a test may report megabytes.
constexpr size_t max_text_bytes = 64 * 1024;
std::string_view bounded(std::string_view text) { return text.substr(0, max_text_bytes); }

/// The longest that a wish to stop goes unseen while waiting, where no signal tells of it.
constexpr int64_t max_sleep_ns = 50'000'000;

/// Comes back early when a signal arrives.
void sleep_ns(int64_t duration_ns) {
  const timespec duration{duration_ns / 1'000'000'000, static_cast<long>(duration_ns % 1'000'000'000)};
  ::nanosleep(&duration, nullptr);
}

/// A body that was cut may end within a secret.
void scrub_body(std::string& body, uint64_t whole_bytes, const SecretValues& secrets) {
  const size_t cut = whole_bytes > body.size() ? secrets.cut_length(body) : 0;
  body.resize(body.size() - cut);
  secrets.scrub(body);
}

Exchange without_secrets(Exchange exchange, const SecretValues& secrets) {
  for (std::string* text : {&exchange.url, &exchange.error}) secrets.scrub(*text);
  for (auto* headers : {&exchange.request_headers, &exchange.response_headers})
    for (auto& [name, value] : *headers) secrets.scrub(value);
  for (std::string& word : exchange.curl_words) secrets.scrub(word);
  scrub_body(exchange.request_body, exchange.request_body_bytes, secrets);
  scrub_body(exchange.response_body, exchange.response_body_bytes, secrets);
  return exchange;
}

}  // namespace

int severity(e2e_rc rc) noexcept {
  switch (rc) {
    case E2E_PASS:
      return 0;
    case E2E_SKIP:
      return 1;
    case E2E_FAIL:
      return 2;
    case E2E_CANCELLED:
      return 4;
    default:
      return 3;
  }
}

WorkerState::WorkerState(const RunIdentity& run_identity, SlotBlock& slot_block,
                         const RateLimiters& run_limiters, uint32_t worker_number, uint32_t slot_number,
                         UniqueFd control)
    : run(run_identity),
      block(slot_block),
      worker(worker_number),
      slot(slot_number),
      channel(std::move(control), slot_block),
      random_(static_cast<uint32_t>(monotonic_ns() / 1000 + worker_number)),
      limiters_(run_limiters),
      limiter_(&run_limiters.at(0)) {}

/// While it lives the worker waits for others, which is no work of the running phase.
class WorkerState::Waiting {
 public:
  explicit Waiting(WorkerState& worker) : worker_(worker), since_ns_(monotonic_ns()) {
    worker_.block.waiting_since_ns = since_ns_;
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() { end(); }
  /// How long it took. Idempotent.
  int64_t end() noexcept {
    if (waited_ns_) return *waited_ns_;
    waited_ns_ = monotonic_ns() - since_ns_;
    worker_.attempt_waited_ns += *waited_ns_;
    worker_.block.waited_ns += *waited_ns_;
    worker_.block.waiting_since_ns = 0;
    return *waited_ns_;
  }

 private:
  WorkerState& worker_;
  const int64_t since_ns_;
  std::optional<int64_t> waited_ns_;
};

bool WorkerState::add_secret(std::string_view value) {
  {
    const std::lock_guard lock(secrets_mutex_);
    if (!secrets_.add(value))
      return value.size() >= SecretValues::min_bytes && secrets_.scrubbed(value) != value;
  }
  send(WorkerReport::secret, ByteWriter().put(value));
  return true;
}

std::string WorkerState::cleaned(std::string_view text) {
  const std::lock_guard lock(secrets_mutex_);
  if (secrets_.is_empty()) return std::string(bounded(text));
  // First as a whole: what the bound cuts in two would not be known again.
  return std::string(bounded(secrets_.scrubbed(text)));
}

void WorkerState::credential(std::string_view value) {
  // "Bearer TOKEN"
  constexpr size_t min_credential_bytes = 8;
  if (const size_t blank = value.find(' '); blank != value.npos) value.remove_prefix(blank + 1);
  if (value.size() >= min_credential_bytes) add_secret(value);
}

void WorkerState::send(WorkerReport type, const ByteWriter& payload, bool at_once) {
  const std::lock_guard lock(mutex);
  channel.report(type, payload);
  if (at_once) channel.flush();
}

void WorkerState::send_last(WorkerReport type) {
  const std::lock_guard lock(mutex);
  channel.report_last(type);
}

void WorkerState::raise_worst(e2e_rc rc) noexcept {
  e2e_rc seen = worst;
  while (severity(rc) > severity(seen) && !worst.compare_exchange_weak(seen, rc)) {
  }
}

int64_t WorkerState::since_start_ns() const noexcept { return monotonic_ns() - attempt_start_ns; }

void WorkerState::report_failure(const e2e_failure& failure) {
  ByteWriter out;
  out.put(failure.flags).put(block.phase.load()).put(cleaned(text_of(failure.file))).put(failure.line);
  out.put(cleaned(text_of(failure.expression))).put(cleaned(text_of(failure.message)));
  out.put(cleaned(text_of(failure.expected))).put(cleaned(text_of(failure.actual)));
  raise_worst((failure.flags & E2E_FAILURE_ERROR) != 0 ? E2E_ERROR : E2E_FAIL);
  const std::lock_guard lock(mutex);
  if (recorded != nullptr) recorded->push_back({WorkerReport::failure, out.bytes()});
  channel.report(WorkerReport::failure, out);
  channel.flush();
}

void WorkerState::report_skip(std::string_view reason, std::string_view file, uint32_t line) {
  ByteWriter out;
  out.put(cleaned(reason)).put(cleaned(file)).put(line);
  raise_worst(E2E_SKIP);
  const std::lock_guard lock(mutex);
  if (recorded != nullptr) recorded->push_back({WorkerReport::skip, out.bytes()});
  channel.report(WorkerReport::skip, out);
}

void WorkerState::report_note(std::string_view text) {
  send(WorkerReport::note, ByteWriter().put(cleaned(text)));
}

bool WorkerState::report_attachment(std::string_view name, std::string_view type, std::string_view bytes) {
  if (bytes.size() > E2E_ATTACHMENT_MAX_BYTES) {
    report_note(fmt::format("attachment '{}' left out: it has {} bytes, and at most {} are kept",
                            name.substr(0, 200), bytes.size(), E2E_ATTACHMENT_MAX_BYTES));
    return false;
  }
  ByteWriter out;
  out.put(cleaned(name)).put(cleaned(type)).put(since_start_ns());
  put_content(out, bytes);
  send(WorkerReport::attachment, out);
  return true;
}

void WorkerState::put_content(ByteWriter& out, std::string_view bytes) {
  const std::lock_guard lock(secrets_mutex_);
  if (secrets_.is_empty())
    out.put(bytes);
  else
    out.put(secrets_.scrubbed(bytes));
}

void WorkerState::report_bodies() {
  std::vector<KeptBodies::Body> kept;
  {
    const std::lock_guard lock(mutex);
    kept = bodies_.take();
  }
  for (const KeptBodies::Body& body : kept) {
    ByteWriter out;
    out.put(body.exchange).put(body.is_request);
    put_content(out, *body.bytes);
    send(WorkerReport::body, out);
  }
}

void WorkerState::forget_bodies() {
  const std::lock_guard lock(mutex);
  bodies_.begin_attempt();
}

void WorkerState::report_log(uint32_t level, std::string_view text) {
  if (level >= E2E_LOG_ERROR) last_error = cleaned(text);
  send(WorkerReport::log, ByteWriter().put(level).put(cleaned(text)));
}

void WorkerState::report_step_begin(std::string_view title, std::string_view file, uint32_t line) {
  send(WorkerReport::step_begin,
       ByteWriter().put(cleaned(title)).put(cleaned(file)).put(line).put(since_start_ns()));
}

void WorkerState::report_step_end() { send(WorkerReport::step_end, ByteWriter().put(since_start_ns())); }

e2e_rc WorkerState::once_begin(std::string_view key, std::string_view& json) {
  if (const auto known = once_results_.find(key); known != once_results_.end()) {
    json = known->second.json;
    return known->second.rc;
  }
  send(WorkerReport::once_begin, ByteWriter().put(key), true);
  const Waiting waiting(*this);
  e2e_rc rc = E2E_CANCELLED;
  while (const auto order = channel.wait_for_order()) {
    if (static_cast<WorkerOrder>(order->type) == WorkerOrder::stop) {
      stop_requested = true;
      continue;
    }
    if (static_cast<WorkerOrder>(order->type) != WorkerOrder::once_reply) continue;
    ByteReader in(order->payload);
    if (in.text() != key) continue;
    rc = in.get<e2e_rc>();
    if (rc != E2E_SKIP)
      json = once_results_.emplace(key, OnceResult{rc, in.get<std::string>()}).first->second.json;
    break;
  }
  return rc;
}

void WorkerState::once_end(std::string_view key, e2e_rc rc, std::string_view json) {
  once_results_.insert_or_assign(std::string(key),
                                 OnceResult{rc == E2E_PASS ? E2E_PASS : E2E_ERROR, std::string(json)});
  send(WorkerReport::once_end, ByteWriter().put(key).put(rc).put(json), true);
}

bool WorkerState::is_cancelled() const { return has_stop_wish() && block.phase < E2E_PHASE_AFTER_EACH; }

std::optional<int64_t> WorkerState::remaining_ms() const {
  if (!has_stop_wish()) return std::nullopt;
  return std::max<int64_t>(1, grace_ms);
}

std::optional<int64_t> WorkerState::time_to_deadline_ms() const {
  if (body_timeout_ms == 0 || block.phase != E2E_PHASE_BODY) return std::nullopt;
  const int64_t used_ns = monotonic_ns() - block.phase_start_ns - block.waited_ns;
  return std::max<int64_t>(0, body_timeout_ms - used_ns / 1'000'000);
}

bool WorkerState::pause(int64_t duration_ms) {
  const int64_t end_ns = monotonic_ns() + duration_ms * 1'000'000;
  while (!is_cancelled()) {
    const int64_t left_ns = end_ns - monotonic_ns();
    if (left_ns <= 0) return true;
    sleep_ns(std::min(left_ns, max_sleep_ns));
  }
  return false;
}

int64_t WorkerState::random_up_to(int64_t most) {
  return std::uniform_int_distribution<int64_t>(0, most)(random_);
}

std::string WorkerState::next_traceparent() {
  if (traced_ != test_id || trace_id_.empty()) {
    traced_ = test_id;
    // Any ids do that no other attempt has, of whichever run; its own has random parts.
    const XXH128_hash_t hash = XXH3_128bits(test_id.data(), test_id.size());
    trace_id_ = fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
    span_ = XXH3_64bits(test_id.data(), test_id.size()) | 1;
  }
  // Even steps from an odd number: never 0, which would be no id.
  span_ += 2;
  return fmt::format("00-{}-{:016x}-01", trace_id_, span_);
}

uint32_t WorkerState::lease_port() {
  const std::lock_guard lock(leases_mutex_);
  auto& leases = attempt > 0 ? attempt_leases_ : scope_leases_;
  if (leases.size() >= max_port_leases) return 0;
  auto lease = PortLease::take();
  return lease ? leases.emplace_back(std::move(*lease)).port() : 0;
}

void WorkerState::end_leases(bool with_scope) noexcept {
  const std::lock_guard lock(leases_mutex_);
  attempt_leases_.clear();
  if (with_scope) scope_leases_.clear();
}

void WorkerState::use_service(const ServiceOrder& service) {
  for (const std::string& value : service.secret_values) add_secret(value);
  limiter_ = &limiters_.at(service.limiter);
  limit_settings_ = service.rate_limit;
}

bool WorkerState::ask_for_limit(const RateLimit& limit) {
  if (limit_settings_.is_enabled) return false;
  limiter_->ask_for(limit);
  return true;
}

std::optional<RateLimit> WorkerState::rate_limit() const noexcept {
  if (!limit_settings_.is_enabled) return limiter_->asked();
  if (*limit_settings_.is_enabled) return limit_settings_.limit;
  return std::nullopt;
}

int64_t WorkerState::wait_for_turn() {
  const int64_t max_hold_ns = limit_settings_.max_retry_after_ms * 1'000'000;
  std::optional<Waiting> waiting;
  while (!is_cancelled()) {
    // Asked each time: another worker's page class may have asked for a stricter one meanwhile.
    const auto limit = rate_limit();
    const int64_t wait_ns = limit ? limiter_->take(*limit, max_hold_ns) : 0;
    if (wait_ns == 0) break;
    if (!waiting) waiting.emplace(*this);
    sleep_ns(std::min(wait_ns, max_sleep_ns));
  }
  return waiting ? waiting->end() : 0;
}

void WorkerState::heed_retry_after(const Exchange& exchange) noexcept {
  const auto limit = rate_limit();
  if (!limit || (exchange.status != 429 && exchange.status != 503)) return;
  for (const auto& [name, value] : exchange.response_headers) {
    if (!is_same_header_name(name, "retry-after")) continue;
    if (const auto after_ms = retry_after_ms(value, unix_ns()))
      limiter_->hold(*limit, *after_ms * 1'000'000, limit_settings_.max_retry_after_ms * 1'000'000);
    return;
  }
}

void WorkerState::message_passed(const SocketMessage& message) {
  std::string body(message.bytes.substr(0, Exchange::max_recorded_body_bytes));
  {
    const std::lock_guard lock(secrets_mutex_);
    if (!secrets_.is_empty()) scrub_body(body, message.bytes.size(), secrets_);
  }
  ByteWriter out;
  encode_message(out, message, body, since_start_ns());
  send(WorkerReport::message, out);
}

void WorkerState::exchange_finished(const Exchange& exchange, const WholeBodies& bodies) {
  heed_retry_after(exchange);
  if (!exchange.error.empty() && exchange.timings.dns_ns == 0 && exchange.timings.connect_ns == 0)
    ++unfinished_lookups;
  ByteWriter out;
  const int64_t start_ns = since_start_ns() - exchange.timings.total_ns - exchange.timings.blocked_ns;
  {
    const std::lock_guard lock(secrets_mutex_);
    if (secrets_.is_empty()) {
      encode_exchange(out, exchange, block.phase, start_ns);
    } else {
      encode_exchange(out, without_secrets(exchange, secrets_), block.phase, start_ns);
    }
  }
  // Together: the host counts exchanges as they come.
  const std::lock_guard lock(mutex);
  channel.report(WorkerReport::exchange, out);
  bodies_.add(bodies);
}

}  // namespace e2e::host
