#include "cli/terminal_keys.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/unique_fd.hpp"
#include "base/wait_status.hpp"

namespace e2e::host {

TerminalKeys::TerminalKeys(boost::asio::io_context& loop, Hooks hooks)
    : terminal_(loop), signals_(loop), hooks_(std::move(hooks)) {
  if (hooks_.on_key) open_terminal();
  signals_.add(SIGCONT);
  if (!is_ignored(SIGTSTP)) signals_.add(SIGTSTP);
  wait_for_signal();
  begin();
}

void TerminalKeys::open_terminal() {
  if (::isatty(STDIN_FILENO) != 1) return;
  // A description of its own: that of standard input is shared with whoever started this.
  UniqueFd terminal(::open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!terminal || ::tcgetattr(terminal.get(), &before_) != 0) return;
  terminal_.assign(terminal.release());
}

TerminalKeys::~TerminalKeys() {
  if (is_in_foreground()) ::tcsetattr(terminal_.native_handle(), TCSADRAIN, &before_);
}

bool TerminalKeys::is_in_foreground() {
  return terminal_.is_open() && ::tcgetpgrp(terminal_.native_handle()) == ::getpgrp();
}

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
                         // It has gone, perhaps with an error; it would be readable for ever.
                         if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return;
                         is_listening_ = true;
                         for (ssize_t i = 0; i < count; ++i) hooks_.on_key(keys[static_cast<size_t>(i)]);
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
  hooks_.on_stop();
  if (is_in_foreground()) ::tcsetattr(terminal_.native_handle(), TCSADRAIN, &before_);
  // By the signal's own effect rather than SIGSTOP: nobody could continue a process without a shell above it,
  // and there it has none.
  struct sigaction usual {
  }, ours{};
  usual.sa_handler = SIG_DFL;
  ::sigaction(SIGTSTP, &usual, &ours);
  ::raise(SIGTSTP);
  ::sigaction(SIGTSTP, &ours, nullptr);
  hooks_.on_continue();
}

}  // namespace e2e::host
