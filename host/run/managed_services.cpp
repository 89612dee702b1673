#include "run/managed_services.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <fstream>
#include <set>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/unique_fd.hpp"
#include "base/wait_status.hpp"

namespace e2e::host {
namespace {

/// How long a death that has begun may take to be told.
constexpr int64_t longest_catch_up_ms = 2000;

double seconds(int64_t ns) { return static_cast<double>(ns) / 1e9; }

std::string title(const std::string& service, int32_t slot) {
  return slot < 0 ? fmt::format("service {}", service) : fmt::format("service {} of slot {}", service, slot);
}

/// Indented, as lines of a trouble below its first.
std::string output_lines(const std::string& log, const std::string& last_lines) {
  std::string text = log.empty() ? "" : "\nlog: " + log;
  if (!log.empty() && last_lines.empty()) text += " (empty)";
  std::string_view rest = last_lines;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    text += "\n  | " + std::string(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text;
}

/// Whether a process is dead, or on its way: its connections are closed before it counts as dead.
bool is_dying(int64_t pid) {
  constexpr unsigned long exiting = 0x4;  // PF_EXITING of include/linux/sched.h
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string stat;
  std::getline(file, stat);
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= stat.size()) return true;
  if (stat[name_end + 2] == 'Z' || stat[name_end + 2] == 'X') return true;
  // Field 9; the state is field 3.
  size_t at = name_end + 2;
  for (int field = 3; field < 9 && at != std::string::npos; ++field) at = stat.find(' ', at + 1);
  return at != std::string::npos && (std::stoul(stat.substr(at + 1)) & exiting) != 0;
}

}  // namespace

ManagedServices::ManagedServices(boost::asio::io_context& loop, Launcher& launcher, const RunPlan& plan,
                                 EventStream& events, OutcomeBook& outcomes)
    : plan_(plan),
      run_folder_(services_folder(launcher.run())),
      events_(events),
      outcomes_(outcomes),
      keeper_(loop) {
  const bool has_any = std::any_of(plan.services.begin(), plan.services.end(),
                                   [](const RunPlan::Service& service) { return service.start.has_value(); });
  if (!has_any) return;
  keeper_.assign(launcher.take_keeper_channel().release());
  read();
}

ManagedServices::~ManagedServices() {
  boost::system::error_code ignored;
  keeper_.close(ignored);
}

void ManagedServices::add_secret(std::string_view value) {
  if (keeper_.is_open() && secrets_.add(value)) send(KeeperRequest::secret, ByteWriter().put(value));
}

void ManagedServices::start_shared() {
  std::set<std::string> started;
  for (const RunPlan::Service& service : plan_.services)
    if (service.start && service.start->instances == Instances::run &&
        started.insert(service.order.name).second)
      start(service, -1);
}

void ManagedServices::start(const RunPlan::Service& service, int32_t slot) {
  const StartSettings& settings = *service.start;
  ServiceStart order;
  order.instance = static_cast<uint32_t>(instances_.size());
  order.service = service.order.name;
  order.slot = static_cast<uint32_t>(std::max(slot, 0));
  order.command = settings.command;
  order.variables = settings.variables;
  order.folder = settings.folder;
  order.base_url = service.order.base_url;
  order.ready_path = settings.ready_path;
  order.log = settings.log;
  if (order.log.empty())
    order.log = fmt::format("{}/services/{}{}.log", plan_.output_folder, order.service,
                            slot < 0 ? "" : fmt::format("-{}", slot));
  order.ready_timeout_ms = settings.ready_timeout_ms;
  order.stop_timeout_ms = settings.stop_timeout_ms;
  order.stop_signal = settings.stop_signal;
  order.reuse = settings.reuse;
  log_debug("{}: starting", title(order.service, slot));
  instances_.push_back({order.instance, order.service, slot});
  is_stopped_ = false;
  ByteWriter out;
  encode(out, order);
  send(KeeperRequest::start, out);
}

bool ManagedServices::are_shared_starting() const {
  return std::any_of(instances_.begin(), instances_.end(), [](const Instance& instance) {
    return instance.slot < 0 && instance.state == State::starting;
  });
}

ManagedServices::Instance* ManagedServices::find(std::string_view service, uint32_t slot) {
  for (Instance& instance : instances_)
    if (instance.service == service && (instance.slot < 0 || instance.slot == static_cast<int32_t>(slot)))
      return &instance;
  return nullptr;
}

const ManagedServices::Instance* ManagedServices::find(std::string_view service, uint32_t slot) const {
  return const_cast<ManagedServices*>(this)->find(service, slot);
}

bool ManagedServices::is_ready_for(uint32_t service, uint32_t slot) {
  const RunPlan::Service& planned = plan_.services[service];
  if (!planned.start) return true;
  const Instance* instance = find(planned.order.name, slot);
  if (instance == nullptr && is_lost_ && reason_to_stop_.empty()) {
    outcomes_.trouble("the keeper process was killed: no more services can be started");
    reason_to_stop_ = "the keeper was killed";
  }
  if (instance == nullptr && !is_stopping_ && !is_lost_) start(planned, static_cast<int32_t>(slot));
  // One that has died since is not waited for: its tests say so.
  return instance != nullptr && (instance->state == State::ready || !instance->death.empty());
}

void ManagedServices::complete(ServiceOrder& order, uint32_t service, uint32_t slot) const {
  if (!plan_.services[service].start) return;
  order.run_folder = run_folder_;
  if (const Instance* instance = find(order.name, slot)) order.port = instance->ready.port;
}

void ManagedServices::explain(AttemptFinished& finished, uint32_t service) {
  const bool is_bad = finished.status == Status::failed || finished.status == Status::error ||
                      finished.status == Status::crashed || finished.status == Status::timed_out;
  if (!is_bad || !plan_.services[service].start) return;
  const Instance* instance = find(plan_.services[service].order.name, finished.slot);
  if (instance == nullptr) return;
  catch_up(*instance);
  if (instance->death.empty()) return;
  const int64_t start_ns = events_.start_ns() + finished.start_ns;
  const int64_t end_ns = start_ns + finished.duration_ns;
  const std::string& name = instance->service;
  if (instance->death_ns < start_ns)
    finished.notes.push_back(fmt::format("service {} was down: {}, {:.1f} s before this attempt began", name,
                                         instance->death, seconds(start_ns - instance->death_ns)));
  else
    finished.notes.push_back(fmt::format("service {} died in this attempt: {}, {:.1f} s before it ended",
                                         name, instance->death,
                                         seconds(std::max<int64_t>(0, end_ns - instance->death_ns))));
}

void ManagedServices::catch_up(const Instance& instance) {
  const int64_t end_ns = monotonic_ns() + longest_catch_up_ms * 1'000'000;
  while (instance.state == State::ready && instance.ready.pid != 0 && !is_lost_ &&
         is_dying(instance.ready.pid)) {
    const int64_t left_ms = (end_ns - monotonic_ns()) / 1'000'000;
    pollfd channel{keeper_.native_handle(), POLLIN, 0};
    if (left_ms <= 0 || (::poll(&channel, 1, static_cast<int>(left_ms)) < 0 && errno != EINTR)) return;
    char bytes[4096];
    const ssize_t n = ::recv(keeper_.native_handle(), bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0) hear({bytes, static_cast<size_t>(n)});
    if (n == 0) return on_lost();
  }
}

void ManagedServices::read() {
  // Waits without reading: catch_up() may read what is there before the handler runs.
  keeper_.async_wait(
      boost::asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
        if (error == boost::asio::error::operation_aborted || is_lost_) return;
        const ssize_t n = ::recv(keeper_.native_handle(), bytes_.data(), bytes_.size(), MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) return on_lost();
        if (n > 0) hear({bytes_.data(), static_cast<size_t>(n)});
        read();
      });
}

