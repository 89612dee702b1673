#include "worker/changing_calls.hpp"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace e2e::host {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array signal_calls = {"__sigaction"sv, "__sysv_signal"sv, "bsd_signal"sv,   "sigaction"sv,
                                     "sigaltstack"sv, "sigignore"sv,     "siginterrupt"sv, "signal"sv,
                                     "sigset"sv,      "sigstack"sv,      "sigvec"sv,       "ssignal"sv,
                                     "sysv_signal"sv};
constexpr std::array timer_calls = {"alarm"sv, "setitimer"sv, "timer_create"sv, "ualarm"sv};
constexpr std::array limit_calls = {"prlimit"sv,     "prlimit64"sv, "setrlimit"sv,
                                    "setrlimit64"sv, "ulimit"sv,    "vlimit"sv};
constexpr std::array thread_calls = {"__clone2"sv,       "aio_fsync"sv,   "aio_fsync64"sv,  "aio_read"sv,
                                     "aio_read64"sv,     "aio_write"sv,   "aio_write64"sv,  "clone"sv,
                                     "getaddrinfo_a"sv,  "lio_listio"sv,  "lio_listio64"sv, "mq_notify"sv,
                                     "pthread_create"sv, "thrd_create"sv, "timer_create"sv};
/// std::thread's and, in libstdc++, all that is made of it.
constexpr std::string_view start_of_thread = "_ZNSt6thread15_M_start_thread";
/// Libraries that a later one may use without being able to do more than what it imports of them says.
constexpr std::array plain_libraries = {"ld-linux"sv, "libc.so"sv,       "libdl.so"sv, "libgcc_s.so"sv,
                                        "libm.so"sv,  "libpthread.so"sv, "librt.so"sv, "libstdc++.so"sv};
constexpr std::array calls_of_all = {"dlsym"sv, "dlvsym"sv, "syscall"sv};

static_assert(std::is_sorted(signal_calls.begin(), signal_calls.end()) &&
              std::is_sorted(timer_calls.begin(), timer_calls.end()) &&
              std::is_sorted(limit_calls.begin(), limit_calls.end()) &&
              std::is_sorted(thread_calls.begin(), thread_calls.end()) &&
              std::is_sorted(calls_of_all.begin(), calls_of_all.end()));

template <size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::binary_search(names.begin(), names.end(), name);
}

void add(ChangingCalls& calls, std::string_view imported) {
  const bool may_all = is_one_of(calls_of_all, imported);
  calls.signals |= may_all || is_one_of(signal_calls, imported);
  calls.timers |= may_all || is_one_of(timer_calls, imported);
  calls.limits |= may_all || is_one_of(limit_calls, imported);
  calls.threads |= may_all || is_one_of(thread_calls, imported) || imported.starts_with(start_of_thread);
}

/// The tables of a loaded library that say what it imports, and from where; null where it has none.
struct SymbolTables {
  std::vector<uint64_t> needed;  ///< where in `names` those of libraries begin
  const ElfW(Sym) * symbols = nullptr;
  const char* names = nullptr;
  const uint32_t* hash =
      nullptr;  ///< DT_HASH: https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html#hash
  const uint32_t* gnu_hash =
      nullptr;  ///< DT_GNU_HASH: https://sourceware.org/legacy-ml/binutils/2006-10/msg00377.html
};

SymbolTables tables_of(const dl_phdr_info& library) {
  SymbolTables tables;
  const auto* const headers = library.dlpi_phdr;
  const auto* const end = headers + library.dlpi_phnum;
  const auto* const dynamic =
      std::find_if(headers, end, [](const auto& header) { return header.p_type == PT_DYNAMIC; });
  if (dynamic == end) return tables;
  for (const auto* entry = reinterpret_cast<const ElfW(Dyn)*>(library.dlpi_addr + dynamic->p_vaddr);
       entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_NEEDED) tables.needed.push_back(entry->d_un.d_val);
    // glibc turns these into addresses when it loads the library.
    if (entry->d_tag == DT_SYMTAB) tables.symbols = reinterpret_cast<const ElfW(Sym)*>(entry->d_un.d_ptr);
    if (entry->d_tag == DT_STRTAB) tables.names = reinterpret_cast<const char*>(entry->d_un.d_ptr);
    if (entry->d_tag == DT_HASH) tables.hash = reinterpret_cast<const uint32_t*>(entry->d_un.d_ptr);
    if (entry->d_tag == DT_GNU_HASH) tables.gnu_hash = reinterpret_cast<const uint32_t*>(entry->d_un.d_ptr);
  }
  return tables;
}

/// How many symbols from the first on hold all that are imported; 0: not known. GNU's hash table leaves out
/// those that are not defined, which come first; of a library that defines none it says nothing.
uint32_t import_count(const SymbolTables& tables) {
  if (tables.symbols == nullptr || tables.names == nullptr) return 0;
  if (tables.hash != nullptr) return tables.hash[1];
  if (tables.gnu_hash == nullptr) return 0;
  const uint32_t first_defined = tables.gnu_hash[1];
  return first_defined > 1 ? first_defined : 0;
}

bool is_plain(std::string_view library) {
  return std::any_of(plain_libraries.begin(), plain_libraries.end(),
                     [library](std::string_view name) { return library.starts_with(name); });
}

void add(ChangingCalls& calls, const dl_phdr_info& library, const std::set<std::string>& host_libraries) {
  const SymbolTables tables = tables_of(library);
  const uint32_t count = import_count(tables);
  const bool uses_host_libraries =
      tables.names != nullptr && std::any_of(tables.needed.begin(), tables.needed.end(), [&](uint64_t at) {
        return !is_plain(tables.names + at) && host_libraries.contains(tables.names + at);
      });
  if (count == 0 || uses_host_libraries) calls = {};
  for (uint32_t i = 1; i < count; ++i)
    if (tables.symbols[i].st_shndx == SHN_UNDEF) add(calls, tables.names + tables.symbols[i].st_name);
}

/// Calls visit(library) for each that is loaded, until it answers true.
template <typename Visit>
void for_each_library(Visit visit) {
  ::dl_iterate_phdr([](dl_phdr_info* library, size_t,
                       void* context) { return (*static_cast<Visit*>(context))(*library) ? 1 : 0; },
                    &visit);
}

}  // namespace

LaterLibraries::LaterLibraries() {
  for_each_library([this](const dl_phdr_info& library) {
    known_.insert(library.dlpi_phdr);
    const std::string_view path = library.dlpi_name == nullptr ? "" : library.dlpi_name;
    known_names_.emplace(path.substr(path.rfind('/') + 1));
    loaded_ = library.dlpi_adds;
    unloaded_ = library.dlpi_subs;
    return false;
  });
}

ChangingCalls LaterLibraries::changing_calls() {
  for_each_library([this, is_first = true](const dl_phdr_info& library) mutable {
    if (library.dlpi_subs != unloaded_) calls_ = {};
    if (std::exchange(is_first, false) && library.dlpi_adds == loaded_) return true;
    if (known_.insert(library.dlpi_phdr).second) add(calls_, library, known_names_);
    loaded_ = library.dlpi_adds;
    return false;
  });
  return calls_;
}

}  // namespace e2e::host
