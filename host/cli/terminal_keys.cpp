#include "cli/terminal_keys.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/unique_fd.hpp"

namespace e2e::host {

TerminalKeys::TerminalKeys(boost::asio::io_context& loop, std::function<void(char)> on_key,
                           std::function<void()> on_stop)
    : terminal_(loop), signals_(loop), on_key_(std::move(on_key)), on_stop_(std::move(on_stop)) {
  if (::isatty(STDIN_FILENO) != 1) return;
  // A description of its own: that of standard input is shared with whoever started this.
  UniqueFd terminal(::open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!terminal || ::tcgetattr(terminal.get(), &before_) != 0) return;
  terminal_.assign(terminal.release());
  signals_.add(SIGCONT);
  signals_.add(SIGTSTP);
  wait_for_signal();
  begin();
}

TerminalKeys::~TerminalKeys() {
  if (terminal_.is_open() && is_in_foreground()) ::tcsetattr(terminal_.native_handle(), TCSADRAIN, &before_);
}

bool TerminalKeys::is_in_foreground() { return ::tcgetpgrp(terminal_.native_handle()) == ::getpgrp(); }

void TerminalKeys::begin() {
  if (!is_in_foreground()) return;
  termios single = before_;
  single.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  single.c_cc[VMIN] = 1;
  single.c_cc[VTIME] = 0;
  if (::tcsetattr(terminal_.native_handle(), TCSADRAIN, &single) != 0) return;
  if (!std::exchange(is_listening_, true)) wait_for_key();
}

void TerminalKeys::wait_for_key() {
  terminal_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [this](const boost::system::error_code& error) {
                         if (error) return;
                         is_listening_ = false;
                         // Whoever reads in the background is stopped.
                         if (!is_in_foreground()) return;
                         std::array<char, 64> keys;
                         const ssize_t count = ::read(terminal_.native_handle(), keys.data(), keys.size());
                         if (count == 0) return;
                         is_listening_ = true;
                         for (ssize_t i = 0; i < count; ++i) on_key_(keys[static_cast<size_t>(i)]);
                         wait_for_key();
                       });
}

void TerminalKeys::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int number) {
    if (error) return;
    if (number == SIGTSTP) stop();
    // Continued.
    begin();
    wait_for_signal();
  });
}

void TerminalKeys::stop() {
  on_stop_();
  if (is_in_foreground()) ::tcsetattr(terminal_.native_handle(), TCSADRAIN, &before_);
  // By the signal's own effect rather than SIGSTOP: nobody could continue a process without a shell above it,
  // and there it has none.
  struct sigaction usual {
  }, ours{};
  usual.sa_handler = SIG_DFL;
  ::sigaction(SIGTSTP, &usual, &ours);
  ::raise(SIGTSTP);
  ::sigaction(SIGTSTP, &ours, nullptr);
}

}  // namespace e2e::host
