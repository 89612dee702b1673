#include "worker/crash_handler.hpp"

#include <cxxabi.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <string_view>
#include <typeinfo>

namespace e2e::host {
namespace {

constexpr std::array fatal_signals = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP,
                                      // The kernel's, for limits.cpu_time.
                                      SIGXCPU};

// What signal handlers can reach. Set before they are installed.
std::atomic<SlotBlock*> own_block = nullptr;  ///< null again once the slot may be another worker's
std::atomic<uint32_t> handlers_in_slot = 0;   ///< that may write there
pid_t own_pid = 0;  ///< a copy that a test forked must not write in the worker's block

const SlotMemory* watched_memory = nullptr;
uint32_t watched_slots = 0;
int last_words_fd = -1;  // the journal's file, by a descriptor that nobody else writes to
int watched_journal_fd = -1, null_fd = -1;

/// The worker's slot, which stays its own as long as this lives.
class SlotHold {
 public:
  SlotHold() noexcept {
    ++handlers_in_slot;
    block_ = ::getpid() == own_pid ? own_block.load() : nullptr;
  }
  ~SlotHold() { --handlers_in_slot; }
  SlotHold(const SlotHold&) = delete;
  SlotHold& operator=(const SlotHold&) = delete;

  /// Null: it is not, or no more, this process's.
  [[nodiscard]] SlotBlock* block() const noexcept { return block_; }

 private:
  SlotBlock* block_;
};

void install(int number, void (*handler)(int, siginfo_t*, void*), int flags) {
  struct sigaction action {};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | flags;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(number, &action, nullptr);
}

void use_own_signal_stack() {
  constexpr size_t bytes = 64 * 1024;
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  stack_t stack{};
  stack.ss_sp = memory;
  stack.ss_size = bytes;
  ::sigaltstack(&stack, nullptr);
}

uintptr_t stack_pointer(const void* context) {
  const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  return static_cast<uintptr_t>(machine.gregs[REG_RSP]);
#elif defined(__aarch64__)
  return machine.sp;
#else
#error "which register is the stack pointer here?"
#endif
}

/// A fault close to where the stack ends just then: no live data of anyone's lies there.
bool is_stack_overflow(uintptr_t address, uintptr_t stack) {
  constexpr uintptr_t largest_frame = 1 << 20, red_zone = 64 << 10;
  return address + largest_frame >= stack && address <= stack + red_zone;
}

bool has_fault_address(int number) {
  return number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE;
}

void die_of(int number) {
  ::signal(number, SIG_DFL);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, number);
  ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
  ::raise(number);
}

void on_fatal_signal(int number, siginfo_t* info, void* context) {
  const SlotHold slot;
  if (slot.block() != nullptr && slot.block()->crash.signal == 0) {
    CrashNote& note = slot.block()->crash;
    note.code = info->si_code;
    note.is_foreign = info->si_code <= 0 && info->si_pid != ::getpid() ? 1 : 0;
    note.sender_pid = info->si_code <= 0 ? info->si_pid : 0;
    note.has_address = info->si_code > 0 && has_fault_address(number) ? 1 : 0;
    if (note.has_address != 0) note.address = reinterpret_cast<uintptr_t>(info->si_addr);
    note.is_stack_overflow =
        number == SIGSEGV && note.has_address != 0 && is_stack_overflow(note.address, stack_pointer(context))
            ? 1
            : 0;
    note.signal = number;
    // A signal from outside interrupts anything: where that was says nothing.
    if (note.is_foreign == 0) write_crash_dump(slot.block()->dump, *static_cast<const ucontext_t*>(context));
  }
  die_of(number);
}

void on_termination(int number, siginfo_t*, void*) {
  if (::getpid() != own_pid) return die_of(number);
  const SlotHold slot;
  if (slot.block() == nullptr) return;
  if (!slot.block()->has_stop_wish()) return die_of(number);
  slot.block()->term_seen = 1;
}

