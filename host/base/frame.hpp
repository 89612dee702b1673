#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace e2e::host {

/// A message between processes of one run: 4 bytes length of what follows, 2 bytes type, then the payload.
struct Frame {
  uint16_t type = 0;
  std::string_view payload;  ///< borrowed from the FrameBuffer until its next call of append()
};

inline constexpr size_t frame_header_bytes = 6;
/// A larger frame is a broken or hostile sender.
inline constexpr size_t max_frame_bytes = 64 << 20;

/// Appends a frame to `out`.
void append_frame(std::string& out, uint16_t type, std::string_view payload);

/// Cuts a byte stream into frames, however it arrives.
class FrameBuffer {
 public:
  void append(std::string_view bytes);
  /// The next whole frame, or nullopt until more bytes come. Throws BadBytes on one that can't be.
  std::optional<Frame> next();
  /// True where the stream so far ends in the middle of a frame.
  [[nodiscard]] bool has_partial() const noexcept { return read_ < bytes_.size(); }

 private:
  std::string bytes_;
  size_t read_ = 0;
};

}  // namespace e2e::host
