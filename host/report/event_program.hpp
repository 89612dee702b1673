#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/unique_fd.hpp"
#include "events/event_json.hpp"
#include "events/reporter.hpp"

namespace e2e::host {

/// Feeds events, as lines (docs/events.md), to the standard input of a program: `--output exec:COMMAND`. The
/// run never waits for it: what it has not read yet is kept, and where that gets too much it is given up.
/// Only once the run has finished, or where events are replayed, it is waited for, as long as it goes on
/// reading. From the first of these on this process ignores SIGPIPE.
class EventProgram final : public Reporter {
 public:
  struct Limits {
    size_t waiting_bytes = 64u << 20;      ///< so much may wait to be read
    int64_t patience_ns = 10'000'000'000;  ///< so long it may read nothing, or not end, when waited for
  };
  /// Told once, when all is over: "" or why it failed, in a phrase.
  using Told = std::function<void(const std::string& error)>;

  /// Starts `command` with /bin/sh in `folder`, in a process group of its own, so that Ctrl-C leaves it the
  /// time to read the end. `is_live`: events come from a run that must not wait.
  EventProgram(const std::string& command, const std::filesystem::path& folder, bool is_live, Told told,
               Limits limits);
  /// Ends it, if it still runs.
  ~EventProgram() override;
  EventProgram(const EventProgram&) = delete;
  EventProgram& operator=(const EventProgram&) = delete;

  void on_event(const Event& event) override;
  void on_tick(int64_t time_ns) override;

 private:
  bool write_some();
  void wait_till_read(size_t waiting_bytes);
  void give_up(const std::string& why);
  void finish();
  bool wait_for_end(int64_t timeout_ns);

  const bool is_live_;
  const Told told_;
  const Limits limits_;
  EventWriter writer_;
  pid_t pid_ = -1;
  UniqueFd pipe_, pidfd_;
  std::string waiting_;
  size_t written_ = 0;  ///< of these
  std::string error_;
};

}  // namespace e2e::host
