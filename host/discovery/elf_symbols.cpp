#include "discovery/elf_symbols.hpp"

#include <array>
#include <string>

namespace e2e::host {
namespace {

constexpr unsigned kMaxChainSteps = 65'536;
constexpr unsigned kMaxCandidates = 1024;

/// The dynamic symbol table. It has no size of its own; the region ends with its segment.
struct SymbolTable {
  ElfRegion symbols;
  const ElfDynamic* dynamic;
  std::string_view name;

  /// Whether symbol `index` is the function looked for; nothing if it can't be read.
  std::optional<bool> is_match(std::uint64_t index) const {
    Elf64_Sym symbol{};
    if (!symbols.read_struct(index * sizeof(symbol), symbol)) return std::nullopt;
    std::string symbol_name;
    if (dynamic->string_at(symbol.st_name, symbol_name)) return std::nullopt;
    const unsigned type = ELF64_ST_TYPE(symbol.st_info);
    const unsigned binding = ELF64_ST_BIND(symbol.st_info);
    const unsigned visibility = ELF64_ST_VISIBILITY(symbol.st_other);
    return symbol_name == name && symbol.st_shndx != SHN_UNDEF &&
           (type == STT_FUNC || type == STT_GNU_IFUNC) && binding != STB_LOCAL &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
  }
};

std::uint32_t gnu_hash(std::string_view name) {
  std::uint32_t hash = 5381;
  for (const char c : name) hash = hash * 33 + static_cast<unsigned char>(c);
  return hash;
}

std::uint32_t sysv_hash(std::string_view name) {
  std::uint32_t hash = 0;
  for (const char c : name) {
    hash = (hash << 4) + static_cast<unsigned char>(c);
    hash ^= hash >> 24 & 0xf0;
    hash &= 0x0fffffff;
  }
  return hash;
}

ElfExport find_by_gnu_hash(const ElfRegion& table, const SymbolTable& symbols) {
  struct Header {
    std::uint32_t bucket_count, first_symbol, bloom_words, bloom_shift;
  } header{};
  if (!table.read_struct(0, header) || header.bucket_count == 0) return ElfExport::unknown;
  const std::uint32_t hash = gnu_hash(symbols.name);
  const std::uint64_t buckets = sizeof(header) + std::uint64_t{header.bloom_words} * sizeof(std::uint64_t);
  const std::uint64_t chains = buckets + std::uint64_t{header.bucket_count} * sizeof(std::uint32_t);

  std::uint32_t index = 0;
  if (!table.read_struct(buckets + std::uint64_t{hash % header.bucket_count} * sizeof(index), index)) {
    return ElfExport::unknown;
  }
  if (index == 0) return ElfExport::no;
  if (index < header.first_symbol) return ElfExport::unknown;
  unsigned candidates = 0;
  for (unsigned step = 0; step < kMaxChainSteps; ++step) {
    std::uint32_t word = 0;
    const std::uint64_t at = std::uint64_t{index} - header.first_symbol + step;
    if (!table.read_struct(chains + at * sizeof(word), word)) return ElfExport::unknown;
    if ((word | 1) == (hash | 1)) {
      const auto is_match = symbols.is_match(std::uint64_t{index} + step);
      if (!is_match || ++candidates > kMaxCandidates) return ElfExport::unknown;
      if (*is_match) return ElfExport::yes;
    }
    if ((word & 1) != 0) return ElfExport::no;
  }
  return ElfExport::unknown;
}

ElfExport find_by_sysv_hash(const ElfRegion& table, const SymbolTable& symbols) {
  struct Header {
    std::uint32_t bucket_count, chain_count;
  } header{};
  if (!table.read_struct(0, header) || header.bucket_count == 0) return ElfExport::unknown;
  const std::uint64_t chains = sizeof(header) + std::uint64_t{header.bucket_count} * sizeof(std::uint32_t);
  std::uint64_t at =
      sizeof(header) + std::uint64_t{sysv_hash(symbols.name) % header.bucket_count} * sizeof(std::uint32_t);
  for (unsigned step = 0; step < kMaxCandidates; ++step) {
    std::uint32_t index = 0;
    if (!table.read_struct(at, index)) return ElfExport::unknown;
    if (index == STN_UNDEF) return ElfExport::no;
    if (index >= header.chain_count) return ElfExport::unknown;
    const auto is_match = symbols.is_match(index);
    if (!is_match) return ElfExport::unknown;
    if (*is_match) return ElfExport::yes;
    at = chains + std::uint64_t{index} * sizeof(index);
  }
  return ElfExport::unknown;
}

}  // namespace

ElfExport find_exported_function(const ElfImage& image, const ElfDynamic& dynamic, std::string_view name) {
  const auto address = dynamic.value(DT_SYMTAB);
  if (!address || dynamic.value(DT_SYMENT).value_or(sizeof(Elf64_Sym)) != sizeof(Elf64_Sym)) {
    return ElfExport::unknown;
  }
  const auto region = image.at_address(*address);
  if (!region) return ElfExport::unknown;
  const SymbolTable symbols{*region, &dynamic, name};

  if (const auto table = dynamic.value(DT_GNU_HASH)) {
    const auto hash_region = image.at_address(*table);
    return hash_region ? find_by_gnu_hash(*hash_region, symbols) : ElfExport::unknown;
  }
  if (const auto table = dynamic.value(DT_HASH)) {
    const auto hash_region = image.at_address(*table);
    return hash_region ? find_by_sysv_hash(*hash_region, symbols) : ElfExport::unknown;
  }
  return ElfExport::unknown;
}

}  // namespace e2e::host
