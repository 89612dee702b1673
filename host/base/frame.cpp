#include "base/frame.hpp"

#include <cstring>

#include "base/byte_codec.hpp"

namespace e2e::host {

void append_frame(std::string& out, uint16_t type, std::string_view payload) {
  const auto size = static_cast<uint32_t>(payload.size() + sizeof type);
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out.append(reinterpret_cast<const char*>(&type), sizeof type);
  out.append(payload);
}

void FrameBuffer::append(std::string_view bytes) {
  if (read_ > 0) {
    bytes_.erase(0, read_);
    read_ = 0;
  }
  bytes_.append(bytes);
}

std::optional<Frame> FrameBuffer::next() {
  const std::string_view rest = std::string_view(bytes_).substr(read_);
  uint32_t size = 0;
  if (rest.size() < sizeof size) return std::nullopt;
  std::memcpy(&size, rest.data(), sizeof size);
  if (size < sizeof(uint16_t) || size > max_frame_bytes) throw BadBytes("a frame of an impossible size");
  if (rest.size() < sizeof size + size) return std::nullopt;
  Frame frame;
  std::memcpy(&frame.type, rest.data() + sizeof size, sizeof frame.type);
  frame.payload = rest.substr(frame_header_bytes, size - sizeof frame.type);
  read_ += sizeof size + size;
  return frame;
}

}  // namespace e2e::host
