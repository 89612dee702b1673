#pragma once

#include <termios.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>

namespace e2e::host {

/// Hears single keys of the terminal that this process is in the foreground of, without waiting for Enter
/// and without showing them. Ctrl-C and Ctrl-Z stay what they are. The terminal is as it was before once this
/// is gone, and hears nothing while the process is in the background or stopped.
///
/// On the event loop's thread. One at a time.
class TerminalKeys {
 public:
  /// Does nothing where standard input is no terminal.
  TerminalKeys(boost::asio::io_context& loop, std::function<void(char key)> on_key);
  ~TerminalKeys();
  TerminalKeys(const TerminalKeys&) = delete;
  TerminalKeys& operator=(const TerminalKeys&) = delete;

 private:
  [[nodiscard]] bool is_in_foreground();
  void begin();
  void wait_for_key();
  void wait_for_continuation();

  boost::asio::posix::stream_descriptor terminal_;
  boost::asio::signal_set continued_;
  std::function<void(char)> on_key_;
  termios before_{};
  bool is_listening_ = false;
};

}  // namespace e2e::host
