#include "socket_server.hpp"

#include <boost/uuid/detail/sha1.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace {

constexpr int text_frame = 1, binary_frame = 2, close_frame = 8, ping_frame = 9, pong_frame = 10;

std::string sha1_bytes(const std::string& text) {
  boost::uuids::detail::sha1 sha1;
  sha1.process_bytes(text.data(), text.size());
  unsigned int words[5];
  sha1.get_digest(words);
  std::string bytes;
  for (const unsigned int word : words)
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(word >> shift & 0xff);
  return bytes;
}

std::string in_base64(const std::string& bytes) {
  const std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (const unsigned char byte : bytes) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 6; count -= 6) text += digits[bits >> (count - 6) & 63];
  }
  if (count > 0) text += digits[bits << (6 - count) & 63];
  while (text.size() % 4 != 0) text += '=';
  return text;
}

/// A frame as a server sends it: not masked.
std::string frame(int opcode, std::string_view payload, bool is_last = true) {
  std::string bytes(1, static_cast<char>((is_last ? 0x80 : 0) | opcode));
  if (payload.size() < 126) {
    bytes += static_cast<char>(payload.size());
  } else {
    bytes += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(payload.size() >> shift & 0xff);
  }
  return bytes.append(payload);
}

struct ReceivedFrame {
  int opcode = 0;
  std::string payload;
};

/// Reads a client's frames, which are masked.
class FrameReader {
 public:
  explicit FrameReader(RawConnection& connection) : connection_(connection) {}

  std::optional<ReceivedFrame> next() {
    if (!fill(2)) return std::nullopt;
    ReceivedFrame frame;
    frame.opcode = byte(0) & 0x0f;
    uint64_t size = byte(1) & 0x7f;
    size_t header = 2;
    const size_t size_bytes = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (!fill(header + size_bytes + 4)) return std::nullopt;
    if (size_bytes > 0) {
      size = 0;
      for (size_t i = 0; i < size_bytes; ++i) size = size << 8 | byte(header + i);
    }
    header += size_bytes;
    const std::string mask = bytes_.substr(header, 4);
    header += 4;
    if (!fill(header + size)) return std::nullopt;
    frame.payload = bytes_.substr(header, size);
    for (size_t i = 0; i < frame.payload.size(); ++i) frame.payload[i] ^= mask[i % 4];
    bytes_.erase(0, header + size);
    return frame;
  }

 private:
  [[nodiscard]] unsigned byte(size_t at) const { return static_cast<unsigned char>(bytes_[at]); }
  bool fill(size_t size) {
    while (bytes_.size() < size) {
      const std::string more = connection_.read_some();
      if (more.empty()) return false;
      bytes_ += more;
    }
    return true;
  }

  RawConnection& connection_;
  std::string bytes_;
};

void begin(RawConnection& connection, const std::string& path, const ReceivedRequest& request) {
  if (path == "/greets")
    connection.send(frame(text_frame, "one") + frame(text_frame, "two") + frame(text_frame, "three"));
  if (path == "/pieces")
    connection.send(frame(text_frame, "a ", false) + frame(0, "whole ", false) + frame(0, "message"));
  if (path == "/ping") connection.send(frame(ping_frame, "are you there"));
  if (path == "/big") connection.send(frame(binary_frame, std::string(100'000, 'x')));
  if (path == "/wrong") connection.send("\x7f\x7f not a frame");
  if (path.starts_with("/header?"))
    connection.send(frame(text_frame, request.header(path.substr(8)).value_or("none")));
}

/// What is done with a frame; false: the connection is over.
bool take(RawConnection& connection, const std::string& path, const ReceivedFrame& received) {
  if (path == "/silent") return true;
  if (received.opcode == close_frame) {
    connection.send(frame(close_frame, received.payload));
    return false;
  }
  if (received.opcode == pong_frame) connection.send(frame(text_frame, "ponged " + received.payload));
  if (received.opcode != text_frame && received.opcode != binary_frame) return true;
  if (path == "/echo") connection.send(frame(received.opcode, received.payload));
  if (path == "/closes") connection.send(frame(close_frame, std::string("\x0f\xa1") + "enough"));
  return path != "/breaks";
}

void serve(RawConnection& connection) {
  const auto request = connection.read_request();
  if (!request) return;
  const std::string line = request->line();
  const std::string path = line.substr(4, line.find(' ', 4) - 4);
  const bool is_known = path.starts_with("/header?") || std::string_view(
                                                            "/echo /greets /closes /breaks /pieces "
                                                            "/ping /big /wrong /silent ")
                                                                .find(path + " ") != std::string_view::npos;
  if (!is_known) {
    connection.send(
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nno socket");
    return;
  }
  const std::string key = request->header("sec-websocket-key").value_or("");
  connection.send(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
      "Upgrade\r\nSec-WebSocket-Accept: " +
      in_base64(sha1_bytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) + "\r\n\r\n");
  begin(connection, path, *request);
  FrameReader frames(connection);
  while (const auto received = frames.next())
    if (!take(connection, path, *received)) return;
}

}  // namespace

SocketServer::SocketServer() : server_(RawServer::Handler(serve)) {}
