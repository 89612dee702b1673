#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/exit_code.hpp"
#include "events/event_stream.hpp"
#include "launcher/launcher.hpp"
#include "run/attempt_record.hpp"
#include "run/deadline.hpp"
#include "run/metadata_ledger.hpp"
#include "run/once_table.hpp"
#include "run/outcome_book.hpp"
#include "run/run_plan.hpp"
#include "run/worker_host.hpp"
#include "schedule/scheduler.hpp"

namespace e2e::host {

/// Runs a plan: brings scheduler, workers and events together until every test has its outcome.
///
///   scheduler says what next -> a slot's worker gets it -> the worker's reports become events
///                            <- and facts for the scheduler
///
/// On the event loop's thread, which run() turns.
class RunLoop final : public Launcher::Listener, public WorkerHost::Listener {
 public:
  /// All outlive this.
  RunLoop(boost::asio::io_context& loop, Launcher& launcher, const RunPlan& plan, EventStream& events);
  ~RunLoop() override;

  /// Runs it to its end, emits RunStarted first and RunFinished last. Once.
  ExitCode run();

 private:
  /// Why a worker's running attempt is being ended by us.
  struct Verdict {
    Status status;
    std::string reason;
    bool is_scope_to_blame = false;  ///< it was opening: the unit's other tests would meet the same
  };
  struct Slot {
    uint32_t number = 0;
    std::unique_ptr<WorkerHost> worker;
    int64_t worker_start_ns = 0;        ///< monotonic
    bool is_finishing = false;          ///< told to finish, or to exit after its unit
    bool is_long_lived = false;         ///< takes more units after this one
    std::optional<Assignment> running;  ///< what its worker is at
    std::optional<Assignment> waiting;  ///< for the worker before to be gone
    AttemptRecord record;               ///< of the running attempt, or of the scope's end
    std::optional<Verdict> verdict;
    std::optional<Overrun> overrun;  ///< of a thread's test, which nothing can end
  };

  // Handing out.
  void fill();
  bool fill_slot(Slot& slot);
  void start(Slot& slot, Assignment assignment);
  /// False if it could not be: the slot's unit is then given back.
  bool start_worker(Slot& slot, Isolation isolation);
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
  void on_leaving(WorkerHost& worker) override;
  void on_gone(WorkerHost& worker) override;

  void on_attempt_started(Slot& slot, ByteReader& in);
  void on_attempt_finished(Slot& slot, ByteReader& in);
  void on_scope_closed(Slot& slot, ByteReader& in);
  void on_unit_finished(Slot& slot, ByteReader& in);
  void on_unusable(Slot& slot, ByteReader& in);
  void reply(const OnceTable::Reply& reply);

  // Endings.
  void end_attempt(Slot& slot, AttemptFinished finished);
  void bury_unit(Slot& slot, WorkerHost& worker);
  void end_unstarted(Slot& slot, Status status, const std::string& reason,
                     const std::vector<CrashInfo>& crash = {});
  void stop(const std::string& why, const Verdict& verdict, bool ends_running_attempts);
  void tick();
  void on_signal(int number);
  void arm_signals();
  [[noreturn]] void leave_threads();

  /// The worker of that number, null if it is gone.
  WorkerHost* find_worker(uint32_t number);
  void tell_exit(WorkerHost& worker);
  Slot& slot_of(const WorkerHost& worker) { return slots_[worker.slot()]; }
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
  std::vector<Slot> slots_;
  std::vector<std::unique_ptr<WorkerHost>>
      leaving_;  ///< have said bye and not yet exited; their slots are free
  std::vector<std::unique_ptr<WorkerHost>> graveyard_;  ///< gone, but perhaps still on the stack
  boost::asio::steady_timer ticker_;
  boost::asio::signal_set signals_;
  uint32_t next_worker_ = 0;
  int signal_ = 0;
  bool has_run_out_of_time_ = false;
};

}  // namespace e2e::host
