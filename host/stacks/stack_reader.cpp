#include "stacks/stack_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/unique_fd.hpp"
#include "stacks/code_place.hpp"
#include "stacks/dw_library.hpp"
#include "stacks/function_name.hpp"
#include "stacks/memory_map.hpp"

namespace e2e::host {
namespace {

/// A module's name for libdwfl: which file it was, and where to look for it.
std::string module_name(const MappedFile& file) { return fmt::format("{}:{}", file.inode, file.path); }
std::string_view path_in(std::string_view module_name) {
  return module_name.substr(std::min(module_name.find('/'), module_name.size()));
}

/// Opens a module's file. One that was replaced meanwhile is not found: the kernel calls it "... (deleted)"
/// then.
int find_elf(Dwfl_Module*, void**, const char* name, Dwarf_Addr, char** file_name, Elf**) {
  const std::string path(path_in(name));
  // Not a pipe that would never open.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat file {};
  if (!fd || ::fstat(fd.get(), &file) != 0 || !S_ISREG(file.st_mode)) return -1;
  *file_name = ::strdup(path.c_str());
  return fd.release();
}

std::string short_path(const std::string& file) {
  static const std::string here = [] {
    std::error_code ignored;
    return std::filesystem::current_path(ignored).string() + "/";
  }();
  return here.size() > 1 && file.compare(0, here.size(), here) == 0 ? file.substr(here.size()) : file;
}

bool is_below_tests(const StackFrame& frame) {
  static const std::string own_module = [] {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).filename().string();
  }();
  const std::string_view module = frame.module;
  return module.empty() || module == own_module || module.starts_with("libc.so") ||
         module.starts_with("ld-linux");
}

/// Takes off the outermost frames for which `is_unwanted` holds; a stack that has only such stays whole.
template <typename Unwanted>
void trim_outermost(std::vector<StackFrame>& frames, Unwanted is_unwanted) {
  const auto last = std::find_if_not(frames.rbegin(), frames.rend(), is_unwanted);
  if (last != frames.rend()) frames.erase(last.base(), frames.end());
}

/// Where std::terminate() was called, who threw or called it is of interest, not how it came to abort().
void trim_terminate(std::vector<StackFrame>& frames) {
  constexpr size_t deepest = 24;
  size_t start = 0;
  for (size_t i = 0; i + 1 < std::min(frames.size(), deepest); ++i) {
    const std::string& name = frames[i].function;
    if (frames[i].module.find("c++") != std::string::npos &&
        (name == "__cxa_throw" || name == "__cxa_rethrow" || name == "std::terminate()"))
      start = i;
  }
  frames.erase(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(start));
}

void trim(std::vector<StackFrame>& frames) {
  trim_outermost(frames, is_below_tests);
  trim_outermost(frames, [](const StackFrame& frame) { return is_sdk_function(frame.function); });
  trim_terminate(frames);
}

}  // namespace

class StackReader::Unwinding {
 public:
  Unwinding();
  ~Unwinding();
  Unwinding(const Unwinding&) = delete;
  Unwinding& operator=(const Unwinding&) = delete;

  void use(std::string_view maps);
  ThreadStack unwind(const ThreadSnapshot& thread);

 private:
  void attach(pid_t pid);
  void add_frame(ThreadStack& stack, uint64_t pc, bool is_interrupted);
  const std::vector<StackFrame>& code(Dwfl_Module* module, uint64_t address);
  /// Whether a file is mapped there. libdw finds modules at addresses where there are none.
  [[nodiscard]] bool has_file(uint64_t address) const;
  [[nodiscard]] bool read_word(uint64_t address, uint64_t& word) const;
  [[nodiscard]] Registers start_registers(ThreadStack& stack);

  // What libdwfl asks.
  static pid_t next_thread(Dwfl*, void* self, void** thread);
  static bool get_thread(Dwfl*, pid_t, void* self, void** thread);
  static bool read_memory(Dwfl*, Dwarf_Addr address, Dwarf_Word* word, void* self);
  static bool set_registers(Dwfl_Thread* thread, void* self);

