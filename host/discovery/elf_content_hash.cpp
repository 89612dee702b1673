#include "discovery/elf_content_hash.hpp"

#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <memory>
#include <new>
#include <span>

namespace e2e::host {

std::optional<std::string> content_hash(const ElfBytes& bytes) {
  constexpr std::uint64_t piece_bytes = std::uint64_t{1} << 18;
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
  if (!state) throw std::bad_alloc();
  XXH3_128bits_reset(state.get());

  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(std::min(bytes.size(), piece_bytes));
  std::span<std::byte> piece;
  for (std::uint64_t offset = 0; offset < bytes.size(); offset += piece.size()) {
    piece = {buffer.get(), std::min(bytes.size() - offset, piece_bytes)};
    if (!bytes.read(offset, piece)) return std::nullopt;
    XXH3_128bits_update(state.get(), piece.data(), piece.size());
  }

  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state.get()));
  std::string hex;
  for (const unsigned char byte : canonical.digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

}  // namespace e2e::host
