#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/byte_codec.hpp"
#include "base/secret_values.hpp"
#include "events/event_stream.hpp"
#include "run/attachment_store.hpp"
#include "run/managed_services.hpp"
#include "run/metadata_ledger.hpp"
#include "run/once_table.hpp"
#include "run/outcome_book.hpp"
#include "run/run_plan.hpp"
#include "run/slot.hpp"
#include "schedule/scheduler.hpp"

namespace e2e::host {

/// Takes what workers report of their units, and makes of it events, outcomes and facts for the scheduler.
/// Believes nothing unchecked: a report that can't be throws BadBytes. On the event loop's thread.
class ReportDesk {
 public:
  struct Listener {
    virtual ~Listener() = default;
    /// What to tell a worker that asked for, or waits for, a once_per_run fixture.
    virtual void on_once_reply(const OnceTable::Reply& reply) = 0;
    /// So many tests have failed that the run is to stop.
    virtual void on_fail_fast() = 0;
  };

  /// All outlive this.
  ReportDesk(const RunPlan& plan, EventStream& events, Scheduler& scheduler, MetadataLedger& metadata,
             OutcomeBook& outcomes, OnceTable& once, ManagedServices& services, SecretValues& secrets,
             Listener& listener);

  /// A report of the slot's worker.
  void take(Slot& slot, WorkerReport type, ByteReader& in);
  /// The unit's worker is gone with the unit unfinished: names what it died of, at the test that it died in.
  /// `stacks` are those of a crash.
  void bury_unit(Slot& slot, std::vector<ThreadStack> stacks = {});
  /// Ends the slot's running attempt, which nobody will report the end of.
  void end_running(Slot& slot, Status status, const std::string& reason);

 private:
  void on_attempt_started(Slot& slot, ByteReader& in);
  void on_attempt_finished(Slot& slot, ByteReader& in);
  void on_scope_closed(Slot& slot, ByteReader& in);
  void on_unit_finished(Slot& slot, ByteReader& in);
  void on_unusable(Slot& slot, ByteReader& in);
  void on_attachment(Slot& slot, ByteReader& in);
  void on_body(Slot& slot, ByteReader& in);
  /// What a fixture at the scope's end reports comes without an attempt: gathered till scope_closed.
  void open_record(Slot& slot);
  /// What was gathered so where no scope ends belongs to nobody: a thread that a test left, or init(),
  /// reported it. Left out; but a failure among it is no secret.
  void drop_stray(Slot& slot);
  void end_attempt(Slot& slot, AttemptFinished finished);
  /// A worker of the plugin has crashed: gives the plugin up if that was one too many in a row.
  void count_crash(uint32_t service);
  /// Tests of the unit that its worker will not come to: each is told to have ended so.
  void end_unstarted(Slot& slot, Status status, const std::string& reason,
                     const std::vector<CrashInfo>& crash = {}, const std::vector<ThreadStack>& stacks = {});

  const RunPlan& plan_;
  EventStream& events_;
  Scheduler& scheduler_;
  MetadataLedger& metadata_;
  OutcomeBook& outcomes_;
  OnceTable& once_;
  ManagedServices& services_;
  SecretValues& secrets_;
  Listener& listener_;
  AttachmentStore attachments_, bodies_;
  std::map<uint32_t, uint32_t> crashes_;  ///< in a row, by index into the plan's services
};

/// What ends in this phase is the end of all tests of the unit.
bool opens_scope(uint32_t phase);

}  // namespace e2e::host
