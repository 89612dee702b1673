#include "run/worker_host.hpp"

#include <signal.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>

#include "base/unique_fd.hpp"
#include "worker/worker_channel.hpp"
#include "worker/worker_main.hpp"

namespace e2e::host {
namespace {

/// How long a worker may live on once its channel is closed; it may just be on its way out.
constexpr int64_t lost_channel_grace_ms = 500;
constexpr int64_t longest_wait_ms = 100;

}  // namespace

WorkerHost::WorkerHost(boost::asio::io_context& loop, Launcher& launcher, Listener& listener,
                       const Birth& birth)
    : launcher_(launcher),
      listener_(listener),
      birth_(birth),
      block_(launcher.slots().block(birth.slot)),
      control_(loop),
      out_(loop),
      err_(loop),
      escalation_(loop) {
  block_.reset();
  if (::getrandom(block_.marker, sizeof block_.marker, 0) != sizeof block_.marker)
    throw std::system_error(errno, std::generic_category(), "getrandom");
  start();
  read_control();
}

void WorkerHost::start() {
  FdPair control = make_socket_pair();
  if (birth_.is_thread) {
    thread_ = std::thread([this, end = std::move(control.second)]() mutable {
      worker_thread_main(launcher_.run(), block_, launcher_.slots().limiters(), birth_.worker, birth_.slot,
                         std::move(end));
    });
  } else {
    FdPair out = make_pipe(), err = make_pipe();
    launcher_.spawn(birth_.worker, birth_.slot, birth_.kind, std::move(control.second), std::move(out.second),
                    std::move(err.second));
    out_.assign(out.first.get());
    err_.assign(err.first.get());
    stdout_ = make_capture(std::move(out.first), false);
    stderr_ = make_capture(std::move(err.first), true);
    read_capture(out_, *stdout_);
    read_capture(err_, *stderr_);
  }
  control_.assign(control.first.release());
}

std::unique_ptr<Capture> WorkerHost::make_capture(UniqueFd pipe, bool is_stderr) {
  Capture::Live live;
  if (birth_.is_live)
    live = [this, is_stderr](std::string_view bytes, bool is_next) {
      listener_.on_output(*this, is_stderr, bytes, is_next);
    };
  std::string spool;
  if (!birth_.spool_prefix.empty()) spool = birth_.spool_prefix + (is_stderr ? "stderr-" : "stdout-");
  return std::make_unique<Capture>(std::move(pipe), std::string(block_.marker, sizeof block_.marker),
                                   std::move(spool), std::move(live), birth_.secrets);
}

WorkerHost::~WorkerHost() {
  *is_alive_ = false;
  // The captures own these.
  if (out_.is_open()) (void)out_.release();
  if (err_.is_open()) (void)err_.release();
  if (thread_.joinable()) thread_.join();
}

void WorkerHost::send(WorkerOrder type, const ByteWriter& payload) {
  std::string bytes;
  append_frame(bytes, static_cast<uint16_t>(type), payload.bytes());
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = ::send(control_.native_handle(), bytes.data() + sent, bytes.size() - sent,
                             MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) {
      sent += static_cast<size_t>(n);
    } else if (errno == EAGAIN || errno == EINTR) {
      // A full channel: the worker reads it all before it runs anything, or is dead soon. What it says
      // meanwhile must not fill the other direction.
      drain_control();
      if (is_gone_ || is_channel_closed_) return;
    } else {
      return;  // gone; its end is heard elsewhere
    }
  }
}

// Waits without reading: what has been read must never be in a handler that is still to run when the exit is
// told.
void WorkerHost::read_control() {
  control_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this, alive = is_alive_](const boost::system::error_code& error) {
                        if (!*alive || error || is_gone_) return;
                        if (!drain_control()) return on_control_closed();
                        if (*alive && !is_gone_) read_control();
                      });
}

void WorkerHost::read_capture(boost::asio::posix::stream_descriptor& pipe, Capture& capture) {
  pipe.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                  [this, &pipe, &capture, alive = is_alive_](const boost::system::error_code& error) {
                    if (!*alive || error) return;
                    // What it wrote may be a secret that it has told of just before.
                    const bool goes_on = capture.drain([this] { catch_up(); });
                    if (*alive && goes_on && !is_gone_) read_capture(pipe, capture);
                  });
}

void WorkerHost::hear(std::string_view bytes) {
  heard_bytes_ += bytes.size();
  if (!protocol_error_.empty()) return;
  try {
    reports_.append(bytes);
    while (const auto frame = reports_.next()) {
      const auto type = static_cast<WorkerReport>(frame->type);
      if (type == WorkerReport::bye) {
        has_said_bye_ = true;
        // Not waited for: a copy of this process that its test forked may hold the channel's other end open.
        if (birth_.is_thread) return finish();
        // It has nothing left to do; one that stays all the same is killed.
        if (!exit_) escalate(lost_channel_grace_ms);
        return listener_.on_leaving(*this);
      }
      ByteReader in(frame->payload);
      listener_.on_report(*this, type, in);
    }
  } catch (const BadBytes& error) {
    protocol_error_ = error.what();
    if (birth_.is_thread) return listener_.on_broken(*this);
    kill();
  }
}

