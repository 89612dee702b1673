#include "discovery/elf_versions.hpp"

#include <fmt/format.h>

#include <utility>

namespace e2e::host {
namespace {

constexpr std::uint64_t kMaxVersions = 4096;

ElfError outside(const char* what) {
  return malformed_elf(fmt::format("its table of {} symbol versions reaches beyond its segment", what));
}

ElfError too_many() {
  return malformed_elf(fmt::format("it has more than {} symbol versions", kMaxVersions));
}

/// A table of versions: `count` linked entries starting at `region`. Nothing if the file has none.
struct VersionTable {
  ElfRegion region;
  std::uint64_t count;
};

std::variant<std::optional<VersionTable>, ElfError> find_table(const ElfImage& image,
                                                               const ElfDynamic& dynamic,
                                                               std::int64_t address_tag,
                                                               std::int64_t count_tag, const char* what) {
  const auto address = dynamic.value(address_tag);
  const auto count = dynamic.value(count_tag);
  if (!address || !count || *count == 0) return std::nullopt;
  if (*count > kMaxVersions) return too_many();
  const auto region = image.at_address(*address);
  if (!region) return outside(what);
  return VersionTable{*region, *count};
}

/// Reads the versions of one library, the list that starts at `position`.
std::optional<ElfError> read_library_needs(const ElfDynamic& dynamic, const ElfRegion& region,
                                           const Elf64_Verneed& library, std::uint64_t position,
                                           std::vector<ElfVersionNeed>& out) {
  std::string name;
  if (auto error = dynamic.string_at(library.vn_file, name)) return error;
  for (unsigned i = 0; i < library.vn_cnt; ++i) {
    if (out.size() == kMaxVersions) return too_many();
    Elf64_Vernaux version{};
    if (!region.read_struct(position, version)) return outside("needed");
    ElfVersionNeed& need = out.emplace_back();
    need.library = name;
    need.is_weak = (version.vna_flags & VER_FLG_WEAK) != 0;
    if (auto error = dynamic.string_at(version.vna_name, need.version)) return error;
    if (version.vna_next == 0) break;
    position += version.vna_next;
  }
  return std::nullopt;
}

}  // namespace

// Both walks add 32-bit steps to a 64-bit position at most 4096 times, so that it can't overflow.

std::optional<ElfError> read_version_needs(const ElfImage& image, const ElfDynamic& dynamic,
                                           std::vector<ElfVersionNeed>& out) {
  auto table = find_table(image, dynamic, DT_VERNEED, DT_VERNEEDNUM, "needed");
  if (auto* error = std::get_if<ElfError>(&table)) return std::move(*error);
  const auto& found = std::get<std::optional<VersionTable>>(table);
  if (!found) return std::nullopt;

  std::uint64_t position = 0;
  for (std::uint64_t i = 0; i < found->count; ++i) {
    Elf64_Verneed library{};
    if (!found->region.read_struct(position, library)) return outside("needed");
    if (library.vn_version != VER_NEED_CURRENT)
      return malformed_elf("unknown format of needed symbol versions");
    if (auto error = read_library_needs(dynamic, found->region, library, position + library.vn_aux, out)) {
      return error;
    }
    if (library.vn_next == 0) break;
    position += library.vn_next;
  }
  return std::nullopt;
}

std::optional<ElfError> read_defined_versions(const ElfImage& image, const ElfDynamic& dynamic,
                                              std::vector<std::string>& out) {
  auto table = find_table(image, dynamic, DT_VERDEF, DT_VERDEFNUM, "defined");
  if (auto* error = std::get_if<ElfError>(&table)) return std::move(*error);
  const auto& found = std::get<std::optional<VersionTable>>(table);
  if (!found) return std::nullopt;

  std::uint64_t position = 0;
  for (std::uint64_t i = 0; i < found->count; ++i) {
    Elf64_Verdef definition{};
    if (!found->region.read_struct(position, definition)) return outside("defined");
    if (definition.vd_version != VER_DEF_CURRENT) return malformed_elf("unknown format of symbol versions");
    if ((definition.vd_flags & VER_FLG_BASE) == 0 && definition.vd_cnt != 0) {
      Elf64_Verdaux name{};
      if (!found->region.read_struct(position + definition.vd_aux, name)) return outside("defined");
      if (auto error = dynamic.string_at(name.vda_name, out.emplace_back())) return error;
    }
    if (definition.vd_next == 0) break;
    position += definition.vd_next;
  }
  return std::nullopt;
}

}  // namespace e2e::host
