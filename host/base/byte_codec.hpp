#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace e2e::host {

/// Appends values to a byte string in this machine's byte order: the two ends are always processes of one
/// run.
class ByteWriter {
 public:
  template <typename T, typename = std::enable_if_t<std::is_arithmetic_v<T> || std::is_enum_v<T>>>
  ByteWriter& put(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  ByteWriter& put(std::string_view text) {
    put(static_cast<uint32_t>(text.size()));
    bytes_.append(text);
    return *this;
  }
  ByteWriter& put(const std::string& text) { return put(std::string_view(text)); }
  ByteWriter& put(const char* text) { return put(std::string_view(text)); }
  ByteWriter& put(const std::vector<std::pair<std::string, std::string>>& pairs) {
    put(static_cast<uint32_t>(pairs.size()));
    for (const auto& [first, second] : pairs) put(first).put(second);
    return *this;
  }

  /// Bytes that a ByteWriter wrote before.
  ByteWriter& raw(std::string_view bytes) {
    bytes_.append(bytes);
    return *this;
  }

  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::string take() noexcept { return std::move(bytes_); }
  void clear() noexcept { bytes_.clear(); }

 private:
  std::string bytes_;
};

/// What a ByteReader throws: the bytes are not what a ByteWriter wrote.
struct BadBytes : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads what ByteWriter wrote. The other side may be hostile: nothing is believed beyond the bytes at hand.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) noexcept : rest_(bytes) {}

  template <typename T>
  T get() {
    if constexpr (std::is_same_v<T, std::string>) {
      return std::string(text());
    } else {
      static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
      if constexpr (std::is_same_v<T, bool>) {
        // Any other byte in a bool is undefined behaviour.
        const auto byte = get<uint8_t>();
        if (byte > 1) throw BadBytes("a message holds a truth value that is neither true nor false");
        return byte == 1;
      }
      if (rest_.size() < sizeof(T)) throw BadBytes("a message ends in the middle of a value");
      T value;
      std::memcpy(&value, rest_.data(), sizeof value);
      rest_.remove_prefix(sizeof value);
      return value;
    }
  }
  /// Borrowed from the bytes being read.
  std::string_view text() {
    const auto size = get<uint32_t>();
    if (rest_.size() < size) throw BadBytes("a message ends in the middle of a text");
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }
  /// A number of elements that follow, each at least `element_bytes` long.
  uint32_t count(size_t element_bytes) {
    const auto value = get<uint32_t>();
    if (value > rest_.size() / element_bytes) throw BadBytes("a message counts more than it holds");
    return value;
  }
  std::vector<std::pair<std::string, std::string>> pairs() {
    std::vector<std::pair<std::string, std::string>> result(count(8));
    for (auto& [first, second] : result) {
      first = get<std::string>();
      second = get<std::string>();
    }
    return result;
  }
  [[nodiscard]] bool is_at_end() const noexcept { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace e2e::host