bool WorkerHost::drain_control() {
  char bytes[64 * 1024];
  // A worker that never pauses must not keep the loop here.
  for (int reads = 0; reads < 256 && control_.is_open(); ++reads) {
    const ssize_t n = ::recv(control_.native_handle(), bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0) {
      const std::string_view sent(bytes, static_cast<size_t>(n));
      const size_t known = std::min<uint64_t>(heard_bytes_ - sent_bytes_, sent.size());
      sent_bytes_ += sent.size();
      hear(sent.substr(known));
      if (static_cast<size_t>(n) < sizeof bytes) return true;
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    return n < 0 && errno == EAGAIN;
  }
  return control_.is_open();
}

void WorkerHost::on_control_closed() {
  if (is_gone_) return;
  if (birth_.is_thread) return finish();
  if (has_said_bye_ || exit_) return;
  // Most often it is dead, and its exit will be told in a moment. Else it closed the channel, or became
  // another program.
  is_channel_closed_ = true;
  if (!is_cancelled_) escalate(lost_channel_grace_ms);
}

void WorkerHost::cancel(int64_t grace_ms) {
  if (is_cancelled_) return;
  block_.wish_to_stop();
  end_attempt(grace_ms);
}

bool WorkerHost::cancel(uint64_t stretch, int64_t grace_ms) {
  if (is_cancelled_) return true;
  if (!block_.wish_to_stop(stretch)) return false;
  end_attempt(grace_ms);
  return true;
}

void WorkerHost::end_attempt(int64_t grace_ms) {
  is_cancelled_ = true;
  if (birth_.is_thread) return;
  if (grace_ms <= 0) return kill();
  launcher_.signal(birth_.worker, SIGTERM, false);
  escalate(std::max<int64_t>(1, grace_ms / 2));
}

// In short waits, of which each counts as what it was meant to be: while this process was stopped, so were
// its workers.
void WorkerHost::escalate(int64_t half_grace_ms, int64_t waited_ms) {
  const int64_t will_have_waited_ms = std::min(half_grace_ms, waited_ms + longest_wait_ms);
  escalation_.expires_after(std::chrono::milliseconds(will_have_waited_ms - waited_ms));
  escalation_.async_wait([=, this, alive = is_alive_](const boost::system::error_code& error) {
    if (!*alive || error || is_gone_) return;
    if (will_have_waited_ms < half_grace_ms) return escalate(half_grace_ms, will_have_waited_ms);
    has_lost_channel_ = is_channel_closed_ && !has_said_bye_;
    if (has_escalated_) return kill();
    has_escalated_ = true;
    launcher_.signal(birth_.worker, SIGTERM, true);
    escalate(half_grace_ms);
  });
}

void WorkerHost::kill() {
  if (birth_.is_thread) return;
  was_killed_ = true;
  signal_group(SIGKILL);
}

void WorkerHost::signal_group(int number) {
  if (!birth_.is_thread) launcher_.signal(birth_.worker, number, true);
}

void WorkerHost::on_exit(const WorkerExit& exit) {
  exit_ = exit;
  drain_control();
  if (!has_said_bye_) hear(std::string(unsent_reports(block_, heard_bytes_)));
  finish();
}

void WorkerHost::on_lost() {
  drain_control();
  finish();
}

void WorkerHost::finish() {
  if (is_gone_) return;
  is_gone_ = true;
  escalation_.cancel();
  if (control_.is_open()) control_.close();
  drain_output();
  listener_.on_gone(*this);
}

void WorkerHost::drain_output() {
  if (stdout_) stdout_->drain();
  if (stderr_) stderr_->drain();
}

void WorkerHost::drain_attempt_output() {
  for (Capture* capture : {stdout_.get(), stderr_.get()})
    if (capture != nullptr) capture->drain_attempt();
}

void WorkerHost::catch_up() {
  if (is_gone_ || exit_ || !drain_control() || has_said_bye_) return;
  hear(gathered_reports(block_, heard_bytes_));
}

CapturedOutput WorkerHost::so_far(Capture* capture) {
  if (capture == nullptr) return {};
  capture->drain();
  return capture->so_far();
}

CapturedOutput WorkerHost::take_stdout() {
  if (!stdout_) return {};
  stdout_->drain_attempt();
  return stdout_->take();
}

CapturedOutput WorkerHost::take_stderr() {
  if (!stderr_) return {};
  stderr_->drain_attempt();
  return stderr_->take();
}

}  // namespace e2e::host
