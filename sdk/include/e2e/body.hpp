#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "request.hpp"

/// Bodies of several parts, of files, and larger than memory. Not part of e2e.hpp.
namespace e2e {

/// A part of multipart(): `{"name", "Ada"}`, or what file_part() and bytes_part() make.
class Part {
 public:
  Part(std::string_view name, std::string_view value, std::string_view content_type = "");
  explicit Part(detail::PartSpec spec);
  Part(const Part&);
  ~Part();
  const detail::PartSpec& spec() const noexcept { return spec_; }

 private:
  detail::PartSpec spec_;
};

/// A file's content, read while it is sent; named as the file is, unless `file_name` says otherwise.
Part file_part(std::string_view name, std::string_view path,
               std::string_view content_type = "application/octet-stream", std::string_view file_name = "");
/// What a file of that name would have.
Part bytes_part(std::string_view name, std::string_view bytes, std::string_view file_name,
                std::string_view content_type = "application/octet-stream");

/// Made by multipart() and body_file().
class BodyOption {
 public:
  BodyOption(std::vector<detail::PartSpec> parts, std::string body_file, std::string_view content_type);
  BodyOption(const BodyOption&);
  ~BodyOption();
  void apply(detail::RequestSpec& spec) const;

 private:
  std::vector<detail::PartSpec> parts_;
  std::string body_file_, content_type_;
};

/// multipart/form-data: `multipart({{"name", "Ada"}, e2e::file_part("photo", "ada.png", "image/png")})`
BodyOption multipart(std::initializer_list<Part> parts);
BodyOption multipart(const std::vector<Part>& parts);
/// A file is the body, read while it is sent.
BodyOption body_file(std::string_view path, std::string_view content_type = "application/octet-stream");

/// The body of an answer with 2xx goes to a file, which has that name once it is whole. The response keeps
/// the first 16 KiB, body_bytes() and sha256().
RequestOption save_to(std::string_view path);

namespace detail {

template <class Function>
class StreamBody {
 public:
  StreamBody(Function function, std::string_view content_type, std::int64_t size)
      : source_(std::move(function)), content_type_(content_type), size_(size) {}
  void apply(RequestSpec& spec) const {
    spec.clear_body();
    spec.source = &source_;
    spec.source_size = size_;
    spec.content_type = content_type_;
    spec.need_http("e2e::stream_body()");
  }

 private:
  class Source final : public StreamSource {
   public:
    explicit Source(Function function) : function_(std::move(function)) {}
    std::size_t read(char* buffer, std::size_t size) override { return function_(buffer, size); }

   private:
    Function function_;
  };
  mutable Source source_;  // options are applied as constants, and a generator goes on
  std::string content_type_;
  std::int64_t size_;
};

template <class Function>
class StreamTo {
 public:
  explicit StreamTo(Function function) : sink_(std::move(function)) {}
  void apply(RequestSpec& spec) const {
    spec.sink = &sink_;
    spec.need_http("e2e::stream_to()");
  }

 private:
  class Sink final : public StreamSink {
   public:
    explicit Sink(Function function) : function_(std::move(function)) {}
    void write(std::string_view piece) override { function_(piece); }

   private:
    Function function_;
  };
  mutable Sink sink_;
};

}  // namespace detail

/// `function(char* buffer, std::size_t size)` fills the buffer with the body's next bytes and returns how
/// many these are, 0 at the end. It makes no requests. `size`: of the whole body; -1: not known, it goes in
/// chunks. Such a request is not sent again once it has begun.
template <class Function>
detail::StreamBody<std::decay_t<Function>> stream_body(
    Function&& function, std::string_view content_type = "application/octet-stream", std::int64_t size = -1) {
  return {std::forward<Function>(function), content_type, size};
}

/// `function(std::string_view piece)` takes the body of an answer with 2xx as it arrives. It makes no
/// requests. The response keeps the first 16 KiB, body_bytes() and sha256().
template <class Function>
detail::StreamTo<std::decay_t<Function>> stream_to(Function&& function) {
  return detail::StreamTo<std::decay_t<Function>>(std::forward<Function>(function));
}

}  // namespace e2e
