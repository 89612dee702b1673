#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/exit_code.hpp"
#include "events/event_stream.hpp"
#include "launcher/launcher.hpp"
#include "run/deadline_watch.hpp"
#include "run/managed_services.hpp"
#include "run/metadata_ledger.hpp"
#include "run/once_table.hpp"
#include "run/outcome_book.hpp"
#include "run/report_desk.hpp"
#include "run/run_plan.hpp"
#include "run/slot.hpp"
#include "run/slow_watch.hpp"
#include "run/symboliser.hpp"
#include "run/worker_host.hpp"
#include "run/worker_shortage.hpp"
#include "run/workers.hpp"
#include "schedule/scheduler.hpp"

namespace e2e::host {

/// Runs a plan: brings scheduler, workers and events together until every test has its outcome.
///
///   scheduler says what next -> a slot's worker gets it -> the worker's reports become events
///                            <- and facts for the scheduler
///
/// On the event loop's thread, which run() turns.
class RunLoop final : public Launcher::Listener, public WorkerHost::Listener, public ReportDesk::Listener {
 public:
  /// All outlive this.
  RunLoop(boost::asio::io_context& loop, Launcher& launcher, const RunPlan& plan, EventStream& events);
  ~RunLoop() override;

  /// Runs it to its end, emits RunStarted first and RunFinished last. Once.
  ExitCode run();
  /// Shows reporters what runs now; SIGUSR1 does the same. For handlers that run() calls.
  void show_status();
  /// Stops what workers run, until resume(): this process is about to be stopped. For handlers that run()
  /// calls.
  void pause() { workers_.pause(); }
  void resume() { workers_.resume(); }

 private:
  // Handing out.
  void fill();
  bool fill_slot(Slot& slot);
  /// Stops the run where a service did not come up. Whether tests may be handed out.
  bool are_services_up();
  void start(Slot& slot, Assignment assignment);
  /// False if it could not be: the slot's unit is then put back.
  bool start_worker(Slot& slot, Isolation isolation);
  /// There is no worker to give the slot's unit to.
  void put_back(Slot& slot, const std::string& why);
  void give(Slot& slot);
  /// The slot's worker is out of it: the next one may come.
  void vacate(Slot& slot);

  // Launcher::Listener
  void on_spawned(uint32_t worker, int64_t pid) override;
  void on_spawn_failed(uint32_t worker, const std::string& why) override;
  void on_worker_exit(const WorkerExit& exit) override;
  void on_launcher_lost() override;

  // WorkerHost::Listener
  void on_report(WorkerHost& worker, WorkerReport type, ByteReader& in) override;
  void on_broken(WorkerHost& worker) override;
  void on_output(WorkerHost& worker, bool is_stderr, std::string_view bytes, bool is_next) override;
  void on_leaving(WorkerHost& worker) override;
  void on_gone(WorkerHost& worker) override;

  // ReportDesk::Listener
  void on_once_reply(const OnceTable::Reply& reply) override;
  void on_fail_fast() override;

  // Endings.
  void stop(const std::string& why, const Ending& verdict, bool ends_running_attempts);
  void stop_services();
  void tick();
  /// Time in which this process could not look is nobody's: it was stopped, or did not get the CPU.
  void forgive_gap(int64_t now_ns);
  void watch_shortage(int64_t now_ns);
  void watch_run_time(int64_t now_ns);
  /// The slot's worker is gone in the middle of its unit.
  void bury(Slot& slot, std::vector<ThreadStack> stacks);
  void on_signal(int number);
  void catch_signals();
  void arm_signals();
  [[noreturn]] void leave_threads();

  void tell_exit(WorkerHost& worker);
  [[nodiscard]] Isolation isolation_of(uint32_t service) const {
    return plan_.plan.services[service].isolation;
  }
  [[nodiscard]] bool is_idle() const;

  boost::asio::io_context& loop_;
  Launcher& launcher_;
  const RunPlan& plan_;
  EventStream& events_;
  Scheduler scheduler_;
  MetadataLedger metadata_;
  OutcomeBook outcomes_;
  OnceTable once_;
  ManagedServices services_;
  Symboliser symboliser_;
  SecretValues secrets_;  ///< of the configuration, and those that workers told
  ReportDesk desk_;
  Workers workers_;
  std::vector<Slot>& slots_;  ///< of workers_
  DeadlineWatch deadlines_;
  boost::asio::steady_timer ticker_;
  boost::asio::signal_set signals_;
  WorkerShortage shortage_;
  SlowWatch slow_watch_;
  uint32_t next_worker_ = 0;
  int64_t last_tick_ns_ = 0;
  int64_t forgiven_ns_ = 0;  ///< of the run's time
  int signal_ = 0;
  bool has_run_out_of_time_ = false;
};

}  // namespace e2e::host
