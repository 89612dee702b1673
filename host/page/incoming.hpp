#pragma once

#include <curl/curl.h>

#include <string>

#include "base/sha256.hpp"
#include "page/transfer.hpp"
#include "page/transfer_progress.hpp"

namespace e2e::host {

/// One transfer's two ends as libcurl calls them: the answer as it arrives, the body as it goes out, and why
/// either was broken off.
class Incoming {
 public:
  enum class Refusal { none, body_too_large, headers_too_large, out_of_memory, source, sink };

  /// No sink takes more.
  static constexpr uint64_t max_streamed_bytes = uint64_t{16} << 30;

  explicit Incoming(const Transfer& transfer) : transfer_(transfer) {}
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  /// Makes a handle that was reset call the one that is attached. Throws std::bad_alloc.
  static void set_callbacks(CURL* easy);
  /// Makes the handle call this. Throws std::bad_alloc.
  void attach(CURL* easy);
  /// The sink has all: tells it. Once, after the last byte.
  void finish_sink();

  [[nodiscard]] bool is_socket_connected() const noexcept;
  /// True once a source without a known size has given all.
  [[nodiscard]] bool is_source_at_end() const noexcept { return is_source_at_end_; }
  /// How many bytes of body may come.
  [[nodiscard]] uint64_t max_body_bytes() const noexcept {
    return goes_to_sink_ ? max_streamed_bytes : transfer_.max_body_bytes;
  }

  Answer answer;  ///< its body is in `body` as long as it arrives
  std::string body;
  Refusal refusal = Refusal::none;
  int64_t start_ns = 0;
  int64_t last_byte_ns = 0;  ///< since the start, when the latest piece of the answer came
  ObservedTransfer observed = {};

 private:
  static int note_socket(void* self, curl_socket_t made, curlsocktype) noexcept;
  static size_t take_header(char* data, size_t, size_t size, void* self) noexcept;
  static size_t take_body(char* data, size_t, size_t size, void* self) noexcept;
  static size_t give_body(char* buffer, size_t, size_t size, void* self) noexcept;
  static int seek_body(void* self, curl_off_t offset, int origin) noexcept;
  size_t refuse(Refusal why, size_t result = CURL_WRITEFUNC_ERROR) noexcept;
  void begin_body();
  size_t take_piece(std::string_view piece);

  const Transfer& transfer_;
  CURL* easy_ = nullptr;
  curl_socket_t socket_ = CURL_SOCKET_BAD;  // the last that was made for this transfer
  bool has_body_begun_ = false;
  bool goes_to_sink_ = false;
  bool is_source_at_end_ = false;
  Sha256 hash_;
};

}  // namespace e2e::host
