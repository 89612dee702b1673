#include "run/describe_plugins.hpp"

#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "base/fatal.hpp"
#include "run/service_order.hpp"
#include "run/stack_lines.hpp"
#include "run/symboliser.hpp"
#include "run/worker_death.hpp"
#include "run/worker_host.hpp"

namespace e2e::host {
namespace {

constexpr uint32_t at_once = 4;

class Describing final : public Launcher::Listener, public WorkerHost::Listener {
 public:
  Describing(boost::asio::io_context& loop, Launcher& launcher, const Config& config,
             const std::vector<DescribeRequest>& requests)
      : loop_(loop),
        launcher_(launcher),
        config_(config),
        requests_(requests),
        limit_ms_(config.limits.setup_ms),
        symboliser_(loop, launcher),
        answers_(requests.size()) {
    launcher_.set_listener(this);
  }
  ~Describing() override { launcher_.set_listener(nullptr); }

  std::vector<Description> run() {
    for (uint32_t slot = 0; slot < at_once; ++slot) start_next(slot);
    while (running_ > 0) {
      loop_.run_one();
      graveyard_.clear();
    }
    if (launcher_.is_lost())
      throw Fatal(ExitCode::infrastructure, "error: the launcher process was killed; nothing was run");
    std::vector<Description> answers;
    for (auto& answer : answers_) answers.push_back(std::move(*answer));
    return answers;
  }

 private:
  struct Slot {
    std::unique_ptr<WorkerHost> worker;
    std::unique_ptr<boost::asio::steady_timer> limit;
    size_t request = 0;
    bool is_too_slow = false;
    std::vector<ThreadStack> stacks = {};  ///< of where it was then
  };

  void start_next(uint32_t number) {
    if (next_ >= requests_.size() || launcher_.is_lost()) return;
    Slot& slot = slots_[number];
    slot.request = next_++;
    slot.is_too_slow = false;
    slot.stacks.clear();
    WorkerHost::Birth birth;
    birth.worker = static_cast<uint32_t>(slot.request);
    birth.slot = number;
    birth.kind = WorkerKind::describe;
    slot.worker = std::make_unique<WorkerHost>(loop_, launcher_, *this, birth);
    ++running_;
    ByteWriter out;
    encode(out, order_of(requests_[slot.request]));
    slot.worker->send(WorkerOrder::describe, out);
    slot.worker->send(WorkerOrder::finish, ByteWriter());
    slot.limit = std::make_unique<boost::asio::steady_timer>(loop_, std::chrono::milliseconds(limit_ms_));
    slot.limit->async_wait([this, &slot](const boost::system::error_code& error) {
      if (!error && slot.worker) end_slow(slot);
    });
  }

  void end_slow(Slot& slot) {
    slot.is_too_slow = true;
    symboliser_.read_process(slot.worker->pid(),
                             [&slot, worker = slot.worker->worker()](std::vector<ThreadStack> stacks) {
                               if (!slot.worker || slot.worker->worker() != worker) return;
                               slot.stacks = std::move(stacks);
                               slot.worker->kill();
                             });
  }

  /// A service that is not configured is told of after this, with all others.
  DescribeOrder order_of(const DescribeRequest& request) const {
    DescribeOrder order;
    order.plugin_path = request.plugin_path;
    order.service.name = request.service;
    if (const ServiceConfig* service = config_.service(request.service))
      order.service = make_service_order(config_, *service, request.settings);
    return order;
  }

  WorkerHost* worker_of(uint32_t number) {
    for (Slot& slot : slots_)
      if (slot.worker && slot.worker->worker() == number) return slot.worker.get();
    return nullptr;
  }

  void on_spawned(uint32_t worker, int64_t pid) override {
    if (WorkerHost* host = worker_of(worker)) host->on_spawned(pid);
  }
  void on_spawn_failed(uint32_t worker, const std::string& why) override {
    if (worker < answers_.size())
      answers_[worker] =
          fmt::format("{}: no process could be started to load it: {}", requests_[worker].plugin_path, why);
    if (WorkerHost* host = worker_of(worker)) host->on_lost();
  }
  void on_worker_exit(const WorkerExit& exit) override {
    if (WorkerHost* host = worker_of(exit.worker)) host->on_exit(exit);
  }
  void on_launcher_lost() override {
    for (Slot& slot : slots_)
      if (slot.worker) slot.worker->on_lost();
  }

  void on_report(WorkerHost& worker, WorkerReport type, ByteReader& in) override {
    auto& answer = answers_.at(worker.worker());
    if (type == WorkerReport::described)
      answer = decode_described_plugin(in);
    else if (type == WorkerReport::unusable)
      answer = in.get<std::string>();
    else if (type == WorkerReport::settings_refused)
      answer = decode_settings_refused(in);
  }

  void on_leaving(WorkerHost&) override {}

  void on_gone(WorkerHost& worker) override {
    Slot& slot = slots_[worker.slot()];
    slot.limit.reset();
    Snapshot crash = read_crash_dump(worker.block().dump);
    if (crash.threads.empty() || slot.is_too_slow) return conclude(slot);
    symboliser_.read(crash, [this, &slot](std::vector<ThreadStack> stacks) {
      slot.stacks = std::move(stacks);
      conclude(slot);
    });
  }

  /// The slot's worker is gone.
  void conclude(Slot& slot) {
    const WorkerHost& worker = *slot.worker;
    const std::string& path = requests_[slot.request].plugin_path;
    auto& answer = answers_[slot.request];
    const bool is_whole = worker.has_said_bye();
    if (slot.is_too_slow)
      answer =
          fmt::format("{}: did not say within {} ms which tests it has: its constructors or init() hang{}",
                      path, limit_ms_, stack_lines(slot.stacks));
    else if (const std::string why = why_not_set_up(worker); !why.empty())
      answer = fmt::format("{}: no process could be started to load it: {}", path, why);
    else if (!answer || (!is_whole && std::holds_alternative<DescribedPlugin>(*answer)))
      answer = fmt::format("{}: its code ended the process that loaded it: {}{}", path,
                           describe_death(worker), stack_lines(slot.stacks));
    graveyard_.push_back(std::move(slot.worker));
    --running_;
    start_next(slot_number(slot));
  }

  uint32_t slot_number(const Slot& slot) const { return static_cast<uint32_t>(&slot - slots_); }

  boost::asio::io_context& loop_;
  Launcher& launcher_;
  const Config& config_;
  const std::vector<DescribeRequest>& requests_;
  const int64_t limit_ms_;
  Symboliser symboliser_;
  std::vector<std::optional<Description>> answers_;
  Slot slots_[at_once];
  std::vector<std::unique_ptr<WorkerHost>> graveyard_;
  size_t next_ = 0;
  uint32_t running_ = 0;
};

}  // namespace

std::vector<Description> describe_plugins(boost::asio::io_context& loop, Launcher& launcher,
                                          const Config& config,
                                          const std::vector<DescribeRequest>& requests) {
  return Describing(loop, launcher, config, requests).run();
}

}  // namespace e2e::host
