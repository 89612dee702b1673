#include "launcher/kept_service.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "base/clock.hpp"
#include "base/wait_status.hpp"
#include "config/expansion.hpp"
#include "launcher/port_holder.hpp"
#include "launcher/service_process.hpp"

namespace e2e::host {
namespace {

constexpr int64_t ns_per_ms = 1'000'000;
/// One look must not take all the time there is: the first answer may be lost, and the second come.
constexpr int64_t longest_look_ms = 2000;

}  // namespace

KeptService::KeptService(boost::asio::io_context& loop, Listener& listener, ServiceStart order,
                         std::string run_folder, const SecretValues& secrets)
    : loop_(loop),
      listener_(listener),
      order_(std::move(order)),
      run_folder_(std::move(run_folder)),
      secrets_(secrets),
      output_(loop),
      again_(loop),
      stop_limit_(loop) {}

KeptService::~KeptService() {
  if (probe_) probe_->cancel();
}

std::string KeptService::expanded(const std::string& text) const {
  return expand_late_names(text, {order_.slot, lease_ ? lease_->port() : uint16_t{0}, run_folder_});
}

int64_t KeptService::age_ns() const { return monotonic_ns() - start_ns_; }

void KeptService::start() {
  start_ns_ = monotonic_ns();
  const auto names_port = [](const std::string& text) { return has_late_name(text, "service.port"); };
  const bool needs_port =
      names_port(order_.base_url) || std::any_of(order_.command.begin(), order_.command.end(), names_port) ||
      std::any_of(order_.variables.begin(), order_.variables.end(),
                  [&](const auto& variable) { return variable.second && names_port(*variable.second); });
  if (needs_port) lease_ = PortLease::take();
  for (const auto& word : order_.command) words_.push_back(expanded(word));
  command_ = command_line(words_);
  base_url_ = expanded(order_.base_url);
  ready_path_ = expanded(order_.ready_path);
  if (needs_port && !lease_) return fail("there is no free port to lease");
  address_ = ServiceAddress::of(base_url_);
  // A leased port nobody listens on.
  if (lease_ && names_port(order_.base_url))
    launch();
  else if (order_.reuse)
    look_for_one();
  else
    look_at_port();
}

void KeptService::look_for_one() {
  probe_ =
      ReadyProbe::start(loop_, address_, ready_path_, longest_look_ms, [this](const std::string& why_not) {
        if (why_not.empty())
          become_ready(true);
        else
          look_at_port();
      });
}

void KeptService::look_at_port() {
  probe_ = ReadyProbe::start(loop_, address_, {}, longest_look_ms, [this](const std::string& why_not) {
    if (!why_not.empty()) return launch();
    const std::string holder = describe_port_holder(address_.port);
    std::string why = fmt::format("port {} of {} is taken", address_.port, address_.host);
    if (!holder.empty()) why += " by " + holder;
    fail(why + (order_.reuse ? ", which is not ready" : ""));
  });
}

void KeptService::launch() {
  try {
    log_ = std::make_unique<ServiceLog>(expanded(order_.log), secrets_);
    FdPair output = make_pipe();
    ServiceProgram program;
    program.command = words_;
    // What it leaves there goes with the run, also where it is killed.
    program.variables.emplace_back("TMPDIR", run_folder_);
    for (const auto& [name, value] : order_.variables)
      program.variables.emplace_back(name, value ? std::optional(expanded(*value)) : std::nullopt);
    // How its processes are known as the run's own, whatever `env` says.
    if (const char* run_id = ::getenv("E2E_RUN_ID")) program.variables.emplace_back("E2E_RUN_ID", run_id);
    program.folder = expanded(order_.folder);
    pid_ = start_service_process(program, std::move(output.second));
    set_nonblocking(output.first.get());
    output_.assign(output.first.release());
  } catch (const std::exception& error) {
    return fail(error.what());
  }
  state_ = State::starting;
  read_output();
  look();
}

void KeptService::look() {
  const int64_t left_ms = order_.ready_timeout_ms - age_ns() / ns_per_ms;
  probe_ = ReadyProbe::start(loop_, address_, ready_path_, std::clamp<int64_t>(left_ms, 1, longest_look_ms),
                             [this](const std::string& why_not) {
                               if (state_ != State::starting) return;
                               if (why_not.empty())
                                 become_ready(false);
                               else
                                 look_again(why_not);
                             });
}

void KeptService::look_again(const std::string& why_not) {
  const int64_t left_ms = order_.ready_timeout_ms - age_ns() / ns_per_ms;
  if (left_ms <= 0)
    return fail(fmt::format("it {} within {} ms: {}", how_to_be_ready(), order_.ready_timeout_ms, why_not));
  // Most are ready in a moment; those that are not need not be asked a hundred times a second.
  const int64_t pause_ms = std::min<int64_t>({left_ms, 10 + 5 * looks_++, 200});
  again_.expires_after(std::chrono::milliseconds(pause_ms));
  again_.async_wait([this](const boost::system::error_code& error) {
    if (!error && state_ == State::starting) look();
  });
}

std::string KeptService::how_to_be_ready() const {
  if (ready_path_.empty()) return fmt::format("did not accept connections on port {}", address_.port);
  return fmt::format("did not answer GET http://{}:{}{}{} with 2xx", address_.host, address_.port,
                     address_.path, ready_path_);
}

void KeptService::become_ready(bool is_reused) {
  state_ = is_reused ? State::over : State::ready;
  ServiceReady ready;
  ready.instance = order_.instance;
  ready.port = lease_ ? lease_->port() : uint16_t{0};
  ready.base_url = base_url_;
  ready.duration_ns = age_ns();
  if (!is_reused) {
    ready.pid = pid_;
    ready.command = command_;
    ready.log = expanded(order_.log);
  }
  listener_.on_ready(ready);
}

void KeptService::fail(const std::string& why) {
  ServiceFailure failure;
  failure.instance = order_.instance;
  failure.why = why;
  failure.command = command_;
  failure.duration_ns = age_ns();
  has_failed_ = true;
  if (log_) {
    drain_output();
    failure.log = expanded(order_.log);
    failure.last_lines = log_->last_lines();
  }
  if (pid_ < 0) {
    state_ = State::over;
    if (log_) log_->close();
  } else {
    stop();
  }
  listener_.on_failed(failure);
}

void KeptService::stop() {
  was_asked_ = true;
  again_.cancel();
  if (state_ == State::looking && probe_) probe_->cancel();
  if (pid_ < 0) {
    state_ = State::over;
    return;
  }
  if (state_ == State::stopping) return;
  state_ = State::stopping;
  if (order_.stop_timeout_ms == 0) return kill();
  ::kill(-pid_, order_.stop_signal);
  stop_limit_.expires_after(std::chrono::milliseconds(order_.stop_timeout_ms));
  stop_limit_.async_wait([this](const boost::system::error_code& error) {
    if (!error) kill();
  });
}

void KeptService::kill() {
  was_asked_ = true;
  if (pid_ < 0) return stop();
  state_ = State::stopping;
  again_.cancel();
  ::kill(-pid_, SIGKILL);
}

void KeptService::on_exit(int wait_status) {
  const bool was_starting = state_ == State::starting;
  pid_ = -1;
  stop_limit_.cancel();
  again_.cancel();
  if (probe_) probe_->cancel();
  drain_output();
  boost::system::error_code ignored;
  output_.close(ignored);
  if (was_starting) return fail(fmt::format("it {} before it was ready", describe_wait_status(wait_status)));
  state_ = State::over;
  log_->close();
  if (has_failed_) return;
  listener_.on_exited(
      {order_.instance, wait_status, was_asked_, monotonic_ns(), age_ns(), log_->last_lines()});
}

void KeptService::read_output() {
  output_.async_read_some(boost::asio::buffer(bytes_),
                          [this](const boost::system::error_code& error, size_t size) {
                            if (error == boost::asio::error::operation_aborted) return;
                            log_->append({bytes_, size});
                            if (!error) read_output();
                          });
}

void KeptService::drain_output() {
  // What it left running may go on writing: that has no end.
  for (int reads = 0; reads < 256 && output_.is_open(); ++reads) {
    char bytes[16 * 1024];
    const ssize_t n = ::read(output_.native_handle(), bytes, sizeof bytes);
    if (n <= 0) return;
    log_->append({bytes, static_cast<size_t>(n)});
  }
}

}  // namespace e2e::host