  const DwLibrary& dw_ = dw();
  Dwfl_Callbacks callbacks_{};
  Dwfl_Thread_Callbacks thread_callbacks_{};
  Dwfl* dwfl_ = nullptr;
  UniqueFd own_file_;
  Elf* own_elf_ = nullptr;  ///< says which machine the stacks are of
  bool is_attached_ = false;
  std::vector<MappedFile> files_;
  const ThreadSnapshot* thread_ = nullptr;  ///< being unwound
  Registers registers_{};                   ///< it starts with
  /// By module's build-id (its name, if it has none) and offset.
  std::map<std::pair<std::string, uint64_t>, std::vector<StackFrame>> known_code_;
};

StackReader::Unwinding::Unwinding() {
  // Nothing is fetched from the network.
  ::unsetenv("DEBUGINFOD_URLS");
  callbacks_.find_elf = find_elf;
  callbacks_.find_debuginfo = dw_.dwfl_standard_find_debuginfo;
  thread_callbacks_.next_thread = next_thread;
  thread_callbacks_.get_thread = get_thread;
  thread_callbacks_.memory_read = read_memory;
  thread_callbacks_.set_initial_registers = set_registers;
  dwfl_ = dw_.dwfl_begin(&callbacks_);
  own_file_.reset(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  own_elf_ = dw_.elf_begin(own_file_.get(), ELF_C_READ_MMAP, nullptr);
  if (dwfl_ == nullptr || own_elf_ == nullptr)
    throw std::runtime_error("libdw can't be used: it does not start");
}

StackReader::Unwinding::~Unwinding() {
  dw_.dwfl_end(dwfl_);
  dw_.elf_end(own_elf_);
}

void StackReader::Unwinding::use(std::string_view maps) {
  // Modules that were there before, at the same addresses, keep what has been read of them.
  dw_.dwfl_report_begin(dwfl_);
  files_ = mapped_files(maps);
  for (const MappedFile& file : files_)
    dw_.dwfl_report_module(dwfl_, module_name(file).c_str(), file.start, file.end);
  dw_.dwfl_report_end(dwfl_, nullptr, nullptr);
  if (is_attached_) return;
  if (!dw_.dwfl_attach_state(dwfl_, own_elf_, ::getpid(), &thread_callbacks_, this))
    throw std::runtime_error(fmt::format("libdw: {}", dw_.dwfl_errmsg(-1)));
  is_attached_ = true;
}

ThreadStack StackReader::Unwinding::unwind(const ThreadSnapshot& thread) {
  ThreadStack stack;
  stack.tid = thread.tid;
  stack.name = thread.name;
  thread_ = &thread;
  registers_ = start_registers(stack);
  struct Visit {
    Unwinding* self;
    ThreadStack* stack;
    bool is_first;
  } visit{this, &stack, true};
  const auto on_frame = [](Dwfl_Frame* frame, void* argument) -> int {
    auto& [self, into, is_first] = *static_cast<Visit*>(argument);
    Dwarf_Addr pc = 0;
    bool is_activation = false;
    if (!self->dw_.dwfl_frame_pc(frame, &pc, &is_activation)) return DWARF_CB_ABORT;
    if (into->frames.size() >= max_frames) {
      into->note = "the stack goes on";
      return DWARF_CB_ABORT;
    }
    // After a null call the first frame is the caller's, at the address that it would have returned to.
    self->add_frame(*into, pc, is_activation && (!is_first || into->frames.empty()));
    is_first = false;
    return DWARF_CB_OK;
  };
  if (dw_.dwfl_getthread_frames(dwfl_, thread.tid, on_frame, &visit) == -1) {
    const char* const why = dw_.dwfl_errmsg(-1);
    stack.note =
        fmt::format("the stack can't be followed further: {}", why == nullptr ? "unknown error" : why);
  }
  trim(stack.frames);
  return stack;
}

/// The thread's own; where it was sent to an address that has no code, those it had in the function that did
/// it.
Registers StackReader::Unwinding::start_registers(ThreadStack& stack) {
  Registers registers = thread_->registers;
  if (has_file(registers.pc())) return registers;
  StackFrame nowhere;
  nowhere.function = fmt::format("{:#x}", registers.pc());
  uint64_t caller = 0;
#if defined(__x86_64__)
  const bool is_known = read_word(registers.sp(), caller);
  if (is_known) registers.values[Registers::stack_pointer] += sizeof caller;
#else
  caller = registers.values[Registers::link];
  const bool is_known = true;
#endif
  if (!is_known || !has_file(caller)) return thread_->registers;
  stack.frames.push_back(std::move(nowhere));
  registers.values[Registers::program_counter] = caller;
  return registers;
}

void StackReader::Unwinding::add_frame(ThreadStack& stack, uint64_t pc, bool is_interrupted) {
  // A return address may already be the next function's, or the next line's.
  const uint64_t address = is_interrupted ? pc : pc - 1;
  Dwfl_Module* const module = has_file(address) ? dw_.dwfl_addrmodule(dwfl_, address) : nullptr;
  if (module == nullptr) {
    StackFrame frame;
    frame.function = fmt::format("{:#x}", pc);
    stack.frames.push_back(std::move(frame));
    return;
  }
  for (const StackFrame& frame : code(module, address)) stack.frames.push_back(frame);
}

const std::vector<StackFrame>& StackReader::Unwinding::code(Dwfl_Module* module, uint64_t address) {
  Dwarf_Addr start = 0;
  const char* const name =
      dw_.dwfl_module_info(module, nullptr, &start, nullptr, nullptr, nullptr, nullptr, nullptr);
  const unsigned char* id = nullptr;
  GElf_Addr id_address = 0;
  const int id_size = dw_.dwfl_module_build_id(module, &id, &id_address);
  const std::string key =
      id_size > 0 ? std::string(reinterpret_cast<const char*>(id), static_cast<size_t>(id_size)) : name;
  constexpr size_t max_known = 100'000;
  if (known_code_.size() > max_known) known_code_.clear();
  const auto [at, is_new] = known_code_.try_emplace({key, address - start});
  if (is_new) {
    at->second = code_at(module, address);
    for (StackFrame& frame : at->second) {
      frame.module = std::filesystem::path(path_in(name)).filename().string();
      frame.offset = address - start;
      frame.file = short_path(frame.file);
    }
  }
  return at->second;
}

bool StackReader::Unwinding::has_file(uint64_t address) const {
  return std::any_of(files_.begin(), files_.end(), [address](const MappedFile& file) {
    return address >= file.start && address < file.end;
  });
}

bool StackReader::Unwinding::read_word(uint64_t address, uint64_t& word) const {
  const std::string& stack = thread_->stack;
  if (address < thread_->stack_start || address - thread_->stack_start > stack.size()) return false;
  const uint64_t at = address - thread_->stack_start;
  if (stack.size() - at < sizeof word) return false;
  std::memcpy(&word, stack.data() + at, sizeof word);
  return true;
}

pid_t StackReader::Unwinding::next_thread(Dwfl*, void* self, void** thread) {
  if (*thread != nullptr) return 0;
  *thread = self;
  return static_cast<Unwinding*>(self)->thread_->tid;
}

bool StackReader::Unwinding::get_thread(Dwfl*, pid_t, void* self, void** thread) {
  *thread = self;
  return true;
}

bool StackReader::Unwinding::read_memory(Dwfl*, Dwarf_Addr address, Dwarf_Word* word, void* self) {
  return static_cast<Unwinding*>(self)->read_word(address, *word);
}

bool StackReader::Unwinding::set_registers(Dwfl_Thread* thread, void* self) {
  const auto* const unwinding = static_cast<Unwinding*>(self);
  const Registers& registers = unwinding->registers_;
#if defined(__aarch64__)
  // The program counter is no DWARF register here.
  unwinding->dw_.dwfl_thread_state_register_pc(thread, registers.pc());
  return unwinding->dw_.dwfl_thread_state_registers(thread, 0, Registers::program_counter, registers.values);
#else
  return unwinding->dw_.dwfl_thread_state_registers(thread, 0, Registers::count, registers.values);
#endif
}

StackReader::StackReader() : unwinding_(std::make_unique<Unwinding>()) {}
StackReader::~StackReader() = default;

std::vector<ThreadStack> StackReader::read(const Snapshot& snapshot) {
  unwinding_->use(snapshot.maps);
  std::vector<ThreadStack> stacks;
  for (const ThreadSnapshot& thread : snapshot.threads) stacks.push_back(unwinding_->unwind(thread));
  return stacks;
}

}  // namespace e2e::host
