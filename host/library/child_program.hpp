#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// The descriptor on which a child finds the pipe for its events.
inline constexpr int child_event_descriptor = 3;

/// What a child is started with.
struct ChildWords {
  std::vector<std::string> arguments;  ///< the first is the program's path
  std::string folder;                  ///< its working folder
  bool has_stdout = false;             ///< that of the caller; else /dev/null
};

/// How a child ended.
struct ChildEnd {
  /// Its exit code, or 128 and the signal's number; missing: somebody else in this process has waited for it.
  std::optional<int> exit_code;
};

/// Starts a program, hands on what it says until it has ended, and waits for it.
///
/// `on_event` gets what it writes to child_event_descriptor, `on_error` what it writes to stderr, both on
/// this thread, in pieces of any size. It gets default signals, none of them blocked, /dev/null as stdin, and
/// no other descriptor of this process. Throws std::system_error where it can't be started; if a function
/// throws, the child is stopped first. Any thread, several at once.
ChildEnd run_child(const ChildWords& words, const std::function<void(std::string_view)>& on_event,
                   const std::function<void(std::string_view)>& on_error);

}  // namespace e2e::host
