#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <e2e/e2e.hpp>
#include <string>
#include <string_view>

/// A page that knows how often it was used: 1 at its first use.
class CountingPage : public e2e::Page {
 public:
  using Page::Page;
  int use() { return ++uses_; }

 private:
  int uses_ = 0;
};

/// Adds a line to the file $SCOPES_TRACE, whole, whoever else writes: "WHAT PID TID DETAIL".
inline void trace(const char* what, const std::string& detail) {
  const char* file = std::getenv("SCOPES_TRACE");
  if (file == nullptr) return;
  const std::string line = std::string(what) + " " + std::to_string(::getpid()) + " " +
                           std::to_string(::gettid()) + " " + detail + "\n";
  const int fd = ::open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const bool is_written = ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  ::close(fd);
  if (!is_written) std::abort();
}

/// What a test sees: how often its page was used, and which metadata there are.
inline void trace_test(CountingPage& page, const char* name) {
  const auto has = [&page](const char* key) { return page.has_metadata(key) ? "yes" : "no"; };
  trace("test", std::string(name) + " use=" + std::to_string(page.use()) + " mark=" + has("mark") +
                    " lost=" + has("lost") + " opened=" + has("opened"));
}

/// Whether the variable `name` asks for `what`.
inline bool is_asked(const char* name, std::string_view what) {
  const char* value = std::getenv(name);
  return value != nullptr && value == what;
}

/// Waits until another test does so at the other end of the FIFO $SCOPES_FIFO: O_RDONLY, O_WRONLY.
inline void meet(int flags) {
  const int fd = ::open(std::getenv("SCOPES_FIFO"), flags | O_CLOEXEC);
  E2E_REQUIRE(fd >= 0);
  ::close(fd);
}
