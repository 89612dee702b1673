#include "discovery/library_search.hpp"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <variant>

#include "discovery/elf_file.hpp"

namespace e2e::host {
namespace {

#if defined(__x86_64__)
constexpr std::uint16_t kMachine = EM_X86_64;
constexpr const char* kMultiarch = "x86_64-linux-gnu";
#elif defined(__aarch64__)
constexpr std::uint16_t kMachine = EM_AARCH64;
constexpr const char* kMultiarch = "aarch64-linux-gnu";
#else
#error "e2e-host runs on x86_64 and aarch64"
#endif

constexpr std::size_t kMaxFolders = 256;
constexpr std::uint64_t kMaxCacheBytes = std::uint64_t{64} << 20;

bool is_loadable(const std::filesystem::path& path, std::uint16_t machine) {
  const auto file = FileBytes::open(path);
  if (!std::holds_alternative<FileBytes>(file)) return false;
  const auto read = read_elf_identity(std::get<FileBytes>(file));
  const auto* identity = std::get_if<ElfIdentity>(&read);
  return identity && identity->machine == machine && identity->is_64_bit && identity->type == ET_DYN;
}

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// The search for one query: each step either has an answer, or leaves it to the next.
class Search {
 public:
  Search(const LibraryPlaces& places, const LibraryQuery& query) : places_(places), query_(query) {}

  LibraryAnswer run() {
    if (query_.name.find('/') != std::string::npos) {
      if (const auto path = expanded(query_.name)) try_file(*path);
      return answer();
    }
    for (const auto& path : places_.loaded) {
      if (path.filename() == query_.name) return {LibraryAnswer::State::found, path};
    }
    if (query_.rpath && !query_.runpath) try_folders(*query_.rpath, ":");
    try_folders(places_.library_path, ":;");
    if (query_.runpath) try_folders(*query_.runpath, ":");
    const auto [begin, end] = places_.cache.equal_range(query_.name);
    for (auto entry = begin; entry != end; ++entry) try_file(entry->second);
    for (const auto& folder : places_.default_folders) try_file(folder / query_.name);
    return answer();
  }

 private:
  LibraryAnswer answer() const {
    if (!found_.empty()) return {LibraryAnswer::State::found, found_};
    return {is_certain_ ? LibraryAnswer::State::missing : LibraryAnswer::State::unknown, {}};
  }

  void try_file(const std::filesystem::path& path) {
    if (found_.empty() && is_loadable(path, places_.machine)) found_ = path;
  }

  /// An empty element of the list means the current folder, as it does to the loader.
  void try_folders(std::string_view list, const char* separators) {
    if (list.empty()) return;
    for (std::size_t start = 0; start <= list.size() && found_.empty();) {
      if (++folders_tried_ > kMaxFolders) {
        is_certain_ = false;
        return;
      }
      const std::size_t end = std::min(list.find_first_of(separators, start), list.size());
      const std::string_view folder = list.substr(start, end - start);
      if (const auto path = expanded(folder.empty() ? "." : folder)) try_file(*path / query_.name);
      start = end + 1;
    }
  }

  std::optional<std::filesystem::path> expanded(std::string_view path) {
    std::string text(path);
    const std::string origin = query_.origin.empty() ? "." : query_.origin.string();
    replace_all(text, "${ORIGIN}", origin);
    replace_all(text, "$ORIGIN", origin);
    for (const char* token : {"$LIB", "${LIB}", "$PLATFORM", "${PLATFORM}"}) {
      if (text.find(token) != std::string::npos) {
        is_certain_ = false;
        return std::nullopt;
      }
    }
    return text;
  }

  const LibraryPlaces& places_;
  const LibraryQuery& query_;
  std::filesystem::path found_;
  std::size_t folders_tried_ = 0;
  bool is_certain_ = true;
};

int add_loaded_file(dl_phdr_info* info, std::size_t, void* data) {
  // The program itself has no name, the vDSO no folder.
  if (info->dlpi_name && info->dlpi_name[0] == '/') {
    static_cast<LibraryPlaces*>(data)->loaded.emplace_back(info->dlpi_name);
  }
  return 0;
}

}  // namespace

LibraryPlaces current_library_places() {
  LibraryPlaces places;
  places.machine = kMachine;
  dl_iterate_phdr(add_loaded_file, &places);
  if (const char* path = std::getenv("LD_LIBRARY_PATH")) places.library_path = path;
  places.default_folders = {std::filesystem::path("/lib") / kMultiarch,
                            std::filesystem::path("/usr/lib") / kMultiarch,
                            "/lib64",
                            "/usr/lib64",
                            "/lib",
                            "/usr/lib"};

  const auto file = FileBytes::open("/etc/ld.so.cache");
  const auto* cache = std::get_if<FileBytes>(&file);
  if (cache && cache->size() <= kMaxCacheBytes) {
    std::vector<std::byte> bytes(cache->size());
    if (cache->read(0, bytes)) places.cache = parse_ld_cache(bytes);
  }
  return places;
}

std::multimap<std::string, std::filesystem::path, std::less<>> parse_ld_cache(
    std::span<const std::byte> bytes) {
  constexpr std::string_view kMagic = "glibc-ld.so.cache1.1";
  struct Header {
    char magic[20];
    std::uint32_t entry_count, string_bytes, flags, extension, unused[3];
  } header{};
  struct Entry {
    std::uint32_t flags, name, path, os_version, hwcap[2];
  } entry{};
  static_assert(sizeof(Header) == 48 && sizeof(Entry) == 24);

  std::multimap<std::string, std::filesystem::path, std::less<>> found;
  const SpanBytes file(bytes);
  if (!file.read_struct(0, header) || std::string_view(header.magic, sizeof(header.magic)) != kMagic) {
    return found;
  }
  const auto text_at = [&](std::uint32_t offset) -> std::string_view {
    if (offset >= bytes.size()) return {};
    const auto* start = reinterpret_cast<const char*>(bytes.data()) + offset;
    const std::size_t most = std::min<std::size_t>(bytes.size() - offset, 4096);
    const auto* end = static_cast<const char*>(std::memchr(start, '\0', most));
    return end ? std::string_view(start, end) : std::string_view();
  };
  for (std::uint64_t i = 0; i < header.entry_count; ++i) {
    if (!file.read_struct(sizeof(header) + i * sizeof(entry), entry)) break;
    const std::string_view name = text_at(entry.name);
    const std::string_view path = text_at(entry.path);
    if (!name.empty() && path.starts_with('/')) found.emplace(name, path);
  }
  return found;
}

LibraryAnswer find_library(const LibraryPlaces& places, const LibraryQuery& query) {
  return Search(places, query).run();
}

}  // namespace e2e::host
