#pragma once

#include <e2e/abi.h>
#include <e2e/ext/report.h>

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/port_lease.hpp"
#include "base/secret_values.hpp"
#include "page/http_session.hpp"
#include "page/page_environment.hpp"
#include "worker/kept_bodies.hpp"
#include "worker/metadata.hpp"
#include "worker/run_identity.hpp"
#include "worker/slot_memory.hpp"
#include "worker/wire.hpp"
#include "worker/worker_channel.hpp"

namespace e2e::host {

/// What one worker is doing just now: the thing that the host's extensions act on. One for each worker
/// process, or each worker thread under isolation `none`. Functions are for the worker's own thread unless
/// they say otherwise.
struct WorkerState final : PageEnvironment {
  WorkerState(const RunIdentity& run_identity, SlotBlock& slot_block, const RateLimiters& run_limiters,
              uint32_t worker_number, uint32_t slot_number, UniqueFd control);

  // What happens in an attempt, or in a fixture of its scope. Any thread of the test.
  void report_failure(const e2e_failure& failure);
  void report_skip(std::string_view reason, std::string_view file, uint32_t line);
  void report_note(std::string_view text);
  /// False: it is too large, which a note says.
  bool report_attachment(std::string_view name, std::string_view type, std::string_view bytes);
  void report_log(uint32_t level, std::string_view text);
  /// The whole bodies of the attempt's exchanges, which has gone wrong. Without secrets that are known by
  /// now.
  void report_bodies();
  /// Exchanges count from 0 from now on; bodies of earlier ones are forgotten.
  void forget_bodies();
  void report_step_begin(std::string_view title, std::string_view file, uint32_t line);
  void report_step_end();
  /// Nothing shows the value from now on. Any thread. False: it can't be kept secret.
  bool add_secret(std::string_view value);
  /// The text without secrets, no longer than what a report may have. Any thread.
  [[nodiscard]] std::string cleaned(std::string_view text);
  /// A port for the running attempt, or for the scope where its fixture runs; 0: there is none left. Any
  /// thread.
  uint32_t lease_port();
  /// Gives back the ports of the attempt that has ended; `with_scope`: those of the scope, too.
  void end_leases(bool with_scope) noexcept;
  /// Sends a report under the lock.
  void send(WorkerReport type, const ByteWriter& payload, bool at_once = false);
  /// Sends the report that nothing comes after, under the lock: WorkerChannel::report_last().
  void send_last(WorkerReport type);

  /// Asks the host for a once_per_run fixture and waits for its answer, as e2e_state_v1::once_begin says.
  e2e_rc once_begin(std::string_view key, std::string_view& json);
  void once_end(std::string_view key, e2e_rc rc, std::string_view json);

  // PageEnvironment. After a cancellation requests are allowed again while cleaning up, within the grace
  // period.
  [[nodiscard]] bool is_cancelled() const override;
  [[nodiscard]] std::optional<int64_t> remaining_ms() const override;
  int64_t wait_for_turn() override;
  [[nodiscard]] std::optional<int64_t> time_to_deadline_ms() const override;
  bool pause(int64_t duration_ms) override;
  int64_t random_up_to(int64_t most) override;
  std::string next_traceparent() override;
  void note(std::string_view text) override { report_note(text); }
  void credential(std::string_view value) override;
  void exchange_finished(const Exchange& exchange, const WholeBodies& bodies) override;
  void message_passed(const SocketMessage& message) override;

  /// From now on requests go to this service.
  void use_service(const ServiceOrder& service);
  /// A page class asks for a limit of the service's requests. False: the configuration has the say.
  bool ask_for_limit(const RateLimit& limit);

  /// The host wants the running attempt to end.
  [[nodiscard]] bool has_stop_wish() const noexcept { return block.has_stop_wish(); }

  const RunIdentity& run;
  SlotBlock& block;
  const uint32_t worker;
  const uint32_t slot;

  WorkerChannel channel;
  std::mutex mutex;  ///< guards the channel and what is reported
  HttpSession http;
  Metadata metadata;

  int64_t attempt_waited_ns = 0;         ///< for others, since it started
  int64_t attempt_start_ns = 0;          ///< monotonic; of the running attempt, or of the scope fixture
  int64_t body_timeout_ms = 0;           ///< of the running test; 0: none
  uint32_t attempt = 0;                  ///< 0: in a fixture of the scope
  std::string test_id;                   ///< as e2e_state_v1::test_id
  std::atomic<e2e_rc> worst = E2E_PASS;  ///< of what was reported since it was reset
  std::atomic<uint64_t> unique = 0;
  int64_t grace_ms = 0;
  bool stop_requested = false;  ///< the host wants the unit to end after the running attempt

  /// Requests that ended while a name was looked up: libcurl's threads for that may go on.
  std::atomic<size_t> unfinished_lookups = 0;
  std::string last_error;  ///< the last thing that the plugin logged as an error

  /// A failure or a skip, as it was sent.
  struct Recorded {
    WorkerReport type;
    std::string bytes;
  };
  /// What is reported while a scope opens and decides its tests' results, to be told of each of them. Null:
  /// not recording.
  std::vector<Recorded>* recorded = nullptr;

 private:
  class Waiting;
  static constexpr size_t max_port_leases = 100;

  void raise_worst(e2e_rc rc) noexcept;
  void put_content(ByteWriter& out, std::string_view bytes);
  /// Nothing: requests go as they come.
  [[nodiscard]] std::optional<RateLimit> rate_limit() const noexcept;
  void heed_retry_after(const Exchange& exchange) noexcept;
  [[nodiscard]] int64_t since_start_ns() const noexcept;

  struct OnceResult {
    e2e_rc rc;
    std::string json;
  };
  std::map<std::string, OnceResult, std::less<>> once_results_;
  KeptBodies bodies_;  ///< guarded by `mutex`
  std::mutex secrets_mutex_;
  SecretValues secrets_;
  std::mutex leases_mutex_;
  std::vector<PortLease> attempt_leases_, scope_leases_;
  std::minstd_rand random_;
  std::string traced_;    ///< the test_id that trace_id_ was made of
  std::string trace_id_;  ///< 32 hexadecimal digits
  uint64_t span_ = 0;
  const RateLimiters& limiters_;
  RateLimiter* limiter_;  ///< of the service that requests go to
  RateLimitSettings limit_settings_;
};

/// How bad a result is: error, failed, skipped, passed.
int severity(e2e_rc rc) noexcept;

}  // namespace e2e::host
