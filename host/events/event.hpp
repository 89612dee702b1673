#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/mode.hpp"
#include "base/verdict.hpp"

/// What can be said of a run: facts, past tense, in the order they happened. The journal keeps them as NDJSON
/// (docs/events.md); reporters know a run by them alone.
///
/// Tests are named by their index in RunStarted::tests, which is the canonical order (service, module,
/// declaration). Times are nanoseconds since the run started unless a name says otherwise.
namespace e2e::host {

/// A test that the run is about.
struct TestInfo {
  std::string id;  ///< service::module::name
  std::string service, module, name;
  std::string file;
  uint32_t line = 0;
  std::vector<std::string> tags;
  std::string priority;
  std::vector<std::string> depends_on;  ///< full ids
  int64_t timeout_ms = 0;               ///< of its body; 0: none
  uint32_t max_attempts = 1;
};

/// A pack that a run takes plugins from.
struct RunPack {
  std::string id, version, publisher;
  std::string trust;   ///< "trusted", "unknown": signed by nobody who is trusted, "unsigned"
  std::string digest;  ///< SHA-256 of its manifest, which names each byte of it
};

/// Where a run takes place, and with which packs. What is empty or 0 is not known.
struct RunEnvironment {
  std::string name;     ///< of the configuration: dev, staging, ...
  std::string system;   ///< "Debian GNU/Linux 12 (bookworm)"
  std::string kernel;   ///< "6.1.0-18-amd64"
  std::string machine;  ///< "x86_64"
  uint32_t cpus = 0;    ///< that the host may use
  int64_t memory_kib = 0;
  std::vector<RunPack> packs;  ///< in the order of e2e.conf
};

/// The first event of every run. Not written for a command that stops before it starts anything.
struct RunStarted {
  std::string run_id;
  std::string host_version;
  int64_t start_unix_ns = 0;
  uint32_t workers = 0;      ///< slots
  bool is_parallel = false;  ///< false: sequential was asked for; one worker
  Mode mode = Mode::service;
  Isolation isolation = Isolation::process;
  std::optional<uint32_t> shuffle_seed;  ///< the tests' order was shuffled by it
  bool fail_on_flaky = false;            ///< a flaky test makes the run a failed one
  RunEnvironment environment;
  std::vector<TestInfo> tests;
};

struct WorkerStarted {
  uint32_t worker = 0;  ///< counts up through the run; a slot has one at a time
  uint32_t slot = 0;
  int64_t pid = 0;  ///< 0 under isolation none
};

/// Once for each WorkerStarted, unless the host itself died.
struct WorkerExited {
  uint32_t worker = 0;
  uint32_t slot = 0;
  std::string ending;  ///< "exited with code 0", "killed by SIGSEGV"
  int64_t user_cpu_us = 0, system_cpu_us = 0, max_rss_kib = 0;
};

/// A managed service is ready: it was started, or found where it may be reused. Not told of one that did not
/// come up, which is a Trouble.
struct ServiceStarted {
  std::string service;
  int32_t slot = -1;  ///< whose instance it is; -1: all workers share it
  int64_t pid = 0;    ///< 0: it was found running
  uint16_t port = 0;  ///< leased for it; 0: none
  std::string base_url;
  std::string command;      ///< as started, in one line; empty: it was found running
  std::string log;          ///< file of its output; empty: it was found running
  int64_t duration_ns = 0;  ///< from its start till it was ready
};

/// Once for each ServiceStarted with a pid, unless the host died.
struct ServiceExited {
  std::string service;
  int32_t slot = -1;
  int64_t pid = 0;
  std::string ending;        ///< "exited with code 0", "killed by SIGSEGV"
  bool is_expected = false;  ///< the run had asked it to stop; else it died, and a Trouble follows
  int64_t after_ns = 0;      ///< since it was started
  std::string log;
};

/// Followed by exactly one AttemptFinished of the same test and attempt, unless the host died.
struct AttemptStarted {
  uint32_t test = 0;
  uint32_t attempt = 1;
  uint32_t worker = 0;
  uint32_t slot = 0;
};

/// An attempt has run for long, and still runs: told once for each `reports.slow_after` that it ran (several
/// that passed unseen are told once), the first time not before it took twice what its test took when it
/// passed last.
struct TestSlow {
  uint32_t test = 0;
  uint32_t attempt = 1;
  uint32_t worker = 0;
  uint32_t slot = 0;
  int64_t elapsed_ns = 0;  ///< since the attempt started
};

/// An assertion that did not hold, or an error.
struct Failure {
  bool is_soft = false;   ///< the test went on
  bool is_error = false;  ///< not an assertion
  std::string phase;      ///< body, before_each, ...
  std::string file;
  uint32_t line = 0;
  std::string expression, message, expected, actual;
  uint32_t exchanges_before = 0;  ///< how many of the attempt's exchanges were over when it was reported
};

/// A message of a WebSocket, secrets taken out.
struct MessageRecord {
  bool is_sent = false;  ///< false: it was received
  std::string kind;      ///< text, binary, close
  std::string body;      ///< at most 16 KiB; of a close: its code and reason
  uint64_t size = 0;     ///< of the whole
  int64_t at_ns = 0;     ///< since the attempt started
};

/// One request and its answer, secrets taken out.
struct ExchangeRecord {
  std::string phase;  ///< that it happened in: body, cleanup, ...
  std::string method, url;
  int32_t status = 0;  ///< 0: no answer
  std::string error;
  std::vector<std::pair<std::string, std::string>> request_headers, response_headers;
  std::string request_body, response_body;  ///< at most 16 KiB of each
  uint64_t request_body_size = 0, response_body_size = 0;
  /// Each attachment_file() of the whole body, secrets taken out, in the run's folder; empty: not kept.
  std::string request_body_file, response_body_file;
  std::string folder;    ///< as AttachmentRecord has it
  int64_t start_ns = 0;  ///< since the attempt started
  int64_t blocked_ns = 0, dns_ns = 0, connect_ns = 0, tls_ns = 0, send_ns = 0, wait_ns = 0, receive_ns = 0,
          total_ns = 0;
  uint32_t retry = 0;                   ///< 1, 2, ...: it sends the request before it again
  uint32_t redirect = 0;                ///< 1, 2, ...: the answer before it led here
  std::string http_version;             ///< of the answer: "1.1", "2"
  std::string body_sha256;              ///< of an answer's body that the worker did not keep
  std::vector<std::string> curl_words;  ///< what curl needs besides method, URL, headers and body
  std::vector<MessageRecord> messages;  ///< of the WebSocket that it opened
};

/// A step of a test, in the order begun.
struct StepRecord {
  std::string title, file;
  uint32_t line = 0;
  uint32_t depth = 0;        ///< 0: outermost
  int64_t start_ns = 0;      ///< since the attempt started
  int64_t duration_ns = -1;  ///< -1: it was running when the attempt ended
};

/// What an attempt wrote to stdout or stderr. Large output keeps its head and its tail.
struct CapturedOutput {
  std::string head;
  std::string tail;            ///< what came last, where something was left out between
  uint64_t total_bytes = 0;    ///< that were written
  std::string file;            ///< holds all of it, up to 256 MiB, where something was left out
  uint64_t omitted_bytes = 0;  ///< of what was written, what was left out between head and tail
};

/// A file that a test kept with its attempt.
struct AttachmentRecord {
  std::string name;    ///< as people see it; may be a file's name
  std::string type;    ///< a media type: "image/png"
  uint64_t bytes = 0;  ///< its size
  std::string sha256;  ///< of its content, 64 digits
  std::string file;    ///< attachment_file() of these, in the run's folder
  int64_t at_ns = 0;   ///< since the attempt started
  std::string folder;  ///< the run's, which the journal lies in; not written there. Empty: not known
};

/// How a process died, where an attempt crashed.
struct CrashInfo {
  std::string what;  ///< "SIGSEGV at address 0x0 (null dereference)", "called exit(0)"
  std::string phase;
  std::string last_step, last_request;
  std::string core;  ///< where the kernel put a core dump, if it made one
};

/// A function on a stack.
struct StackFrame {
  std::string function;  ///< "pay(Order const&)"; "0x0" where there is no code
  std::string file;      ///< empty: not known
  uint32_t line = 0;
  std::string module;       ///< name of the file that the code is in
  uint64_t offset = 0;      ///< from the start of that file in memory
  bool is_inlined = false;  ///< into the frame after it
};

/// A thread's stack, innermost frame first.
struct ThreadStack {
  int64_t tid = 0;
  std::string name;
  std::vector<StackFrame> frames;
  std::string note;  ///< why it does not go on, where it should
};

struct AttemptFinished {
  uint32_t test = 0;
  uint32_t attempt = 1;
  uint32_t worker = 0;
  uint32_t slot = 0;
  Status status = Status::passed;
  int64_t start_ns = 0;
  int64_t duration_ns = 0;
  int64_t waited_ns = 0;  ///< of these, waiting for a rate limit or another worker's fixture
  std::string reason;     ///< why it was skipped, crashed, timed out or was interrupted, in a sentence
  std::vector<Failure> failures;
  std::vector<StepRecord> steps;
  std::vector<ExchangeRecord> exchanges;
  std::vector<std::string> notes;
  std::vector<AttachmentRecord> attachments;
  std::vector<std::string> leaked;  ///< processes it left behind, as "sleep 60 (pid 123)"
  CapturedOutput stdout_output, stderr_output;
  std::vector<CrashInfo> crash;  ///< one where status is crashed, else none
  /// Of the thread that crashed; of all threads, the test's first, where it was out of time.
  std::vector<ThreadStack> stacks;
};

/// The last word on a test; once for each test of the run, unless the host died.
struct TestFinished {
  uint32_t test = 0;
  Outcome outcome = Outcome::passed;
  uint32_t attempts = 0;
  std::string reason;  ///< of a skip, or why it was not run
};

/// A fixture that closes a scope failed: no test is to blame, but the service is, and the run fails.
struct FixtureFailed {
  std::string service;
  std::string phase;  ///< after_all
  uint32_t slot = 0;
  std::vector<Failure> failures;
  std::string reason;
  CapturedOutput stdout_output = {}, stderr_output = {};  ///< what the fixture wrote
  std::vector<ThreadStack> stacks = {};                   ///< where it crashed or hung, as of an attempt
};

/// Infrastructure trouble: something that is no test's fault and that makes the run no green one.
struct Trouble {
  std::string text;
};

/// A line that a plugin wrote to the host's log.
struct LogWritten {
  uint32_t slot = 0;
  uint32_t level = 0;  ///< E2E_LOG_*: 0 debug, 1 info, 2 warn, 3 error
  std::string text;
};

/// The last event of every run whose host lived; and of every one that is replayed.
struct RunFinished {
  int64_t duration_ns = 0;
  int64_t work_ns = 0;  ///< all attempts added up
  uint32_t passed = 0, failed = 0, flaky = 0, skipped = 0, not_run = 0;
  int32_t exit_code = 0;
  std::string
      stopped_by;  ///< empty, or why not everything ran: "--fail-fast", "SIGINT", "--run-timeout", ...
  bool is_cut_off = false;  ///< no host said this: its journal ends without, and replay made it up
};

/// Where RunFinished counts tests that came to `outcome`.
constexpr uint32_t& count_of(RunFinished& run, Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return run.passed;
    case Outcome::failed:
      return run.failed;
    case Outcome::flaky:
      return run.flaky;
    case Outcome::skipped:
      return run.skipped;
    case Outcome::not_run:
      break;
  }
  return run.not_run;
}

struct Event {
  uint64_t sequence = 0;  ///< 1, 2, ... in the run
  int64_t time_ns = 0;
  std::variant<RunStarted, WorkerStarted, WorkerExited, AttemptStarted, AttemptFinished, TestFinished,
               FixtureFailed, Trouble, LogWritten, RunFinished, ServiceStarted, ServiceExited, TestSlow>
      fact;
};

}  // namespace e2e::host
