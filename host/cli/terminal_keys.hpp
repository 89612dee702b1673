#pragma once

#include <termios.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>

namespace e2e::host {

/// Hears single keys of the terminal that this process is in the foreground of, without waiting for Enter
/// and without showing them. Ctrl-C stays what it is; Ctrl-Z (SIGTSTP) stops this process once the terminal
/// is as it was before, as it is, too, when this is gone. Hears nothing while the process is in the
/// background or stopped.
///
/// On the event loop's thread. One at a time.
class TerminalKeys {
 public:
  struct Hooks {
    std::function<void(char key)> on_key;  ///< empty: keys are not heard, the terminal stays as it is
    std::function<void()> on_stop;         ///< right before this process stops
    std::function<void()> on_continue;     ///< right after it goes on
  };

  /// Hears no keys where standard input is no terminal.
  TerminalKeys(boost::asio::io_context& loop, Hooks hooks);
  ~TerminalKeys();
  TerminalKeys(const TerminalKeys&) = delete;
  TerminalKeys& operator=(const TerminalKeys&) = delete;

 private:
  [[nodiscard]] bool is_in_foreground();
  void open_terminal();
  void begin();
  void wait_for_key();
  void wait_for_signal();
  void stop();

  boost::asio::posix::stream_descriptor terminal_;
  boost::asio::signal_set signals_;
  Hooks hooks_;
  termios before_{};
  bool is_listening_ = false;
};

}  // namespace e2e::host
