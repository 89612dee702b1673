#include "report/event_pipe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <string>

#include "base/fatal.hpp"

namespace e2e::host {

EventPipe::EventPipe(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
    throw Fatal(ExitCode::usage,
                fmt::format("error: --events-to: descriptor {} is not open for writing", fd));
  fd_.reset(fd);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  ::signal(SIGPIPE, SIG_IGN);
}

void EventPipe::on_event(const Event& event) {
  if (!fd_) return;
  const std::string line = writer_.line(event) + '\n';
  if (!write_all(fd_.get(), line.data(), line.size())) give_up();
}

void EventPipe::on_tick(int64_t /*time_ns*/) {
  // Tests that take long say nothing for long: look whether anybody would listen.
  pollfd end{fd_.get(), 0, 0};
  if (fd_ && ::poll(&end, 1, 0) > 0 && (end.revents & POLLERR) != 0) give_up();
}

void EventPipe::give_up() {
  fd_.reset();
  ::raise(SIGTERM);
}

}  // namespace e2e::host