/// "std::runtime_error: no money left", into a text that is cut where it has to be.
void describe_exception(char* text, size_t size) {
  const std::type_info* const type = abi::__cxa_current_exception_type();
  if (type == nullptr) return;
  const std::unique_ptr<char, void (*)(void*)> readable(
      abi::__cxa_demangle(type->name(), nullptr, nullptr, nullptr), std::free);
  const auto write = [text, size](std::string_view name, std::string_view said) {
    char* at = text;
    for (const std::string_view part : {name, std::string_view(said.empty() ? "" : ": "), said}) {
      const size_t bytes = std::min(part.size(), size - 1 - static_cast<size_t>(at - text));
      std::memcpy(at, part.data(), bytes);
      at += bytes;
    }
    *at = '\0';
  };
  const std::string_view name = readable ? readable.get() : type->name();
  write(name, {});
  try {
    throw;
  } catch (const std::exception& exception) {
    write(name, exception.what());
  } catch (const char* said) {
    write(name, said == nullptr ? "" : said);
  } catch (...) {
  }
}

void (*terminate_before)() = nullptr;

/// Says whose exception it was, then does what would have been done.
void on_terminate() {
  if (const SlotHold slot; slot.block() != nullptr && slot.block()->crash.has_terminated == 0) {
    CrashNote& note = slot.block()->crash;
    note.has_terminated = 1;
    describe_exception(note.exception, sizeof note.exception);
  }
  terminate_before();
  std::abort();
}

void note_exit() {
  const SlotHold slot;
  SlotBlock* const block = slot.block();
  if (block != nullptr && block->phase != phase_finishing && block->phase != phase_idle)
    block->exit_note = ExitNote::exit_called;
}

void append(char*& at, const char* end, const char* text) {
  while (*text != '\0' && at < end) *at++ = *text++;
}

void append_number(char*& at, const char* end, uint64_t number) {
  char digits[24];
  char* digit = digits + sizeof digits - 1;
  *digit = '\0';
  do *--digit = static_cast<char>('0' + number % 10);
  while ((number /= 10) != 0);
  append(at, end, digit);
}

void on_last_words(int number, siginfo_t*, void*) {
  char line[4096] = {};
  char* at = line;
  const char* const end = line + sizeof line - 64;
  append(at, end, "{\"event\":\"run_crashed\",\"signal\":");
  append_number(at, end, static_cast<uint64_t>(number));
  append(at, end, ",\"running\":[");
  bool is_first = true;
  for (uint32_t slot = 0; slot < watched_slots; ++slot) {
    const SlotBlock& block = watched_memory->block(slot);
    if (block.test == SlotBlock::no_test) continue;
    if (!is_first) append(at, end, ",");
    is_first = false;
    append(at, end, "{\"test_index\":");
    append_number(at, end, block.test);
    append(at, end, ",\"attempt\":");
    append_number(at, end, block.attempt);
    append(at, end, ",\"slot\":");
    append_number(at, end, slot);
    append(at, end, "}");
  }
  append(at, line + sizeof line, "]}\n");
  // The host's own thread goes on until the signal ends it: nothing of it may follow.
  ::dup2(null_fd, watched_journal_fd);
  (void)!::write(last_words_fd, line, static_cast<size_t>(at - line));
  die_of(number);
}

}  // namespace

void install_crash_handler(SlotBlock& block) {
  own_block = &block;
  own_pid = ::getpid();
  use_own_signal_stack();
  for (const int number : fatal_signals) install(number, on_fatal_signal, SA_ONSTACK);
  install(SIGTERM, on_termination, 0);
  terminate_before = std::set_terminate(on_terminate);
  std::atexit(note_exit);
  ::at_quick_exit(note_exit);
}

void leave_slot() noexcept {
  own_block = nullptr;
  // On other threads: those on this one have returned.
  while (handlers_in_slot != 0) ::sched_yield();
}

void install_last_words(const SlotMemory& memory, uint32_t slots, int journal_fd) {
  watched_memory = &memory;
  watched_slots = slots;
  watched_journal_fd = journal_fd;
  last_words_fd = ::fcntl(journal_fd, F_DUPFD_CLOEXEC, 0);
  null_fd = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  use_own_signal_stack();
  for (const int number : fatal_signals) install(number, on_last_words, SA_ONSTACK);
}

}  // namespace e2e::host
