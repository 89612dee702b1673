#include "run/worker_death.hpp"

#include <e2e/ext/report.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <cstring>
#include <filesystem>
#include <system_error>

#include "run/core_place.hpp"

namespace e2e::host {
namespace {

std::string describe_signal(int number, const CrashNote& note) {
  const std::string name = signal_name(number);
  if (number == SIGKILL)
    return "killed by SIGKILL, which e2e-host did not send (by hand, by the test itself, or by the kernel "
           "for want of memory)";
  // The handler has a stack of its own on the main thread only.
  if (note.signal != number && number == SIGSEGV)
    return "killed by SIGSEGV before anything could be noted of it "
           "(a stack overflow in a thread that the test started?)";
  if (note.signal != number) return "killed by " + name;
  if (note.is_foreign != 0)
    return fmt::format("killed by {} from another process (pid {})", name, note.sender_pid);
  if (note.is_stack_overflow != 0) return name + ": stack overflow";
  if (number == SIGABRT && note.has_terminated != 0) {
    const std::string exception(note.exception, ::strnlen(note.exception, sizeof note.exception));
    return exception.empty() ? "SIGABRT: std::terminate(), with no exception (a thread that was not joined?)"
                             : "SIGABRT: std::terminate(), for an uncaught " + exception;
  }
  if (number == SIGABRT) return "SIGABRT: abort(), a failed assert() or std::terminate()";
  if (number == SIGXCPU) return "used up the CPU time that limits.cpu_time gives an attempt";
  if (note.has_address == 0) return name;
  constexpr uint64_t first_page = 4096;
  if (number == SIGSEGV && note.address < first_page)
    return fmt::format("SIGSEGV at address {:#x} (null dereference)", note.address);
  return fmt::format("{} at address {:#x}", name, note.address);
}

}  // namespace

std::string core_dump_of(const WorkerHost& worker) {
  if (!worker.exit() || !WIFSIGNALED(worker.exit()->wait_status) || !WCOREDUMP(worker.exit()->wait_status))
    return {};
  const CoreSettings settings = read_core_settings();
  std::string place = core_place(settings, worker.pid(), WTERMSIG(worker.exit()->wait_status));
  // A pattern that is no path names a file where the worker was, which is where this process is.
  std::error_code ignored;
  if (settings.pattern.find_first_of("|/%") == std::string::npos)
    place = (std::filesystem::current_path(ignored) / place).string();
  return place;
}

std::string why_not_set_up(const WorkerHost& worker) {
  if (!worker.exit() || worker.has_been_heard()) return {};
  switch (worker.block().exit_note.load()) {
    case ExitNote::no_slot_memory:
      return "the kernel would not map its memory (ulimit -v?)";
    case ExitNote::no_cgroup:
      return "it could not enter its control group";
    case ExitNote::setting_up:
      return "it ended before anything of a plugin ran: " + describe_wait_status(worker.exit()->wait_status);
    default:
      return {};
  }
}

std::string describe_death(const WorkerHost& worker) {
  const SlotBlock& block = worker.block();
  if (!worker.protocol_error().empty()) return "broke the control channel: " + worker.protocol_error();
  if (block.exit_note == ExitNote::channel_closed) return "closed the descriptors of its worker";
  if (worker.has_lost_channel())
    return "replaced its worker with another program (exec), or closed its descriptors and went on";
  if (!worker.exit()) return "its worker was lost";
  const int wait_status = worker.exit()->wait_status;
  if (WIFSIGNALED(wait_status)) return describe_signal(WTERMSIG(wait_status), block.crash);
  return fmt::format("called {}({})", block.exit_note == ExitNote::exit_called ? "exit" : "_exit",
                     WEXITSTATUS(wait_status));
}

WorkerExited exit_of(const WorkerHost& worker) {
  WorkerExited exited;
  exited.worker = worker.worker();
  exited.slot = worker.slot();
  if (const auto& exit = worker.exit()) {
    exited.ending = describe_wait_status(exit->wait_status);
    exited.user_cpu_us = exit->user_cpu_us;
    exited.system_cpu_us = exit->system_cpu_us;
    exited.max_rss_kib = exit->max_rss_kib;
  } else {
    exited.ending = worker.is_thread() ? "thread ended" : "lost";
  }
  return exited;
}

}  // namespace e2e::host