void ManagedServices::hear(std::string_view bytes) {
  reports_.append(bytes);
  while (const auto frame = reports_.next()) {
    ByteReader in(frame->payload);
    switch (static_cast<KeeperReport>(frame->type)) {
      case KeeperReport::ready:
        on_ready(decode_service_ready(in));
        break;
      case KeeperReport::failed:
        on_failed(decode_service_failure(in));
        break;
      case KeeperReport::exited:
        on_exited(decode_service_exit(in));
        break;
      case KeeperReport::stopped:
        is_stopped_ = true;
        break;
    }
  }
}

void ManagedServices::on_ready(const ServiceReady& ready) {
  Instance& instance = instances_.at(ready.instance);
  instance.state = State::ready;
  instance.ready = ready;
  for (std::string* text : {&instance.ready.command, &instance.ready.base_url}) secrets_.scrub(*text);
  log_debug("{}: ready at {} after {:.3f} s, process {}", title(instance.service, instance.slot),
            instance.ready.base_url, seconds(ready.duration_ns), ready.pid);
  events_.emit(ServiceStarted{instance.service, instance.slot, ready.pid, ready.port, instance.ready.base_url,
                              instance.ready.command, ready.log, ready.duration_ns});
}

void ManagedServices::on_failed(const ServiceFailure& failure) {
  Instance& instance = instances_.at(failure.instance);
  instance.state = State::over;
  if (reason_to_stop_.empty()) reason_to_stop_ = title(instance.service, instance.slot) + " did not start";
  outcomes_.trouble(secrets_.scrubbed(fmt::format("{} did not start: {}, after {:.1f} s\ncommand: {}{}",
                                                  title(instance.service, instance.slot), failure.why,
                                                  seconds(failure.duration_ns), failure.command,
                                                  output_lines(failure.log, failure.last_lines))));
}

