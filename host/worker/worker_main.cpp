#include "worker/worker_main.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "base/pids_cgroup.hpp"
#include "worker/capture_ends.hpp"
#include "worker/crash_handler.hpp"
#include "worker/unit_runner.hpp"

namespace e2e::host {
namespace {

/// The launcher has all signals at their defaults but those it ignores.
void reset_signals() {
  for (const int number : signals_ignored_by_launcher) ::signal(number, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Dies with the launcher, also if that is dead already.
void follow_launcher(pid_t launcher) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launcher) ::_exit(1);
  // Its symboliser may look at this process when it hangs, where the kernel lets only parents (Yama).
  ::prctl(PR_SET_PTRACER, launcher);
}

/// Moves a descriptor out of the range that close_all_others() clears.
constexpr int first_kept_fd = 1000;
UniqueFd move_up(UniqueFd fd) {
  const int high = ::fcntl(fd.get(), F_DUPFD_CLOEXEC, first_kept_fd);
  if (high >= 0) return UniqueFd(high);
  return fd;
}

void close_all_others(std::array<int, 3> kept) {
  std::sort(kept.begin(), kept.end());
  unsigned from = STDERR_FILENO + 1;
  for (const int fd : kept) {
    if (static_cast<unsigned>(fd) > from) ::close_range(from, static_cast<unsigned>(fd) - 1, 0);
    from = static_cast<unsigned>(fd) + 1;
  }
  ::close_range(from, ~0u, 0);
}

void use_null_as_stdin() {
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  if (null != STDIN_FILENO) ::close(null);
}

bool is_empty_folder(const std::string& folder) {
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  alignas(dirent64) char entries[256];
  if (!fd) return false;
  // "." and ".." are all there is in it, and take 24 bytes each.
  return ::getdents64(fd.get(), entries, sizeof entries) == 48;
}

/// An empty folder for this worker's temporary files: the slot's, cleared of what its last worker left.
/// Making one for each worker would cost a fifth of what the worker does. Empty if it can't be had: then
/// TMPDIR stays as it is.
std::string take_temporary_folder(const RunIdentity& run, const WorkerBirth& birth) {
  std::string folder =
      fmt::format("{}/{}{}", run.temporary_root, birth.kind == WorkerKind::test ? 's' : 'd', birth.slot);
  if (::mkdir(folder.c_str(), 0700) == 0 || is_empty_folder(folder)) return folder;
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return ::mkdir(folder.c_str(), 0700) == 0 ? folder : std::string();
}

void set_environment(const RunIdentity& run, const WorkerBirth& birth, const std::string& temporary_folder) {
  ::setenv("E2E_RUN_ID", run.run_id.c_str(), 1);
  ::setenv("E2E_WORKER_ID", fmt::to_string(birth.worker).c_str(), 1);
  ::setenv("E2E_SLOT", fmt::to_string(birth.slot).c_str(), 1);
  if (!temporary_folder.empty()) ::setenv("TMPDIR", temporary_folder.c_str(), 1);
}

void describe(WorkerState& worker, const Frame& frame) {
  ByteReader in(frame.payload);
  const DescribeOrder order = decode_describe_order(in);
  worker.block.enter(phase_loading);
  ByteWriter out;
  try {
    // Leaked on purpose, as every instance.
    encode(out, (new PluginInstance(order.plugin_path, order.service, worker))->describe());
  } catch (const SettingsRefusal& refusal) {
    encode(out, refusal.problems);
    return worker.send(WorkerReport::settings_refused, out, true);
  }
  worker.send(WorkerReport::described, out, true);
}

/// Does what the host orders until it has had enough or is gone.
void obey(WorkerState& worker, UnitRunner& units) {
  while (const auto frame = worker.channel.wait_for_order()) {
    switch (static_cast<WorkerOrder>(frame->type)) {
      case WorkerOrder::describe:
        describe(worker, *frame);
        break;
      case WorkerOrder::run_unit: {
        ByteReader in(frame->payload);
        const UnitOrder order = decode_unit_order(in);
        if (!units.run(order)) return;
        worker.block.enter(phase_idle);
        break;
      }
      case WorkerOrder::finish:
        return units.close_scope();
      case WorkerOrder::stop:
      case WorkerOrder::once_reply:
        break;
    }
  }
}

void work(WorkerState& worker, CaptureEnds& capture, bool is_own_process) {
  auto units = std::make_unique<UnitRunner>(worker, capture, is_own_process);
  try {
    obey(worker, *units);
  } catch (const std::exception& unusable) {
    worker.send(WorkerReport::unusable, ByteWriter().put(unusable.what()));
  }
  worker.block.enter(phase_finishing);
  // In a process of its own, the plugins and what tests left of the host's objects end with that.
  if (is_own_process)
    (void)units.release();
  else
    units.reset();
  if (is_own_process) leave_slot();
  worker.send_last(WorkerReport::bye);
}

/// What the host's threads worked with stays until the process ends: threads that tests left behind may still
/// know it.
WorkerState& kept_for_good(std::unique_ptr<WorkerState> worker) {
  static std::mutex mutex;
  static auto* const kept = new std::vector<std::unique_ptr<WorkerState>>;
  const std::lock_guard lock(mutex);
  return *kept->emplace_back(std::move(worker));
}

}  // namespace

void worker_main(const RunIdentity& run, SlotMemory& slots, WorkerBirth birth) {
  std::atomic<ExitNote>& note = slots.block(birth.slot).exit_note;
  note = ExitNote::setting_up;
  reset_signals();
  ::setpgid(0, 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  follow_launcher(birth.launcher);
  note = ExitNote::no_cgroup;
  if (!birth.cgroup.empty() && !enter_cgroup(birth.cgroup)) ::_exit(1);
  note = ExitNote::no_slot_memory;
  SlotBlock* block = slots.keep_only(birth.slot);
  if (block == nullptr) ::_exit(1);
  block->exit_note = ExitNote::setting_up;
  use_null_as_stdin();
  birth.control = move_up(std::move(birth.control));
  CaptureEnds capture(move_up(std::move(birth.out)), move_up(std::move(birth.err)));
  close_all_others({birth.control.get(), capture.out(), capture.err()});
  const std::string temporary_folder = take_temporary_folder(run, birth);
  set_environment(run, birth, temporary_folder);
  install_crash_handler(*block);
  block->exit_note = ExitNote::none;

  // Never destroyed: the process leaves by _exit.
  auto* worker =
      new WorkerState(run, *block, slots.limiters(), birth.worker, birth.slot, std::move(birth.control));
  work(*worker, capture, true);
  if (worker->channel.is_lost()) block->exit_note = ExitNote::channel_closed;
  ::_exit(worker->channel.is_lost() ? 1 : 0);
}

void worker_thread_main(const RunIdentity& run, SlotBlock& block, const RateLimiters& limiters,
                        uint32_t worker_number, uint32_t slot, UniqueFd control) {
  WorkerState& worker = kept_for_good(
      std::make_unique<WorkerState>(run, block, limiters, worker_number, slot, std::move(control)));
  CaptureEnds no_capture;
  work(worker, no_capture, false);
  worker.channel.close();
}

}  // namespace e2e::host
