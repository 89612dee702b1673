#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace e2e::host {

/// SHA-256, FIPS 180-4, of text that comes in pieces.
class Sha256 {
 public:
  void add(std::string_view bytes) noexcept;
  /// 64 hexadecimal digits. The last thing that is asked of it.
  [[nodiscard]] std::string digits();

 private:
  void take_block(const unsigned char* block) noexcept;

  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> pending_{};
  size_t pending_size_ = 0;
  uint64_t size_ = 0;
};

[[nodiscard]] std::string sha256_digits(std::string_view bytes);

}  // namespace e2e::host