void ManagedServices::on_exited(const ServiceExit& exit) {
  Instance& instance = instances_.at(exit.instance);
  // One that was still starting when the run was over: nobody has heard of it.
  if (instance.state == State::starting) instance.state = State::over;
  if (instance.state == State::over) return;
  const std::string ending = describe_wait_status(exit.wait_status);
  if (!exit.was_asked) return die(instance, ending, exit);
  instance.state = State::over;
  log_debug("{}: {}", title(instance.service, instance.slot), ending);
  events_.emit(ServiceExited{instance.service, instance.slot, instance.ready.pid, ending, true, exit.after_ns,
                             instance.ready.log});
}

void ManagedServices::die(Instance& instance, const std::string& ending, const ServiceExit& exit) {
  instance.state = State::over;
  instance.death = ending;
  instance.death_ns = exit.end_ns;
  events_.emit(ServiceExited{instance.service, instance.slot, instance.ready.pid, ending, false,
                             exit.after_ns, instance.ready.log});
  outcomes_.trouble(secrets_.scrubbed(fmt::format("{} died: {}, {:.1f} s after it was started\ncommand: {}{}",
                                                  title(instance.service, instance.slot), ending,
                                                  seconds(exit.after_ns), instance.ready.command,
                                                  output_lines(instance.ready.log, exit.last_lines))));
}

void ManagedServices::on_lost() {
  if (is_lost_) return;
  is_lost_ = true;
  if (is_stopped_) return;
  outcomes_.trouble("the keeper process was killed, and with it the services that it ran");
  reason_to_stop_ = "the keeper was killed";
  for (Instance& instance : instances_) {
    const bool was_running = instance.state == State::ready && instance.ready.pid != 0;
    instance.state = State::over;
    if (!was_running) continue;
    instance.death = "killed with the keeper";
    instance.death_ns = monotonic_ns();
    events_.emit(ServiceExited{instance.service, instance.slot, instance.ready.pid, instance.death, false, 0,
                               instance.ready.log});
  }
}

void ManagedServices::stop() {
  if (is_stopped_ || is_stopping_) return;
  is_stopping_ = true;
  send(KeeperRequest::stop, ByteWriter());
}

void ManagedServices::kill() {
  if (is_stopped_) return;
  is_stopping_ = true;
  send(KeeperRequest::kill, ByteWriter());
}

void ManagedServices::send(KeeperRequest type, const ByteWriter& payload) {
  if (is_lost_) return;
  std::string bytes;
  append_frame(bytes, static_cast<uint16_t>(type), payload.bytes());
  // It reads all the time; of its death read() hears.
  send_all(keeper_.native_handle(), bytes.data(), bytes.size());
}

}  // namespace e2e::host
