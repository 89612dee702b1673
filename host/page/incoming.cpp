#include "page/incoming.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.hpp"
#include "page/curl_library.hpp"
#include "page/curl_option.hpp"

namespace e2e::host {

void Incoming::set_callbacks(CURL* easy) {
  set_option(easy, CURLOPT_WRITEFUNCTION, &Incoming::take_body);
  set_option(easy, CURLOPT_HEADERFUNCTION, &Incoming::take_header);
  set_option(easy, CURLOPT_SOCKOPTFUNCTION, &Incoming::note_socket);
}

void Incoming::attach(CURL* easy) {
  easy_ = easy;
  set_option(easy, CURLOPT_WRITEDATA, this);
  set_option(easy, CURLOPT_HEADERDATA, this);
  set_option(easy, CURLOPT_SOCKOPTDATA, this);
  if (transfer_.sink == nullptr)
    set_option(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(transfer_.max_body_bytes));
  if (transfer_.source == nullptr) return;
  set_option(easy, CURLOPT_READFUNCTION, &Incoming::give_body);
  set_option(easy, CURLOPT_READDATA, this);
  set_option(easy, CURLOPT_SEEKFUNCTION, &Incoming::seek_body);
  set_option(easy, CURLOPT_SEEKDATA, this);
}

int Incoming::note_socket(void* self, curl_socket_t made, curlsocktype) noexcept {
  static_cast<Incoming*>(self)->socket_ = made;
  return CURL_SOCKOPT_OK;
}

bool Incoming::is_socket_connected() const noexcept {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  return socket_ != CURL_SOCKET_BAD && ::getpeername(socket_, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

size_t Incoming::refuse(Refusal why, size_t result) noexcept {
  refusal = why;
  return result;
}

size_t Incoming::take_header(char* data, size_t, size_t size, void* incoming) noexcept {
  auto& self = *static_cast<Incoming*>(incoming);
  self.last_byte_ns = monotonic_ns() - self.start_ns;
  if (self.observed.first_byte_ns == 0) self.observed.first_byte_ns = self.last_byte_ns;
  try {
    return self.answer.headers.add_line({data, size}) ? size : self.refuse(Refusal::headers_too_large);
  } catch (...) {
    return self.refuse(Refusal::out_of_memory);
  }
}

size_t Incoming::take_body(char* data, size_t, size_t size, void* incoming) noexcept {
  auto& self = *static_cast<Incoming*>(incoming);
  self.last_byte_ns = monotonic_ns() - self.start_ns;
  try {
    if (!self.has_body_begun_) self.begin_body();
    return self.take_piece({data, size});
  } catch (...) {
    return self.refuse(Refusal::out_of_memory);
  }
}

void Incoming::begin_body() {
  has_body_begun_ = true;
  long status = 0;
  curl().easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  goes_to_sink_ = transfer_.sink != nullptr && status >= 200 && status < 300;
  if (goes_to_sink_) return;
  curl_off_t announced = -1;
  curl().easy_getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  if (announced > 0) body.reserve(std::min<size_t>(static_cast<size_t>(announced), transfer_.max_body_bytes));
}

size_t Incoming::take_piece(std::string_view piece) {
  if (piece.size() > max_body_bytes() - answer.body_bytes) return refuse(Refusal::body_too_large);
  answer.body_bytes += piece.size();
  if (!goes_to_sink_) {
    body.append(piece);
    return piece.size();
  }
  hash_.add(piece);
  body.append(piece.substr(0, Exchange::max_recorded_body_bytes - body.size()));
  return transfer_.sink->write(piece) ? piece.size() : refuse(Refusal::sink);
}

void Incoming::finish_sink() {
  if (transfer_.sink == nullptr) return;
  if (has_body_begun_ && !goes_to_sink_) return;
  long status = 0;
  curl().easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  if (status < 200 || status >= 300) return;
  answer.body_sha256 = hash_.digits();
  if (!transfer_.sink->finish()) refusal = Refusal::sink;
}

size_t Incoming::give_body(char* buffer, size_t, size_t size, void* incoming) noexcept {
  auto& self = *static_cast<Incoming*>(incoming);
  try {
    const auto given = self.transfer_.source->read(buffer, size);
    if (!given) return self.refuse(Refusal::source, CURL_READFUNC_ABORT);
    self.is_source_at_end_ = *given == 0;
    return *given;
  } catch (...) {
    return self.refuse(Refusal::out_of_memory, CURL_READFUNC_ABORT);
  }
}

int Incoming::seek_body(void* incoming, curl_off_t offset, int origin) noexcept {
  auto& self = *static_cast<Incoming*>(incoming);
  if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
  try {
    return self.transfer_.source->rewind() ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
  } catch (...) {
    return CURL_SEEKFUNC_FAIL;
  }
}

}  // namespace e2e::host
